package sandbox_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// An algorithm may write the termination message of its container: whatever it is, a sentence made of it is one bounded line.
func FuzzReports(f *testing.F) {
	f.Add(`{"reason":"ExitCode","message":"one\ntwo"}`)
	f.Add(`{"record":"aa","outputs":-1,"bytes":1e99}`)
	f.Fuzz(func(t *testing.T, text string) {
		sandbox.Unmarshal[sandbox.StageReport](text)
		sandbox.Unmarshal[sandbox.PublishReport](text)
		report, _ := sandbox.Unmarshal[sandbox.RunReport](text)
		for _, said := range []string{report.Message, text} {
			if s := sandbox.Sentence(said); strings.ContainsAny(s, "\n\r\t") || len(s) > 2048 || !utf8.ValidString(s) {
				t.Errorf("%q became %q", said, s)
			}
		}
	})
}

// What stands on a pod is the controller's; what cannot be read is an error and nothing worse.
func FuzzParseRun(f *testing.F) {
	f.Add(`{"job":{"name":"a","uid":"b"},"run":1}`)
	f.Fuzz(func(_ *testing.T, text string) {
		if run, err := sandbox.ParseRun(map[string]string{sandbox.AnnotationRun: text}); err == nil {
			_ = run.KeyPrefix("prefix")
			_ = run.Disclosure()
		}
	})
}
