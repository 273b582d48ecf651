package payment

import (
	"math/big"
	"testing"
	"time"
)

func TestCalm(t *testing.T) {
	start := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	at := func(mined, pending, head uint64, after time.Duration) look {
		return look{mined, pending, head, start.Add(after)}
	}
	for name, test := range map[string]struct {
		looks []look
		want  bool
	}{
		"the first look":                             {[]look{at(5, 5, 100, 0)}, false},
		"too few blocks later":                       {[]look{at(5, 5, 100, 0), at(5, 5, 102, time.Second)}, false},
		"enough blocks later":                        {[]look{at(5, 5, 100, 0), at(5, 5, 103, time.Second)}, true},
		"what was pending is pending":                {[]look{at(5, 6, 100, 0), at(5, 6, 200, time.Hour)}, false},
		"what was pending is mined, more is pending": {[]look{at(5, 6, 100, 0), at(6, 9, 200, time.Minute)}, true},
		"a chain without blocks":                     {[]look{at(5, 5, 100, 0), at(5, 5, 100, calmTime)}, true},
	} {
		var c calm
		got := false
		for _, l := range test.looks {
			got = c.lasts(big.NewInt(1), l, 3)
		}
		if got != test.want {
			t.Errorf("%s: %t, want %t", name, got, test.want)
		}
	}
	var c calm
	c.lasts(big.NewInt(1), at(5, 5, 100, 0), 3)
	c.disturb(big.NewInt(1))
	if c.lasts(big.NewInt(1), at(5, 5, 200, time.Hour), 3) {
		t.Error("it lasts although something was sent")
	}
}
