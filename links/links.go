// Package links is the contract of the Secrets in which the controller shares presigned URLs of results: beside a job for its
// consumer, beside a review for the reviewers. The controller writes them; command line and Terraform provider read them.
//
// Whoever has such a URL can read the file: none may stand in a log, an event, an error, a status or a state.
package links

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// SecretType marks the Secrets that the controller writes.
const SecretType corev1.SecretType = "c2d.dev/results"

// Keys of a Secret. Those but KeyExpiresAt are of the newest run that brought anything; KeyOfRun has the files of one run.
const (
	// KeyFiles is a list of Link in JSON.
	KeyFiles = "files"
	// KeyManifest is the URL of the signed manifest.
	KeyManifest = "manifest"
	// KeyLog is the URL of the algorithm's log.
	KeyLog = "log"
	// KeyExpiresAt is when all URLs end, in RFC 3339.
	KeyExpiresAt = "expiresAt"

	keyRun = "run-"
)

// KeyOfRun is the key of the files of a run, a list as that in KeyFiles.
func KeyOfRun(run int64) string { return keyRun + strconv.FormatInt(run, 10) }

// OfJob is the name of the Secret beside a job.
func OfJob(job string) string { return job + "-results" }

// OfReview is the name of the Secret beside a review.
func OfReview(review string) string { return review + "-links" }

// Link is a file that can be read.
type Link struct {
	Name   string              `json:"name"`
	Type   v1alpha1.ResultType `json:"type"`
	Bytes  int64               `json:"bytes"`
	SHA256 string              `json:"sha256"`
	URL    string              `json:"url"`
}

// To a result; its URL is left out.
func To(result sandbox.ManifestResult) Link {
	return Link{Name: result.Name, Type: result.Type, Bytes: result.Bytes, SHA256: result.SHA256}
}

// Result that the link leads to.
func (l Link) Result() sandbox.ManifestResult {
	return sandbox.ManifestResult{Name: l.Name, Type: l.Type, Bytes: l.Bytes, SHA256: l.SHA256}
}

// Key of the object under the run's prefix.
func (l Link) Key() string {
	if l.Type == v1alpha1.ResultManifest {
		return sandbox.KeyManifest
	}
	return l.Result().Key()
}

// Data of a Secret whose URLs end at a time. Each list stands under the key that is given.
func Data(expiresAt time.Time, lists map[string][]Link) (map[string][]byte, error) {
	data := map[string][]byte{KeyExpiresAt: []byte(expiresAt.UTC().Format(time.RFC3339))}
	for key, list := range lists {
		text, err := json.Marshal(list)
		if err != nil {
			return nil, err
		}
		data[key] = text
	}
	for _, link := range lists[KeyFiles] {
		switch link.Type {
		case v1alpha1.ResultManifest:
			data[KeyManifest] = []byte(link.URL)
		case v1alpha1.ResultLog:
			data[KeyLog] = []byte(link.URL)
		}
	}
	return data, nil
}

// ErrNone says that a Secret has no such list.
var ErrNone = errors.New("no links")

// Read the list of a key. The error wraps ErrNone where there is none; no error quotes the Secret's content.
func Read(secret *corev1.Secret, key string) ([]Link, error) {
	if secret.Type != SecretType {
		return nil, fmt.Errorf("the Secret %s is of type %q, expected %q: it was not written by the controller", secret.Name, secret.Type, SecretType)
	}
	text, exists := secret.Data[key]
	if !exists {
		return nil, fmt.Errorf("the Secret %s has %w under %s", secret.Name, ErrNone, key)
	}
	var list []Link
	if json.Unmarshal(text, &list) != nil {
		// The decoder's error could quote a URL.
		return nil, fmt.Errorf("the Secret %s: %s is not a JSON list of files", secret.Name, key)
	}
	return list, nil
}

// ExpiresAt is when the URLs of a Secret end.
func ExpiresAt(secret *corev1.Secret) (time.Time, error) {
	end, err := time.Parse(time.RFC3339, string(secret.Data[KeyExpiresAt]))
	if err != nil {
		return time.Time{}, fmt.Errorf("the Secret %s: %s is not a time in RFC 3339", secret.Name, KeyExpiresAt)
	}
	return end, nil
}
