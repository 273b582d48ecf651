package manager

import (
	"strings"
	"testing"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/events"
)

func TestNotesFit(t *testing.T) {
	fake := events.NewFakeRecorder(1)
	for text, want := range map[string]string{
		"short":                         "Normal Ended short",
		"100 %d of it":                  "Normal Ended 100 %d of it",
		strings.Repeat("x", 1024):       "Normal Ended " + strings.Repeat("x", 1024),
		strings.Repeat("x", 1025):       "Normal Ended " + strings.Repeat("x", 1018) + " (cut)",
		strings.Repeat("ä", 1000):       "Normal Ended " + strings.Repeat("ä", 509) + " (cut)",
		"x" + strings.Repeat("ä", 1000): "Normal Ended x" + strings.Repeat("ä", 508) + " (cut)",
	} {
		recorder{fake}.Eventf(&corev1.Pod{}, nil, corev1.EventTypeNormal, "Ended", "End", "%s", text)
		got := <-fake.Events
		if got != want || !utf8.ValidString(got) {
			t.Errorf("%.20s...: got %q, want %q", text, got, want)
		}
	}
}
