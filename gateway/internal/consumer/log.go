package consumer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/released"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/reply"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const (
	// waitInterval between two looks at a run that has not begun.
	waitInterval = 2 * time.Second
	// recheckInterval between two looks at whether the log may still be followed, and recheckBudget the longest time
	// that it is followed without an answer.
	recheckInterval = 10 * time.Second
	recheckBudget   = 60 * time.Second
	// followBudget of one call: then the connection breaks, and the consumer asks again.
	followBudget = 6 * time.Hour
	// endInterval between two looks whether the container has ended whose log has, and endBudget for its news to come.
	endInterval = 500 * time.Millisecond
	endBudget   = 10 * time.Second
	// logBuffer in bytes.
	logBuffer = 32 << 10
)

// log of a run: as the algorithm writes it, where the run is under way, and as it was released, where it is over.
func (a *API) log(w *reply.Writer, r *http.Request, v *visit) error {
	follow := r.URL.Query().Get("follow") == "true"
	leave, err := a.followers.enter(v.account.Namespace)
	if err != nil {
		return err
	}
	defer leave()
	// The text is whatever an algorithm chose to print.
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	ctx, cancel := context.WithTimeout(r.Context(), followBudget)
	defer cancel()
	defer context.AfterFunc(a.ending, cancel)()
	unlimited(w)
	checked, ruled := time.Now(), false
	look := a.jobs.Refresh
	for ; ; look = a.jobs.Get {
		job, err := a.getJob(ctx, v, look)
		if err != nil {
			return err
		}
		over, err := runOver(job, v.run)
		if err != nil {
			return err
		}
		if over {
			return a.releasedLog(ctx, w, r, job, v.run)
		}
		// Before a job is admitted its consumer learns nothing of the rules of datasets.
		if admitted(job) && !ruled {
			if err := a.rules(ctx, job); err != nil {
				return err
			}
			ruled = true
		}
		pod, err := a.begunPod(ctx, job, v.run)
		if err != nil {
			return err
		}
		if pod != nil {
			return a.stream(ctx, w, v, pod, follow)
		}
		if !follow {
			return failure.Early(fmt.Sprintf("the algorithm of run %d has not begun: ask with follow=true to wait for it", v.run))
		}
		if time.Since(checked) > recheckInterval {
			if err := a.still(ctx, v); err == nil {
				checked = time.Now()
			} else if !temporary(err, checked) {
				return err
			}
		}
		select {
		case <-time.After(waitInterval):
		case <-ctx.Done():
			return failure.Early(fmt.Sprintf("the algorithm of run %d has not begun: ask again", v.run))
		}
	}
}

// unlimited lifts the bounds on how long nothing may come or go: a log may be silent. Each write has its own.
func unlimited(w http.ResponseWriter) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{})
	_ = control.SetWriteDeadline(time.Time{})
}

// runOver says whether a run is over; of one that is not, access must last. The error is a *failure.Error.
func runOver(job *v1alpha1.ComputeJob, number int64) (bool, error) {
	asked := job.Status.Run == 0 || job.Spec.Trigger != job.Status.Trigger
	if asked && number == job.Status.Run+1 {
		// The controller has not begun it yet.
		return false, released.Accessible(job, time.Now())
	}
	record, err := released.Record(job, number)
	if err != nil || record.State.Terminal() {
		return err == nil, err
	}
	return false, released.Accessible(job, time.Now())
}

func admitted(job *v1alpha1.ComputeJob) bool {
	return meta.IsStatusConditionTrue(job.Status.Conditions, v1alpha1.ConditionAdmitted)
}

