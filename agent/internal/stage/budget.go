package stage

import (
	"fmt"
	"sync/atomic"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// budget of disk that all files share.
type budget struct {
	limit int64
	used  atomic.Int64
}

// take bytes before they are written.
func (b *budget) take(bytes int64) error {
	if b.used.Add(bytes) > b.limit {
		return b.exceeded()
	}
	return nil
}

// give back what was written and is written anew.
func (b *budget) give(bytes int64) { b.used.Add(-bytes) }

func (b *budget) exceeded() error {
	return failed(v1alpha1.ReasonDiskExceeded, fmt.Sprintf(
		"the inputs need more than the %d bytes of disk that the job has; set spec.resources.disk higher", b.limit), nil)
}
