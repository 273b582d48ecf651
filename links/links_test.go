package links

import (
	"errors"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// What the controller writes is what the tools read.
func TestWrittenAndRead(t *testing.T) {
	end := time.Date(2027, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	list := []Link{
		{Name: "manifest.json", Type: v1alpha1.ResultManifest, Bytes: 1, SHA256: "a", URL: "https://s3.example.org/manifest"},
		{Name: "plots/roc.png", Type: v1alpha1.ResultOutput, Bytes: 2, SHA256: "b", URL: "https://s3.example.org/roc"},
		{Name: "algorithm.log", Type: v1alpha1.ResultLog, Bytes: 3, SHA256: "c", URL: "https://s3.example.org/log"},
	}
	data, err := Data(end, map[string][]Link{KeyFiles: list, KeyOfRun(3): list[2:]})
	if err != nil {
		t.Fatal(err)
	}
	if string(data[KeyManifest]) != list[0].URL || string(data[KeyLog]) != list[2].URL || string(data[KeyExpiresAt]) != "2027-01-02T02:04:05Z" {
		t.Errorf("the Secret holds %s", data)
	}
	secret := &corev1.Secret{Type: SecretType, Data: data}
	if got, err := Read(secret, KeyFiles); err != nil || len(got) != 3 || got[1] != list[1] {
		t.Errorf("read %v: %v", got, err)
	}
	if got, err := Read(secret, KeyOfRun(3)); err != nil || len(got) != 1 || got[0] != list[2] {
		t.Errorf("read of run 3 %v: %v", got, err)
	}
	if got, err := ExpiresAt(secret); err != nil || !got.Equal(end) {
		t.Errorf("the end is %s: %v", got, err)
	}
	for i, want := range []string{"manifest.json", "outputs/plots/roc.png", "logs/algorithm.log"} {
		if got := list[i].Key(); got != want {
			t.Errorf("the key of %s is %s, want %s", list[i].Name, got, want)
		}
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	const url = "https://s3.example.org/?X-Amz-Signature=secret"
	for name, test := range map[string]struct {
		kind corev1.SecretType
		data map[string][]byte
		none bool
		want string
	}{
		"of somebody else": {corev1.SecretTypeOpaque, map[string][]byte{KeyFiles: []byte(`[]`)}, false, `is of type "Opaque", expected "c2d.dev/results"`},
		"no list":          {SecretType, map[string][]byte{KeyExpiresAt: nil}, true, "no links"},
		"not JSON":         {SecretType, map[string][]byte{KeyFiles: []byte(url)}, false, "not a JSON list"},
		"not a list":       {SecretType, map[string][]byte{KeyFiles: []byte(`{"url":"` + url + `"}`)}, false, "not a JSON list"},
	} {
		t.Run(name, func(t *testing.T) {
			secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "train-results"}, Type: test.kind, Data: test.data}
			_, err := Read(secret, KeyFiles)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "train-results") || errors.Is(err, ErrNone) != test.none {
				t.Errorf("got %v, want one that says %q of the Secret", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "Signature") {
				t.Errorf("the error has a URL in it: %v", err)
			}
		})
	}
	if _, err := ExpiresAt(&corev1.Secret{Data: map[string][]byte{KeyExpiresAt: []byte(url)}}); err == nil || strings.Contains(err.Error(), "Signature") {
		t.Errorf("a URL as a time: %v", err)
	}
}
