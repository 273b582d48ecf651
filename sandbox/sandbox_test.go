package sandbox

import (
	"strings"
	"testing"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func TestSentence(t *testing.T) {
	for text, want := range map[string]string{
		"the bucket is gone":       "The bucket is gone.",
		"Already one.":             "Already one.",
		"two\nlines\tand \x1b  so": "Two lines and \x1b so.",
		"":                         "",
		"broken \xff byte":         "Broken ? byte.",
	} {
		if got := Sentence(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	if got := Sentence(strings.Repeat("ä", maxMessage)); len(got) > maxMessage+10 || !strings.HasSuffix(got, "(cut)") {
		t.Errorf("a long text became %d bytes: ...%s", len(got), got[len(got)-10:])
	}
}

func TestReportsFitTheTerminationMessage(t *testing.T) {
	long := StageReport{Reason: v1alpha1.ReasonInputFetchFailed, Message: Sentence(strings.Repeat("\"", 5000))}
	text, err := Marshal(long)
	if err != nil || len(text) > maxReport {
		t.Errorf("the longest message needs %d bytes: %v", len(text), err)
	}
	if back, ok := Unmarshal[StageReport](string(text)); !ok || back.Message != long.Message {
		t.Error("the report does not come back")
	}
	if _, err := Marshal(StageReport{Message: strings.Repeat("x", maxReport)}); err == nil {
		t.Error("a report that Kubernetes would cut is accepted")
	}
	if _, ok := Unmarshal[StageReport]("panic: x"); ok {
		t.Error("no report is taken for one")
	}
}

// TestKeysOutliveNames looks at what keeps two jobs of one name apart.
func TestKeysOutliveNames(t *testing.T) {
	run := func(n int64) *Run {
		return &Run{Job: Object{Namespace: "lab", Name: "train", UID: "uid"}, Run: n}
	}
	first := run(1)
	if got := first.KeyPrefix(""); got != "lab/train-uid/1/" {
		t.Errorf("got %s", got)
	}
	if got := first.KeyPrefix("a/b"); got != "a/b/lab/train-uid/1/" {
		t.Errorf("with a prefix: %s", got)
	}
	if !strings.HasPrefix(run(2).KeyPrefix("a"), JobKeyPrefix("a", first.Job)) {
		t.Error("a run's keys lie outside of its job's")
	}
	if PodName("uid", 1) == PodName("uid", 2) || PodName("a", 1) == PodName("b", 1) {
		t.Error("two runs share a pod name")
	}
}

func TestParseRun(t *testing.T) {
	if _, err := ParseRun(nil); err == nil {
		t.Error("a pod without the annotation is the pod of a run")
	}
	if _, err := ParseRun(map[string]string{AnnotationRun: "{"}); err == nil {
		t.Error("a broken annotation is a run")
	}
}

func TestInputPath(t *testing.T) {
	if got := InputPath(1, PlanFile{Source: 2}); got != "/v1/run/inputs/1/2" {
		t.Errorf("got %s", got)
	}
	if got := InputPath(0, PlanFile{Key: "a b&c=?"}); got != "/v1/run/inputs/0/0?key=a+b%26c%3D%3F" {
		t.Errorf("got %s", got)
	}
}