// begunPod is the pod of a run under way, once its algorithm has begun; nil: not yet.
func (a *API) begunPod(ctx context.Context, job *v1alpha1.ComputeJob, number int64) (*corev1.Pod, error) {
	if job.Status.Run != number || job.Status.Pod == "" || !job.Status.State.Active() {
		return nil, nil
	}
	environment, err := a.runs.Environment(ctx, job)
	if err != nil {
		return nil, err
	}
	var pod corev1.Pod
	err = a.client.Get(ctx, types.NamespacedName{Namespace: environment.Spec.SandboxNamespace, Name: sandbox.PodName(job.UID, number)}, &pod)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, failure.Kubernetes(err)
	}
	run, err := sandbox.ParseRun(pod.Annotations)
	if err != nil || run.Job.UID != job.UID || run.Run != number || pod.Labels[sandbox.LabelName] != sandbox.JobPodName {
		return nil, failure.Kubernetes(fmt.Errorf("pod %s/%s is not that of run %d of job %s: %w", pod.Namespace, pod.Name, number, job.UID, err))
	}
	if !run.Delivers(v1alpha1.DeliverLogs) {
		return nil, failure.Forbidden(fmt.Sprintf("run %d was admitted without its log: the rules of its datasets, or spec.deliver of the job, withheld it then", number), nil)
	}
	if state := algorithmState(&pod); state == nil || state.Running == nil && state.Terminated == nil {
		return nil, nil
	}
	return &pod, nil
}

func algorithmState(pod *corev1.Pod) *corev1.ContainerState {
	for i := range pod.Status.ContainerStatuses {
		if status := &pod.Status.ContainerStatuses[i]; status.Name == sandbox.ContainerAlgorithm {
			return &status.State
		}
	}
	return nil
}

// rules of the job and of its datasets, as they are now: each must let the log out.
func (a *API) rules(ctx context.Context, job *v1alpha1.ComputeJob) error {
	wanted := false
	for _, d := range job.Spec.Deliver {
		wanted = wanted || d == v1alpha1.DeliverLogs
	}
	if !wanted {
		return failure.Forbidden("the job does not ask for its log: add Logs to spec.deliver, together with a new trigger", nil)
	}
	for _, reference := range job.Spec.Datasets {
		name, datasets, err := a.datasetsOf(ctx, job, reference)
		if err != nil {
			return failure.Kubernetes(err)
		}
		if len(datasets) == 0 {
			return failure.Forbidden(fmt.Sprintf("dataset %s does not exist: no rule of its owner releases the log", name), nil)
		}
		for _, dataset := range datasets {
			if dataset.Spec.Disclosure.Logs.Release != v1alpha1.LogReleaseAlways {
				return failure.Forbidden(fmt.Sprintf("the owner of dataset %s does not release logs while a job runs: disclosure.logs.release is not Always", name), nil)
			}
			if judged := &dataset.Spec.Disclosure; judged.Canaries != nil || judged.Review.Required != "" && judged.Review.Required != v1alpha1.ReviewNever {
				return failure.Forbidden(fmt.Sprintf("the owner of dataset %s releases logs only once they are judged: disclosure.canaries or disclosure.review is set", name), nil)
			}
		}
	}
	return nil
}

// datasetsOf a reference: one, or none. All that claim a DID count.
func (a *API) datasetsOf(ctx context.Context, job *v1alpha1.ComputeJob, reference v1alpha1.DatasetReference) (name string, found []v1alpha1.Dataset, err error) {
	if reference.DID != "" {
		var list v1alpha1.DatasetList
		err := a.listDID(ctx, &list, reference.DID)
		return reference.DID, list.Items, err
	}
	key := types.NamespacedName{Namespace: reference.Namespace, Name: reference.Name}
	if key.Namespace == "" {
		key.Namespace = job.Namespace
	}
	var dataset v1alpha1.Dataset
	if err := a.client.Get(ctx, key, &dataset); err != nil {
		return key.String(), nil, client.IgnoreNotFound(err)
	}
	return key.String(), []v1alpha1.Dataset{dataset}, nil
}

// releasedLog of a run that is over.
func (a *API) releasedLog(ctx context.Context, w *reply.Writer, r *http.Request, job *v1alpha1.ComputeJob, number int64) error {
	run, err := a.runs.Open(ctx, job, number, time.Now())
	if err == nil {
		return a.file(w, r, run, sandbox.KeyLog)
	}
	var known *failure.Error
	if errors.As(err, &known) && known.Status == http.StatusNotFound && number == job.Status.Run && admitted(job) {
		// Nothing was released: where that is because of a rule, say whose.
		if withheld := a.rules(ctx, job); withheld != nil {
			return withheld
		}
	}
	return err
}

