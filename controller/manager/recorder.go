package manager

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"
)

// maxNote bytes are what an API server takes as the note of an event (events.k8s.io/v1).
const maxNote = 1024

// recorder shortens notes that the API server would refuse: the condition that an event repeats has the whole text.
type recorder struct{ events.EventRecorder }

// Eventf records an event.
func (r recorder) Eventf(regarding, related runtime.Object, kind, reason, action, note string, arguments ...any) {
	r.EventRecorder.Eventf(regarding, related, kind, reason, action, "%s", shorten(fmt.Sprintf(note, arguments...)))
}

func shorten(note string) string {
	const mark = " (cut)"
	if len(note) <= maxNote {
		return note
	}
	return strings.ToValidUTF8(note[:maxNote-len(mark)], "") + mark
}
