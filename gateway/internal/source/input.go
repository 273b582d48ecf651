package source

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/caller"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// OpenInput opens a file of the run: by the index of the dataset in the run, the index of the source in the dataset
// and, where the source is a prefix, the key.
func (s *Sources) OpenInput(ctx context.Context, c *caller.Caller, datasetIndex, sourceIndex int, key string, want storage.Want) (*storage.Reading, error) {
	if datasetIndex < 0 || datasetIndex >= len(c.Run.Datasets) {
		return nil, failure.Forbidden(fmt.Sprintf("the run has %d datasets: there is none with index %d", len(c.Run.Datasets), datasetIndex), nil)
	}
	object := c.Run.Datasets[datasetIndex].Object
	dataset, err := s.dataset(ctx, object, false)
	if err != nil {
		return nil, err
	}
	if sourceIndex < 0 || sourceIndex >= len(dataset.Spec.Files) {
		return nil, failure.Forbidden(fmt.Sprintf("%s has %d sources: there is none with index %d", datasetName(object), len(dataset.Spec.Files), sourceIndex), nil)
	}
	file := &dataset.Spec.Files[sourceIndex]
	if err := checkKey(file, key); err != nil {
		return nil, err
	}
	reading, err := s.openFile(ctx, c, file, &c.Run.Datasets[datasetIndex], key, want)
	if err != nil {
		return nil, blame(v1alpha1.ReasonInputFetchFailed, fileName(datasetName(object), sourceIndex), err)
	}
	return reading, nil
}

// checkKey lets a key name only what the owner put under the prefix.
func checkKey(file *v1alpha1.DatasetFile, key string) error {
	prefix := ""
	if file.S3 != nil {
		prefix = file.S3.Prefix
	}
	if prefix == "" && key != "" {
		return failure.Forbidden("the source is one file: it has no keys", nil)
	}
	if prefix != "" && (key == "" || !strings.HasPrefix(key, prefix) || hasDots(key)) {
		return failure.Forbidden("the key does not lie under the prefix of the source", nil)
	}
	return nil
}

// hasDots says whether a key names its own or its parent folder. To S3 these are names like others, but services that
// keep objects in a file system follow them: prefix/../other would leave the prefix.
func hasDots(key string) bool {
	for segment := range strings.SplitSeq(key, "/") {
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}

func (s *Sources) openFile(ctx context.Context, c *caller.Caller, file *v1alpha1.DatasetFile, of *sandbox.Dataset, key string, want storage.Want) (*storage.Reading, error) {
	web, err := webFile(file, of.Parameters)
	switch {
	case err != nil:
		return nil, err
	case web != nil:
		return s.openHTTP(ctx, c, *web, of.Namespace, want)
	case file.S3 != nil:
		if key == "" {
			key = file.S3.Key
		}
		return s.openS3(ctx, c, file.S3.S3Connection, of.Namespace, key, want)
	case mounted(file):
		return nil, failure.Forbidden("the source is mounted: there is nothing to fetch", nil)
	default:
		return storage.OpenBytes([]byte(file.Inline), want)
	}
}

// mounted says whether the kubelet brings the file.
func mounted(file *v1alpha1.DatasetFile) bool {
	return file.PersistentVolumeClaim != nil || file.Image != nil
}

// webFile is the file as HTTP has it; nil for one that does not come by HTTP. The dataset's parameters go to the owner's
// own URLs alone.
func webFile(file *v1alpha1.DatasetFile, parameters map[string]json.RawMessage) (*v1alpha1.HTTPSource, error) {
	switch {
	case file.HTTP != nil:
		web := *file.HTTP
		var err error
		if web.URL, err = storage.WithQuery(web.URL, parameters); err != nil {
			return nil, failure.Permanent("", err.Error(), nil)
		}
		return &web, nil
	case file.IPFS != nil:
		return new(storage.IPFS(*file.IPFS)), nil
	case file.Arweave != nil:
		return new(storage.Arweave(*file.Arweave)), nil
	default:
		return nil, nil
	}
}

// OpenCode opens the code of the run's algorithm.
func (s *Sources) OpenCode(ctx context.Context, c *caller.Caller, want storage.Want) (*storage.Reading, error) {
	object := c.Run.Algorithm.Object
	algorithm, err := s.algorithm(ctx, c.Run.Algorithm, false)
	if err != nil {
		return nil, err
	}
	reading, err := s.openCode(ctx, c, algorithm.Spec.Code, object.Namespace, want)
	if err != nil {
		return nil, blame(v1alpha1.ReasonAlgorithmFetchFailed, codeName(algorithmName(object)), err)
	}
	return reading, nil
}

func (s *Sources) openCode(ctx context.Context, c *caller.Caller, code *v1alpha1.Code, owner string, want storage.Want) (*storage.Reading, error) {
	switch {
	case code == nil:
		return nil, failure.Forbidden("the algorithm has no code beside its image", nil)
	case code.S3 != nil:
		return s.openS3(ctx, c, code.S3.S3Connection, owner, code.S3.Key, want)
	case code.HTTP != nil:
		return s.openHTTP(ctx, c, *code.HTTP, owner, want)
	case code.IPFS != nil:
		return s.openHTTP(ctx, c, storage.IPFS(*code.IPFS), owner, want)
	case code.Arweave != nil:
		return s.openHTTP(ctx, c, storage.Arweave(*code.Arweave), owner, want)
	default:
		return storage.OpenBytes([]byte(code.Raw), want)
	}
}

func (s *Sources) openS3(ctx context.Context, c *caller.Caller, connection v1alpha1.S3Connection, owner, key string, want storage.Want) (*storage.Reading, error) {
	bucket, err := s.bucket(ctx, c, connection, owner)
	if err != nil {
		return nil, err
	}
	return bucket.Open(ctx, key, want)
}

func (s *Sources) openHTTP(ctx context.Context, c *caller.Caller, source v1alpha1.HTTPSource, owner string, want storage.Want) (*storage.Reading, error) {
	file, err := s.file(ctx, c, source, owner)
	if err != nil {
		return nil, err
	}
	return file.Open(ctx, want)
}

// Results is the bucket and the prefix that the run's results go to.
func (s *Sources) Results(ctx context.Context, c *caller.Caller) (*storage.Bucket, string, error) {
	results := c.Environment.Spec.Results.S3
	bucket, err := s.bucket(ctx, c, results.S3Connection, s.namespace)
	if err != nil {
		return nil, "", blame(v1alpha1.ReasonPublishFailed, "the results bucket of environment "+c.Environment.Name, err)
	}
	return bucket, c.Run.KeyPrefix(results.Prefix), nil
}

func fileName(dataset string, source int) string {
	return fmt.Sprintf("file %d of %s", source, dataset)
}
func codeName(algorithm string) string { return "the code of " + algorithm }

// blame a failure on a file: with the reason that it gives the job, and with the name under which the consumer knows it.
func blame(reason, what string, err error) error {
	e := *failure.Storage(reason, what, err)
	// What the API server or a Secret lacks was said without a reason.
	if e.Reason == "" && e.Status == http.StatusFailedDependency {
		e.Reason, e.Message = reason, what+": "+e.Message
	}
	return &e
}
