package released

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/manifest"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// Bounds of a manifest: 100 000 results with long names.
const (
	maxManifest = 128 << 20
	maxResults  = 200_000
)

// digest of a key, long enough that no two keys share one.
type digest [16]byte

func digestOf(key string) digest {
	sum := sha256.Sum256([]byte(key))
	return digest(sum[:16])
}

// index of the keys of a manifest, small however long the names are.
type index struct {
	keys []digest
}

func (i *index) has(key string) bool {
	_, found := slices.BinarySearchFunc(i.keys, digestOf(key), compare)
	return found
}

func compare(a, b digest) int { return slices.Compare(a[:], b[:]) }

// index of the run's manifest.
func (r *Run) index(ctx context.Context) (*index, error) {
	return r.runs.indexes.Get(ctx, fmt.Sprintf("%s/%d/%s", r.job, r.Number, r.Manifest.SHA256), func(ctx context.Context) (*index, error) {
		var made index
		err := r.Each(ctx, func(result sandbox.ManifestResult) error {
			made.keys = append(made.keys, digestOf(result.Key()))
			return nil
		})
		slices.SortFunc(made.keys, compare)
		return &made, err
	})
}

// Each calls a function with each result that was released, in the order of the manifest. What the function is told
// counts only once Each has ended without an error: the hash of the manifest is known at its end. The error is that of
// the function, or a *failure.Error.
func (r *Run) Each(ctx context.Context, visit func(sandbox.ManifestResult) error) error {
	reading, err := r.bucket.Open(ctx, r.prefix+sandbox.KeyManifest, storage.All)
	if err != nil {
		return r.failed(err)
	}
	defer func() { _ = reading.Body.Close() }()
	sum := sha256.New()
	text := io.TeeReader(io.LimitReader(reading.Body, maxManifest), sum)
	payload, err := manifest.Payload(text)
	if err != nil {
		return r.failedManifest(&manifestError{err})
	}
	if err := eachResult(payload, func(result sandbox.ManifestResult) error {
		if !r.Succeeded && result.Type != v1alpha1.ResultLog {
			return nil
		}
		return visit(result)
	}); err != nil {
		return r.failedManifest(err)
	}
	if _, err := io.Copy(io.Discard, text); err != nil {
		return r.failed(err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != r.Manifest.SHA256 {
		return r.failedManifest(&manifestError{fmt.Errorf("it has SHA-256 %s, the one that was released %s", got, r.Manifest.SHA256)})
	}
	return nil
}

// manifestError says that what lies in the bucket is not the manifest of the run.
type manifestError struct{ cause error }

func (e *manifestError) Error() string { return e.cause.Error() }
func (e *manifestError) Unwrap() error { return e.cause }

func (r *Run) failedManifest(err error) error {
	var known *failure.Error
	var broken *storage.Error
	var wrong *manifestError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &broken):
		return r.failed(broken)
	case errors.As(err, &wrong):
		return failure.Permanent("", fmt.Sprintf("the manifest of run %d in the results bucket is not the one that was released; tell the environment's owner", r.Number), wrong)
	}
	return err
}

// eachResult of a statement, one at a time, so that a long one takes no memory.
func eachResult(statement io.Reader, visit func(sandbox.ManifestResult) error) error {
	decoder := json.NewDecoder(statement)
	if err := member(decoder, "predicate", func() error {
		return member(decoder, "results", func() error { return resultsOf(decoder, visit) })
	}); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, statement); err != nil {
		return &manifestError{err}
	}
	return nil
}

// member of the object that follows: it is read, and all others are passed over.
func member(decoder *json.Decoder, name string, read func() error) error {
	if err := expect(decoder, json.Delim('{')); err != nil {
		return err
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return &manifestError{err}
		}
		if key == name {
			err = read()
		} else {
			err = skip(decoder)
		}
		if err != nil {
			return err
		}
	}
	return expect(decoder, json.Delim('}'))
}

// skip the value that follows, however long it is.
func skip(decoder *json.Decoder) error {
	for depth := 0; ; {
		token, err := decoder.Token()
		if err != nil {
			return &manifestError{err}
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

func resultsOf(decoder *json.Decoder, visit func(sandbox.ManifestResult) error) error {
	open, err := decoder.Token()
	if err != nil {
		return &manifestError{err}
	}
	if open == nil { // null: no results
		return nil
	}
	if open != json.Delim('[') {
		return &manifestError{fmt.Errorf("results is %v, expected a list", open)}
	}
	for count := 0; decoder.More(); count++ {
		if count >= maxResults {
			return &manifestError{fmt.Errorf("more than %d results", maxResults)}
		}
		var result sandbox.ManifestResult
		if err := decoder.Decode(&result); err != nil {
			return &manifestError{err}
		}
		if err := visit(result); err != nil {
			return err
		}
	}
	return expect(decoder, json.Delim(']'))
}

func expect(decoder *json.Decoder, want json.Delim) error {
	got, err := decoder.Token()
	if err != nil {
		return &manifestError{err}
	}
	if got != want {
		return &manifestError{fmt.Errorf("%v where %v was expected", got, want)}
	}
	return nil
}
