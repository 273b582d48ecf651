package command

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/download"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/links"
	"github.com/compute-to-data/terraform-provider-c2d/manifest"
)

// maxManifest bounds a manifest.
const maxManifest = 128 << 20

// errTampered says that what came is not what the status vouches for.
var errTampered = errors.New("the manifest is not the one that the job's status names")

func tampered(err error) bool { return errors.Is(err, errTampered) }

// throughGateway brings all that a run released.
func throughGateway(ctx context.Context, c *connection, how reach, job *v1alpha1.ComputeJob, record *v1alpha1.RunRecord) (*released, error) {
	client, err := how.open(ctx, c)
	if err != nil {
		return nil, err
	}
	what := &released{source: results{client, job, record.Run}, close: client.Close}
	if record.State != v1alpha1.StateSucceeded {
		// Its manifest names outputs that were not released: the log is in the status, or in the Secret.
		what.files, err = logOf(ctx, c, job, record)
	} else if what.manifest, err = client.Manifest(ctx, keyOf(job), record.Run); err == nil {
		what.files, err = verified(what.manifest, record)
	}
	if err != nil {
		client.Close()
		return nil, err
	}
	return what, nil
}

// verified results of a manifest.
func verified(text []byte, record *v1alpha1.RunRecord) ([]download.File, error) {
	sum := sha256.Sum256(text)
	if got := hex.EncodeToString(sum[:]); got != record.Manifest.SHA256 {
		return nil, fmt.Errorf("%w: its SHA-256 is %s, expected %s; nothing was written, tell the environment's owner", errTampered, got, record.Manifest.SHA256)
	}
	m, err := manifest.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errTampered, err)
	}
	return m.Statement.Predicate.Results, nil
}

// logOf a run that released that alone.
func logOf(ctx context.Context, c *connection, job *v1alpha1.ComputeJob, record *v1alpha1.RunRecord) ([]download.File, error) {
	var files []download.File
	if record.Run == job.Status.Run {
		for _, result := range job.Status.Results {
			if result.Type == v1alpha1.ResultLog {
				files = append(files, download.File{Name: result.Name, Type: result.Type, Bytes: result.Bytes, SHA256: result.SHA256})
			}
		}
		return files, nil
	}
	list, err := linksOf(ctx, c, job, record.Run)
	if err != nil {
		return nil, err
	}
	for _, link := range list {
		if link.Type == v1alpha1.ResultLog {
			files = append(files, link.Result())
		}
	}
	return files, nil
}

// throughLinks brings what the job's Secret has links to.
func throughLinks(ctx context.Context, c *connection, job *v1alpha1.ComputeJob, record *v1alpha1.RunRecord) (*released, error) {
	list, err := linksOf(ctx, c, job, record.Run)
	if err != nil {
		return nil, err
	}
	urls := download.Links{}
	what := &released{source: urls, close: func() {}}
	listed := map[string]bool{}
	if record.State == v1alpha1.StateSucceeded {
		if what.manifest, err = fetchManifest(ctx, list); err != nil {
			return nil, err
		}
		all, err := verified(what.manifest, record)
		if err != nil {
			return nil, err
		}
		what.files = all
	}
	for _, link := range list {
		if link.Type == v1alpha1.ResultManifest {
			continue
		}
		file := link.Result()
		urls[file.Key()], listed[file.Key()] = link.URL, true
		if what.manifest == nil {
			what.files = append(what.files, file)
		}
	}
	reachable := what.files[:0]
	for _, file := range what.files {
		if listed[file.Key()] {
			reachable = append(reachable, file)
		} else {
			what.withheld++
		}
	}
	what.files = reachable
	return what, nil
}

func fetchManifest(ctx context.Context, list []links.Link) ([]byte, error) {
	for _, link := range list {
		if link.Type != v1alpha1.ResultManifest {
			continue
		}
		ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
		defer cancel()
		body, err := download.Fetch(ctx, link.URL, 0)
		if err != nil {
			return nil, fmt.Errorf("read the manifest: %w", err)
		}
		defer func() { _ = body.Close() }()
		text, err := io.ReadAll(io.LimitReader(body, maxManifest))
		if err != nil {
			return nil, fmt.Errorf("read the manifest: %w", err)
		}
		return text, nil
	}
	return nil, errors.New("the job's Secret has no link to the manifest of this run")
}

// linksOf a run, which grant access: none is ever printed.
func linksOf(ctx context.Context, c *connection, job *v1alpha1.ComputeJob, run int64) ([]links.Link, error) {
	name := job.Status.ResultsSecret
	if name == "" {
		return nil, errors.New("the job has shared no links, or access to its results is over")
	}
	return readLinks(ctx, c, types.NamespacedName{Namespace: job.Namespace, Name: name}, links.KeyOfRun(run))
}

func readLinks(ctx context.Context, c *connection, key types.NamespacedName, list string) ([]links.Link, error) {
	var secret corev1.Secret
	if err := c.Get(ctx, key, &secret); err != nil {
		return nil, fmt.Errorf("read the links in Secret %s: %w", key.Name, err)
	}
	return links.Read(&secret, list)
}
