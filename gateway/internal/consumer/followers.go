package consumer

import (
	"fmt"
	"sync"

	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
)

// followerCount bounds the logs that are being read, in all and of one namespace.
type followerCount struct {
	most, mostOfOne int

	mutex sync.Mutex
	all   int
	of    map[string]int
}

func newFollowerCount(most, mostOfOne int) *followerCount {
	return &followerCount{most: most, mostOfOne: mostOfOne, of: map[string]int{}}
}

// enter where there is room, and leave again.
func (f *followerCount) enter(namespace string) (leave func(), err error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	switch {
	case f.all >= f.most:
		return nil, failure.Later("", tooManyFollowers, nil)
	case f.of[namespace] >= f.mostOfOne:
		return nil, failure.Later("", fmt.Sprintf(tooManyOfOneSpace, namespace), nil)
	}
	f.all++
	f.of[namespace]++
	return func() {
		f.mutex.Lock()
		defer f.mutex.Unlock()
		f.all--
		if f.of[namespace]--; f.of[namespace] == 0 {
			delete(f.of, namespace)
		}
	}, nil
}