// still says whether the account is still known, may still get the job, and the log may still leave.
func (a *API) still(ctx context.Context, v *visit) error {
	account, err := a.accounts.Again(ctx, v.account)
	if err != nil {
		return err
	}
	may, err := a.accounts.MayStillGet(ctx, account, v.job)
	if err != nil {
		return err
	}
	if !may {
		return noSuchJob(v)
	}
	job, err := a.getJob(ctx, v, a.jobs.Refresh)
	if err != nil {
		return err
	}
	// The rest of the stream of a run that is over is what its container wrote before its end.
	if over, err := runOver(job, v.run); err != nil || over || !admitted(job) {
		return err
	}
	return a.rules(ctx, job)
}

// temporary says whether a failed look may be tried again, since the last good one is young.
func temporary(err error, checked time.Time) bool {
	var known *failure.Error
	return errors.As(err, &known) && known.Retry && time.Since(checked) < recheckBudget
}

// errEnded ends the following of a log that may not be followed any more.
var errEnded = errors.New("the log may not be followed any more")

// stream what the container writes until it ends, or until the log may not leave any more. The answer ends in order only
// where the container has: everything else breaks it off.
func (a *API) stream(ctx context.Context, w *reply.Writer, v *visit, pod *corev1.Pod, follow bool) error {
	// The last look before the first byte is a fresh one.
	if err := a.still(ctx, v); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	body, err := a.logs.CoreV1().Pods(pod.Namespace).GetLogs(pod.Name, &corev1.PodLogOptions{
		Container: sandbox.ContainerAlgorithm, Follow: follow,
	}).Stream(ctx)
	if err != nil {
		return failure.Kubernetes(fmt.Errorf("read the log of pod %s/%s: %w", pod.Namespace, pod.Name, err))
	}
	defer func() { _ = body.Close() }()
	if follow {
		go a.watch(ctx, v, cancel)
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(http.StatusOK)
	if err := copyLog(w, body); err != nil {
		return fmt.Errorf("%w: %w", reply.ErrBroken, errors.Join(err, context.Cause(ctx)))
	}
	if follow && !a.ended(ctx, pod) {
		return fmt.Errorf("%w: the log stopped before the algorithm", reply.ErrBroken)
	}
	return nil
}

// watch whether the log may still leave.
func (a *API) watch(ctx context.Context, v *visit, cancel context.CancelCauseFunc) {
	checked := time.Now()
	ticker := time.NewTicker(recheckInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		began := time.Now()
		if err := a.still(ctx, v); err == nil {
			checked = began
		} else if !temporary(err, checked) {
			cancel(fmt.Errorf("%w: %w", errEnded, err))
			return
		}
	}
}

// copyLog at once, whatever comes.
func copyLog(w *reply.Writer, body io.Reader) error {
	control := http.NewResponseController(w)
	if err := control.Flush(); err != nil {
		return err
	}
	buffer := make([]byte, logBuffer)
	for {
		n, err := body.Read(buffer)
		if n > 0 {
			_ = control.SetWriteDeadline(time.Now().Add(reply.StallTimeout))
			if _, err := w.Write(buffer[:n]); err != nil {
				return fmt.Errorf("write to the consumer: %w", err)
			}
			if err := control.Flush(); err != nil {
				return fmt.Errorf("write to the consumer: %w", err)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the log of the pod: %w", err)
		}
	}
}

// ended waits for the news that the algorithm's container has ended, which may come after the end of its log.
func (a *API) ended(ctx context.Context, pod *corev1.Pod) bool {
	err := wait.PollUntilContextTimeout(ctx, endInterval, endBudget, true, func(ctx context.Context) (bool, error) {
		var now corev1.Pod
		err := a.client.Get(ctx, types.NamespacedName{Namespace: pod.Namespace, Name: pod.Name}, &now)
		if apierrors.IsNotFound(err) {
			return true, nil
		}
		if err != nil {
			return false, nil //nolint:nilerr // The next look may get an answer.
		}
		state := algorithmState(&now)
		over := now.UID != pod.UID || now.Status.Phase == corev1.PodSucceeded || now.Status.Phase == corev1.PodFailed
		return over || state != nil && state.Terminated != nil, nil
	})
	return err == nil
}
