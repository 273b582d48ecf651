package sandbox

import (
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
)

// Run is what policy said yes to. It travels on the pod, so that what was approved is what runs: the gateway hands out
// the objects in these generations and no others.
type Run struct {
	Job         Object    `json:"job"`
	Run         int64     `json:"run"`
	Environment Object    `json:"environment"`
	Datasets    []Dataset `json:"datasets"`
	Algorithm   Algorithm `json:"algorithm"`
	// Parameters of the algorithm, with defaults filled in. Nil: the consumer gave none.
	Parameters map[string]json.RawMessage `json:"parameters,omitempty"`
	// Deliver is what the consumer wants, less what the owners' rules withhold.
	Deliver []v1alpha1.Delivery `json:"deliver"`
	// LogAfterReview says that the consumer wants the log, and that it may leave after a review.
	LogAfterReview bool `json:"logAfterReview,omitempty"`
	// Network says that the algorithm reaches the internet.
	Network bool `json:"network,omitempty"`
	// Rules by which the outputs are judged. Nil: the defaults.
	Rules *disclosure.Rules `json:"rules,omitempty"`
}

// Object in the cluster, in one generation.
type Object struct {
	Namespace  string    `json:"namespace,omitempty"`
	Name       string    `json:"name"`
	UID        types.UID `json:"uid"`
	Generation int64     `json:"generation,omitempty"`
}

// Dataset of a run.
type Dataset struct {
	Object
	DID string `json:"did"`
	// Content that must be found again; nil where the dataset has none pinned yet.
	Content *Content `json:"content,omitempty"`
	// Parameters of the dataset, with defaults filled in. Nil: there are none.
	Parameters map[string]json.RawMessage `json:"parameters,omitempty"`
	// Mounts are the files that are not copied, in the order of their index.
	Mounts []Mount `json:"mounts,omitempty"`
	// Review that the owner asks for; nil: none, whatever comes out.
	Review *Review `json:"review,omitempty"`
}

// Review of results that an owner asks for.
type Review struct {
	Required v1alpha1.ReviewRequired `json:"required"`
	// Log says that the log leaves after a review alone.
	Log       bool          `json:"log,omitempty"`
	Approvals int32         `json:"approvals"`
	Deadline  time.Duration `json:"deadline"`
}

// Steady says whether every run must find the same content: parameters may ask a server for another one.
func (d *Dataset) Steady() bool { return len(d.Parameters) == 0 }

// Algorithm of a run.
type Algorithm struct {
	// Object is the Algorithm, or the job itself where Raw says so.
	Object
	DID string `json:"did"`
	// Checksum of all that runs.
	Checksum string `json:"checksum"`
	// Raw says that the algorithm stands in the job. The job may change in what does not run: the checksum, not the
	// generation, says that it is what was approved.
	Raw bool `json:"raw,omitempty"`
	// Image with its digest, and how it is started. Environment variables are in the checksum alone.
	Image      string   `json:"image,omitempty"`
	Entrypoint string   `json:"entrypoint,omitempty"`
	Command    []string `json:"command,omitempty"`
	// CodeSHA256 of the code, in hex; empty where the code is in the image.
	CodeSHA256 string `json:"codeSHA256,omitempty"`
}

// RawAlgorithm is the algorithm that stands in a job, as if it were an object of its own.
func RawAlgorithm(job *v1alpha1.ComputeJob) *v1alpha1.Algorithm {
	raw := job.Spec.Algorithm.Raw
	return &v1alpha1.Algorithm{
		ObjectMeta: metav1.ObjectMeta{Namespace: job.Namespace, Name: job.Name, UID: job.UID, CreationTimestamp: job.CreationTimestamp},
		Spec: v1alpha1.AlgorithmSpec{
			Metadata: v1alpha1.Metadata{Name: job.Name}, Container: raw.Container, Code: raw.Code,
		},
	}
}

// Content of a dataset: its number of files, their bytes together, and the SHA-256 over one line
// "<sha256 of the file>  <index>\n" for each file in order. Files that are mounted are left out: nobody reads them.
type Content struct {
	Files  int64  `json:"files"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Delivers says whether the run lets this out.
func (r *Run) Delivers(what v1alpha1.Delivery) bool {
	for _, d := range r.Deliver {
		if d == what {
			return true
		}
	}
	return false
}

// KeepsLog says whether the log is published for the consumer: to be read at once, or after a review.
func (r *Run) KeepsLog() bool { return r.Delivers(v1alpha1.DeliverLogs) || r.LogAfterReview }

// Disclosure rules of the run.
func (r *Run) Disclosure() disclosure.Rules {
	if r.Rules == nil {
		return disclosure.Strictest()
	}
	return *r.Rules
}

// Keys of a run in the results bucket. The pod writes the record and what it lists; the controller signs the manifest.
const (
	KeyOutputs  = "outputs/"
	KeyLog      = "logs/algorithm.log"
	KeyRecord   = "record.json"
	KeyManifest = "manifest.json"
)

// KeyPrefix of a run in the results bucket, with a slash at its end. It carries the job's UID, since it can outlive the
// job's name.
func (r *Run) KeyPrefix(bucketPrefix string) string {
	return JobKeyPrefix(bucketPrefix, r.Job) + strconv.FormatInt(r.Run, 10) + "/"
}

// JobKeyPrefix of all runs of a job in the results bucket, with a slash at its end.
func JobKeyPrefix(bucketPrefix string, job Object) string {
	return path.Join(bucketPrefix, job.Namespace, fmt.Sprintf("%s-%s", job.Name, job.UID)) + "/"
}

// ParseRun reads the Run from a pod's annotation.
func ParseRun(annotations map[string]string) (*Run, error) {
	text, ok := annotations[AnnotationRun]
	if !ok {
		return nil, fmt.Errorf("the pod has no annotation %s: it is not the pod of a run", AnnotationRun)
	}
	var run Run
	if err := json.Unmarshal([]byte(text), &run); err != nil {
		return nil, fmt.Errorf("annotation %s: %w", AnnotationRun, err)
	}
	return &run, nil
}
