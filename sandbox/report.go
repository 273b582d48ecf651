package sandbox

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
)

// Reports are the termination messages of the containers: the controller's only channel. Kubernetes cuts them at 4096
// bytes. A Reason is one of the reasons of package v1alpha1, empty where all went well; a Message is one sentence that
// the consumer may read: no name, place or value that the algorithm chose.

// StageReport is the report of stage.
type StageReport struct {
	Reason  string `json:"reason,omitempty"`
	Message string `json:"message,omitempty"`
	// Datasets in the order of the run.
	Datasets []Content `json:"datasets,omitempty"`
}

// RunReport is the report of `agent run`, written when no process of the algorithm is left that could write another. An
// algorithm that has it ended before its time may still forge it: the Message is for the owner alone.
type RunReport struct {
	Reason  string `json:"reason,omitempty"`
	Message string `json:"message,omitempty"`
}

// PublishReport is the report of publish.
type PublishReport struct {
	Reason  string `json:"reason,omitempty"`
	Message string `json:"message,omitempty"`
	// Outputs that were uploaded, and their bytes together.
	Outputs int64 `json:"outputs"`
	Bytes   int64 `json:"bytes"`
	// Record is the SHA-256 of the uploaded record, in hex.
	Record string `json:"record,omitempty"`
	// Flags is one sentence with the checks that flagged an output, and LogWithheld one with those that keep the log back.
	// Both are empty where there is nothing to say, and may be read by the consumer.
	Flags       string `json:"flags,omitempty"`
	LogWithheld string `json:"logWithheld,omitempty"`
}

// maxReport is where Kubernetes cuts termination messages.
const maxReport = 4096

// maxMessage keeps a report below maxReport after escaping.
const maxMessage = 1024

// Marshal a report for the termination message.
func Marshal[R StageReport | RunReport | PublishReport](report R) ([]byte, error) {
	text, err := json.Marshal(report)
	if err != nil {
		return nil, err
	}
	if len(text) > maxReport {
		return nil, fmt.Errorf("the report has %d bytes, at most %d fit into a termination message", len(text), maxReport)
	}
	return text, nil
}

// Unmarshal a report. A message that is none says false: the container ended without a word.
func Unmarshal[R StageReport | RunReport | PublishReport](message string) (report R, ok bool) {
	err := json.Unmarshal([]byte(message), &report)
	return report, err == nil
}

// Sentence makes a text fit for a report's message: one line, bounded, with a capital and a full stop.
func Sentence(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "?")), " ")
	if first, size := utf8.DecodeRuneInString(text); size > 0 {
		text = string(unicode.ToUpper(first)) + strings.TrimSuffix(text[size:], ".") + "."
	}
	if len(text) > maxMessage {
		text = strings.ToValidUTF8(text[:maxMessage], "") + " (cut)"
	}
	return text
}

// Staged is what stage tells publish.
type Staged struct {
	Run      Run       `json:"run"`
	Datasets []Content `json:"datasets"`
	// Canaries that must not appear in any output.
	Canaries []string `json:"canaries,omitempty"`
}

// Record lists what a run was and what it brought, as its pod says. It lies beside the results, and the signed manifest is
// made of it.
type Record struct {
	Job         Object            `json:"job"`
	Run         int64             `json:"run"`
	Environment Object            `json:"environment"`
	Algorithm   Algorithm         `json:"algorithm"`
	Parameters  any               `json:"parameters,omitempty"`
	Datasets    []ManifestDataset `json:"datasets"`
	Published   time.Time         `json:"published"`
	Results     []ManifestResult  `json:"results"`
}

// ManifestDataset is a dataset with what was found in it.
type ManifestDataset struct {
	DID        string `json:"did"`
	Parameters any    `json:"parameters,omitempty"`
	// Content of the files that were copied; it says nothing of those that were mounted.
	Content Content           `json:"content"`
	Mounted []ManifestMounted `json:"mounted,omitempty"`
}

// ManifestMounted is a file that the algorithm read where it lies.
type ManifestMounted struct {
	Index int `json:"index"`
	// Digest of its image; empty for a file on a volume, whose content nobody has checked.
	Digest string `json:"digest,omitempty"`
}

// ManifestResult is a file that may leave.
type ManifestResult struct {
	// Name of the file, with its sub-folders.
	Name   string              `json:"name"`
	Type   v1alpha1.ResultType `json:"type"`
	Bytes  int64               `json:"bytes"`
	SHA256 string              `json:"sha256"`
	// Flags are the checks that flagged the file.
	Flags []disclosure.Check `json:"flags,omitempty"`
}

// Key of the result under the run's prefix.
func (r ManifestResult) Key() string {
	if r.Type == v1alpha1.ResultLog {
		return KeyLog
	}
	return KeyOutputs + r.Name
}
