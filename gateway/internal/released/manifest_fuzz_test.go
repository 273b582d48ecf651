package released

import (
	"bytes"
	"testing"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// What lies in the bucket as a manifest may be anything: it is read one result at a time, or refused.
func FuzzEachResult(f *testing.F) {
	f.Add([]byte(`{"subject":[],"predicate":{"run":1,"results":[{"name":"a","type":"Output"}],"x":[[{}]]}}`))
	f.Add([]byte(`{"predicate":{"results":null}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		count := 0
		_ = eachResult(bytes.NewReader(text), func(sandbox.ManifestResult) error { count++; return nil })
		if count > len(text) {
			t.Errorf("%d results out of %d bytes", count, len(text))
		}
	})
}
