package job

import (
	"slices"
	"testing"
	"time"
)

func TestFairly(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	at := func(namespace, name string, second int) place {
		since := noon.Add(time.Duration(second) * time.Second)
		return place{namespace: namespace, name: name, asked: since}
	}
	for name, test := range map[string]struct {
		queue  []place
		served map[string]int64
		want   []string
	}{
		"empty":          {nil, nil, nil},
		"first come":     {[]place{at("a", "2", 2), at("a", "1", 1), at("a", "3", 3)}, nil, []string{"a/1", "a/2", "a/3"}},
		"same second":    {[]place{at("a", "y", 1), at("a", "x", 1)}, nil, []string{"a/x", "a/y"}},
		"take turns":     {[]place{at("a", "1", 1), at("a", "2", 2), at("a", "3", 3), at("b", "1", 8), at("c", "1", 9)}, nil, []string{"a/1", "b/1", "c/1", "a/2", "a/3"}},
		"served longest": {[]place{at("a", "1", 1), at("b", "1", 2), at("c", "1", 3)}, map[string]int64{"a": 7, "b": 3}, []string{"c/1", "b/1", "a/1"}},
		"a crowd does not starve one": {
			[]place{at("a", "1", 1), at("a", "2", 1), at("a", "3", 1), at("a", "4", 1), at("b", "1", 60)}, map[string]int64{"a": 100},
			[]string{"b/1", "a/1", "a/2", "a/3", "a/4"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, p := range fairly(test.queue, test.served) {
				got = append(got, p.namespace+"/"+p.name)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("order is %v, want %v", got, test.want)
			}
		})
	}
}

func TestWorthWriting(t *testing.T) {
	for _, test := range []struct {
		was, is int64
		want    bool
	}{
		{200, 199, false}, {200, 100, true}, {9, 5, false}, {9, 4, true}, {4, 3, true}, {2, 1, true}, {1, 1, false}, {5, 10, true}, {5, 9, false},
	} {
		if got := worthWriting(test.was, test.is); got != test.want {
			t.Errorf("from %d to %d: %t, want %t", test.was, test.is, got, test.want)
		}
	}
}
