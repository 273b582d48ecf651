package sandbox

import (
	"encoding/json"
	"net/url"
	"strconv"
	"time"
)

// The gateway's API for pods. Every call carries the pod's token as a bearer token; which run it is for follows from
// the token alone.
const (
	// PathPlan answers a Plan.
	PathPlan = "/v1/run/plan"
	// PathIsolation answers an Isolation.
	PathIsolation = "/v1/run/isolation"
	// PathCode answers the algorithm's code.
	PathCode = "/v1/run/code"
	// PathResults takes, with PUT, a result under its key: PathResults + "outputs/model.json". It answers a Stored.
	PathResults = "/v1/run/results/"
	// PathOutputs removes, with DELETE, all outputs of the run.
	PathOutputs = PathResults + "outputs"
	// PathInputs is the start of the paths of input files, see InputPath.
	PathInputs = "/v1/run/inputs/"
)

// InputPath of a file: GET with Range and If-Match answers its bytes.
func InputPath(dataset int, file PlanFile) string {
	p := PathInputs + strconv.Itoa(dataset) + "/" + strconv.Itoa(file.Source)
	if file.Key != "" {
		p += "?key=" + url.QueryEscape(file.Key)
	}
	return p
}

// Plan is what stage has to put into the pod.
type Plan struct {
	// Run that the pod is for, as on its annotation.
	Run       Run           `json:"run"`
	Datasets  []PlanDataset `json:"datasets"`
	Algorithm PlanAlgorithm `json:"algorithm"`
	// CustomData becomes algoCustomData.json: the parameters, or null.
	CustomData json.RawMessage `json:"customData"`
	// Canaries that must not appear in any output.
	Canaries []string `json:"canaries,omitempty"`
}

// PlanDataset is a dataset to stage.
type PlanDataset struct {
	// ID is the DID without its method prefix: the name of the folder.
	ID  string          `json:"id"`
	DDO json.RawMessage `json:"ddo"`
	// Files in the order of their index.
	Files []PlanFile `json:"files"`
	// Content that must be found; nil where none is pinned.
	Content *Content `json:"content,omitempty"`
}

// PlanFile is a file to stage.
type PlanFile struct {
	// Source is the index in the dataset's spec.files.
	Source int `json:"source"`
	// Key of the object, where the source is a prefix.
	Key string `json:"key,omitempty"`
	// Bytes of the file, -1 where the source does not say.
	Bytes int64 `json:"bytes"`
	// SHA256 that the file must have; empty where it is not pinned.
	SHA256 string `json:"sha256,omitempty"`
	// Mounted says that the kubelet brings the file: there is nothing to fetch.
	Mounted bool `json:"mounted,omitempty"`
}

// PlanAlgorithm is the algorithm to stage.
type PlanAlgorithm struct {
	// ID is the DID without its method prefix.
	ID  string          `json:"id"`
	DDO json.RawMessage `json:"ddo"`
	// Code says whether there is code to fetch, and SHA256 what it must hash to.
	Code   bool   `json:"code"`
	SHA256 string `json:"sha256,omitempty"`
}

// Isolation is what the gateway knows of its canary.
type Isolation struct {
	// Listening says that the canary of the answering gateway answered just now, dialled by itself.
	Listening bool `json:"listening"`
	// Visited says when the asking pod last reached the canary of the answering gateway; zero: never.
	Visited time.Time `json:"visited,omitzero"`
	// Address of the answering gateway's pod: gateways that were not there when the asking pod was made are found by it.
	Address string `json:"address,omitempty"`
}

// Stored is the answer to a PUT.
type Stored struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Failure is the body of every answer of the gateway that is not a success.
type Failure struct {
	// Reason of the job, where the failure decides it.
	Reason string `json:"reason,omitempty"`
	// Message for the owner and the consumer: one sentence without any secret.
	Message string `json:"message"`
	// Retry says whether the same call may succeed later.
	Retry bool `json:"retry,omitempty"`
}
