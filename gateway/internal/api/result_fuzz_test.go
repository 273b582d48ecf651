package api

import (
	"path"
	"strings"
	"testing"
	"unicode"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Whatever key a pod names, it stays below its own run's prefix, and is never the manifest.
func FuzzResultKey(f *testing.F) {
	for _, key := range []string{"outputs/a", "outputs/../record.json", "logs/algorithm.log", "manifest.json", "outputs//a", "outputs/a\x00"} {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		if checkResultKey(key) != nil || key == sandbox.KeyLog || key == sandbox.KeyRecord {
			return
		}
		if joined := path.Join("prefix", key); !strings.HasPrefix(joined, "prefix/outputs/") || strings.ContainsFunc(key, unicode.IsControl) || joined != "prefix/"+key {
			t.Errorf("%q is taken", key)
		}
	})
}
