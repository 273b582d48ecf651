package job

import (
	"cmp"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// place of a job in a queue.
type place struct {
	uid             types.UID
	namespace, name string
	// asked is when the run was asked for, in whole seconds: Kubernetes knows creation times no better. Within a second names
	// decide.
	asked time.Time
}

func placeOf(job *v1alpha1.ComputeJob, now time.Time) place {
	p := place{uid: job.UID, namespace: job.Namespace, name: job.Name, asked: job.CreationTimestamp.Time}
	if job.Status.Run > 1 {
		p.asked = now.Truncate(time.Second)
		if job.Status.Queue != nil {
			p.asked = job.Status.Queue.Since.Truncate(time.Second)
		}
	}
	return p
}

func (p place) compare(other place) int {
	return cmp.Or(p.asked.Compare(other.asked), cmp.Compare(p.name, other.name), cmp.Compare(p.uid, other.uid))
}

// fairly orders a queue: first come, first served within a namespace, and the namespaces take turns, first the one that
// was served longest ago. served numbers the last turn of each namespace; one that never had a turn comes first.
func fairly(queue []place, served map[string]int64) []place {
	lines := map[string][]place{}
	turns := map[string]int64{}
	var last int64
	for _, p := range queue {
		lines[p.namespace] = append(lines[p.namespace], p)
		turns[p.namespace] = served[p.namespace]
	}
	for _, turn := range served {
		last = max(last, turn)
	}
	for _, line := range lines {
		slices.SortFunc(line, place.compare)
	}
	ordered := make([]place, 0, len(queue))
	for len(ordered) < len(queue) {
		next := ""
		for namespace, line := range lines {
			if next == "" || cmp.Or(cmp.Compare(turns[namespace], turns[next]), line[0].compare(lines[next][0]), cmp.Compare(namespace, next)) < 0 {
				next = namespace
			}
		}
		ordered = append(ordered, lines[next][0])
		last++
		turns[next] = last
		if lines[next] = lines[next][1:]; len(lines[next]) == 0 {
			delete(lines, next)
		}
	}
	return ordered
}

// worthWriting says whether a new position in the queue is news: to spare the API server it is when the position has
// halved, and near the front at each step.
func worthWriting(was, is int64) bool {
	const near = 4
	return is != was && (is <= near || is <= was/2 || is >= was*2)
}
