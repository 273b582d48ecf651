package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// progress of an object towards what its spec asks for, as kstatus reads it.
type progress struct {
	seen    bool // the controller has looked at this generation
	ready   bool
	failed  bool // and will stay so until a person acts
	stopped bool // by its own spec: nothing is asked of it any more
	reason  string
	message string
}

func (p progress) settled() bool { return p.ready || p.failed || p.stopped }

func progressOf(object client.Object, conditions []metav1.Condition, observedGeneration int64) progress {
	p := progress{seen: observedGeneration == object.GetGeneration()}
	if ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady); ready != nil {
		p.reason, p.message = ready.Reason, ready.Message
	}
	if p.message == "" {
		if reconciling := meta.FindStatusCondition(conditions, v1alpha1.ConditionReconciling); reconciling != nil {
			p.reason, p.message = reconciling.Reason, reconciling.Message
		}
	}
	if !p.seen {
		return p
	}
	if stalled := meta.FindStatusCondition(conditions, v1alpha1.ConditionStalled); stalled != nil && stalled.Status == metav1.ConditionTrue {
		p.failed = true
		if p.message == "" {
			p.reason, p.message = stalled.Reason, stalled.Message
		}
		return p
	}
	p.ready = meta.IsStatusConditionTrue(conditions, v1alpha1.ConditionReady) &&
		!meta.IsStatusConditionTrue(conditions, v1alpha1.ConditionReconciling)
	return p
}

var (
	// errGone says that the object that was followed has been deleted.
	errGone = errors.New("the object has been deleted")
	// errWatchEnded says that the server closed a watch, as it does every now and then.
	errWatchEnded = errors.New("the watch has ended")
)

// watchFor bounds one watch, so that a connection that died without a word is noticed. In seconds.
const watchFor int64 = 240

// follow reads object again and again, as it changes, until done says so. It bears with an API server that is away for a
// while. It ends with errGone once the object with this UID no longer exists, with the error of a server that refuses to
// show the object, and with that of ctx.
func follow[O client.Object](ctx context.Context, api client.WithWatch, k kind[O], object O, done func(O) bool) error {
	uid := object.GetUID()
	backoff := newBackoff()
	for {
		began := time.Now()
		err := followOnce(ctx, api, k, object, uid, done)
		if err == nil || errors.Is(err, errGone) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err) || missingKind(err) {
			return err
		}
		if errors.Is(err, errWatchEnded) && time.Since(began) > time.Minute {
			backoff = newBackoff()
		}
		tflog.Debug(ctx, "looking again", map[string]any{"because": err.Error()})
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(backoff.Step()):
		}
	}
}

func newBackoff() wait.Backoff {
	return wait.Backoff{Duration: 100 * time.Millisecond, Factor: 2, Jitter: 0.2, Steps: 100, Cap: 10 * time.Second}
}

func followOnce[O client.Object](ctx context.Context, api client.WithWatch, k kind[O], object O, uid types.UID, done func(O) bool) error {
	key := client.ObjectKeyFromObject(object)
	if err := api.Get(ctx, key, object); err != nil {
		if apierrors.IsNotFound(err) && !missingKind(err) {
			return errGone
		}
		return err
	}
	if object.GetUID() != uid {
		return errGone
	}
	if done(object) {
		return nil
	}
	seconds := watchFor
	changes, err := api.Watch(ctx, k.newList(), &client.ListOptions{
		Namespace:     key.Namespace,
		FieldSelector: fields.OneTermEqualSelector("metadata.name", key.Name),
		Raw:           &metav1.ListOptions{ResourceVersion: object.GetResourceVersion(), TimeoutSeconds: &seconds},
	})
	if err != nil {
		return err
	}
	defer changes.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case event, open := <-changes.ResultChan():
			if !open {
				return errWatchEnded
			}
			switch event.Type {
			case watch.Error:
				return apierrors.FromObject(event.Object)
			case watch.Deleted:
				return errGone
			case watch.Added, watch.Modified:
				changed, ok := event.Object.(O)
				if !ok {
					return fmt.Errorf("the watch brought a %T, expected a %T", event.Object, object)
				}
				k.copy(changed, object)
				if done(object) {
					return nil
				}
			}
		}
	}
}
