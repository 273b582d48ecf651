package payment

import (
	"testing"
	"time"
)

func TestDecide(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	seen, sure := &Event{}, &Event{Confirmed: true}
	for name, test := range map[string]struct {
		facts          Facts
		lock, settling Action
	}{
		"nothing yet": {Facts{Quiet: true}, SendLock, BelieveNothing},
		"nothing yet, and something is on its way": {Facts{}, SendLock, Wait},
		"locked, not confirmed":                    {Facts{Locked: seen, Live: true, Expires: now.Add(time.Hour)}, Wait, SendClaim},
		"the lock is live, its event not seen yet": {Facts{Live: true, Expires: now.Add(time.Hour)}, Wait, SendClaim},
		"locked":                           {Facts{Locked: sure, Live: true, Expires: now.Add(time.Hour)}, BelieveLock, SendClaim},
		"locked, to the last second":       {Facts{Locked: sure, Live: true, Expires: now}, BelieveLock, SendClaim},
		"expired":                          {Facts{Locked: sure, Live: true, Expires: now.Add(-time.Second)}, BelieveLock, SendCancel},
		"locked and gone, no end seen yet": {Facts{Locked: sure, Quiet: true}, Wait, Wait},
		"taken back by a reorganisation, and pending": {Facts{}, SendLock, Wait},
		"claimed, not confirmed":                      {Facts{Locked: sure, Claimed: seen, Quiet: true}, Wait, Wait},
		"claimed":                                     {Facts{Locked: sure, Claimed: sure, Quiet: true}, BelieveClaim, BelieveClaim},
		"a late claim that cancelled":                 {Facts{Locked: sure, Canceled: sure, Quiet: true}, BelieveCancel, BelieveCancel},
		"cancelled, not confirmed":                    {Facts{Locked: sure, Canceled: seen, Quiet: true}, Wait, Wait},
	} {
		t.Run(name, func(t *testing.T) {
			test.facts.Time = now
			if got := ToLock(test.facts); got != test.lock {
				t.Errorf("to lock: %s, want %s", got, test.lock)
			}
			if got := ToSettle(test.facts); got != test.settling {
				t.Errorf("to settle: %s, want %s", got, test.settling)
			}
		})
	}
}
