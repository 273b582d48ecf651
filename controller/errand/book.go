package errand

import (
	"sync"
	"time"
)

const (
	firstPause   = 2 * time.Second
	longestPause = 10 * time.Minute
	// forgetAfter is longer than anything asks for an errand.
	forgetAfter = 2 * time.Hour
)

// book of errands: which are over, and when the others are tried again. It is lost with the process; what is done is then
// done again, which does no harm.
type book struct {
	mutex   sync.Mutex
	entries map[string]entry
}

type entry struct {
	over    bool
	message string
	pause   time.Duration
	next    time.Time
	at      time.Time
}

// finished says whether an errand is over, and what is to be said of it.
func (b *book) finished(key string) (message string, over bool) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	e := b.entries[key]
	return e.message, e.over
}

// wait is how long to wait before an errand is tried again.
func (b *book) wait(key string, now time.Time) time.Duration {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return max(b.entries[key].next.Sub(now), 0)
}

// finish an errand.
func (b *book) finish(key, message string, now time.Time) {
	b.put(key, entry{over: true, message: message, at: now}, now)
}

// fail an errand. It answers the pause before the next try: twice the last one.
func (b *book) fail(key string, now time.Time) time.Duration {
	b.mutex.Lock()
	pause := min(max(2*b.entries[key].pause, firstPause), longestPause)
	b.mutex.Unlock()
	b.put(key, entry{pause: pause, next: now.Add(pause), at: now}, now)
	return pause
}

func (b *book) put(key string, e entry, now time.Time) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.entries == nil {
		b.entries = map[string]entry{}
	}
	for known, old := range b.entries {
		if now.Sub(old.at) > forgetAfter {
			delete(b.entries, known)
		}
	}
	b.entries[key] = e
}
