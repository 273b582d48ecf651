package source

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/caller"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// Bounds of a plan.
const (
	// maxFiles of all datasets of a run together.
	maxFiles = 100_000
	// asksAtOnce to the sources of one plan, and listsAtOnce of all plans, since listings take memory.
	asksAtOnce  = 16
	listsAtOnce = 2
)

// Plan says what stage has to put into the pod. Prefixes are expanded and every source is asked for its size, so that
// one that is missing or closed fails before any data flows.
func (s *Sources) Plan(ctx context.Context, c *caller.Caller) (*sandbox.Plan, error) {
	customData, err := json.Marshal(c.Run.Parameters)
	if err != nil {
		return nil, failure.Permanent(v1alpha1.ReasonInputFetchFailed, "the parameters of the run are no JSON", err)
	}
	algorithm, err := s.planAlgorithm(ctx, c)
	if err != nil {
		return nil, err
	}
	plan := &sandbox.Plan{Run: *c.Run, Algorithm: *algorithm, CustomData: customData}
	if plan.Canaries, err = s.canaries(ctx, c.Run); err != nil {
		return nil, err
	}
	specs := make([]*v1alpha1.DatasetSpec, len(c.Run.Datasets))
	for i, want := range c.Run.Datasets {
		dataset, err := s.dataset(ctx, want.Object, true)
		if err != nil {
			return nil, err
		}
		ddo, err := ocean.DatasetDDO(dataset, want.DID)
		if err != nil {
			return nil, failure.Permanent(v1alpha1.ReasonInputFetchFailed, datasetName(want.Object)+": its DDO cannot be made", err)
		}
		specs[i] = &dataset.Spec
		plan.Datasets = append(plan.Datasets, sandbox.PlanDataset{ID: ocean.ID(want.DID), DDO: ddo, Content: want.Content})
	}
	return plan, s.planDatasets(ctx, c, specs, plan.Datasets)
}

// planDatasets asks the sources at the same time and puts what they say in order.
func (s *Sources) planDatasets(ctx context.Context, c *caller.Caller, specs []*v1alpha1.DatasetSpec, planned []sandbox.PlanDataset) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(asksAtOnce)
	found := make([][][]sandbox.PlanFile, len(specs))
	var total atomic.Int64
	for i, spec := range specs {
		object := c.Run.Datasets[i].Object
		found[i] = make([][]sandbox.PlanFile, len(spec.Files))
		for j := range spec.Files {
			group.Go(func() error {
				files, err := s.planFiles(ctx, c, &c.Run.Datasets[i], j, &spec.Files[j])
				if err != nil {
					return blame(v1alpha1.ReasonInputFetchFailed, fileName(datasetName(object), j), err)
				}
				if total.Add(int64(len(files))) > maxFiles {
					return failure.Permanent(v1alpha1.ReasonInputFetchFailed, fmt.Sprintf("the datasets of the run have more than %d files", maxFiles), nil)
				}
				found[i][j] = files
				return nil
			})
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i := range found {
		planned[i].Files = slices.Concat(found[i]...)
	}
	return nil
}

func (s *Sources) planAlgorithm(ctx context.Context, c *caller.Caller) (*sandbox.PlanAlgorithm, error) {
	want := c.Run.Algorithm
	algorithm, err := s.algorithm(ctx, want, true)
	if err != nil {
		return nil, err
	}
	ddo, err := ocean.AlgorithmDDO(algorithm, want.DID)
	if err != nil {
		return nil, failure.Permanent(v1alpha1.ReasonAlgorithmFetchFailed, algorithmName(want.Object)+": its DDO cannot be made", err)
	}
	return &sandbox.PlanAlgorithm{
		ID: ocean.ID(want.DID), DDO: ddo,
		Code: algorithm.Spec.Code != nil, SHA256: ocean.CodeSHA256(algorithm.Spec.Code),
	}, nil
}

// planFiles of one source: one, or as many as lie under its prefix.
func (s *Sources) planFiles(ctx context.Context, c *caller.Caller, of *sandbox.Dataset, index int, file *v1alpha1.DatasetFile) ([]sandbox.PlanFile, error) {
	one := func(bytes int64) []sandbox.PlanFile {
		return []sandbox.PlanFile{{Source: index, Bytes: bytes, SHA256: file.SHA256}}
	}
	web, err := webFile(file, of.Parameters)
	switch {
	case err != nil:
		return nil, err
	case mounted(file):
		return []sandbox.PlanFile{{Source: index, Mounted: true}}, nil
	case web != nil:
		behind, err := s.file(ctx, c, *web, of.Namespace)
		if err != nil {
			return nil, err
		}
		object, err := behind.Head(ctx)
		return one(object.Bytes), err
	case file.S3 != nil:
		bucket, err := s.bucket(ctx, c, file.S3.S3Connection, of.Namespace)
		if err != nil {
			return nil, err
		}
		if file.S3.Prefix == "" {
			object, err := bucket.Head(ctx, file.S3.Key)
			return one(object.Bytes), err
		}
		return s.planPrefix(ctx, bucket, file.S3.Prefix, index)
	default:
		return one(int64(len(file.Inline))), nil
	}
}

func (s *Sources) planPrefix(ctx context.Context, bucket *storage.Bucket, prefix string, index int) ([]sandbox.PlanFile, error) {
	if err := s.lists.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer s.lists.Release(1)
	objects, err := bucket.List(ctx, prefix)
	if err != nil {
		return nil, err
	}
	if len(objects) == 0 {
		return nil, failure.Permanent("", "nothing lies under its prefix", nil)
	}
	files := make([]sandbox.PlanFile, len(objects))
	for i, object := range objects {
		if hasDots(object.Key) {
			return nil, failure.Permanent("", "the key of an object under its prefix has . or .. for a folder", nil)
		}
		files[i] = sandbox.PlanFile{Source: index, Key: object.Key, Bytes: object.Bytes}
	}
	return files, nil
}
