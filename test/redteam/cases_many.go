package redteam

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

var manyCases = []Case{
	{
		ID: "jobs-differencing", Rows: []int{21}, Title: "five jobs at once, and one after a deletion, where the owner allows two", Absent: "a third start",
		Try: differencing,
	},
	{
		ID: "jobs-bad", Rows: []int{34}, Title: "300 jobs that cannot run, and one after them that can", Absent: "a bad one that starts or has no reason, a good one that waits",
		Try: badJobs, Alone: true, Deadline: 4 * time.Minute,
	},
	{
		ID: "agreement-missing", Rows: []int{27}, Title: "a job without the agreement that its dataset asks for", Absent: "a start",
		Attack: []string{"leak", "plain"}, Ends: fails(v1alpha1.ReasonAgreementInvalid), Look: notStarted,
		Change: func(o *Objects) { o.Dataset.Spec.Terms.Agreement = v1alpha1.AgreementRequired },
	},
	{
		ID: "agreement-forged", Rows: []int{27}, Title: "a job under an agreement that nobody has signed", Absent: "a start",
		Try: forgeAgreement,
	},
}

// allowedRuns in the budget that differencing tries to spend more of.
const allowedRuns = 2

// differencing asks the same of a dataset again and again, as someone does who compares answers.
func differencing(ctx context.Context, w *World) (string, []string, error) {
	o := w.objects(Case{ID: "jobs-differencing", Attack: []string{"work"}})
	o.Dataset.Spec.Access.Budget = &v1alpha1.QueryBudget{Runs: ptr.To(int32(allowedRuns))}
	if err := errors.Join(w.Admin.Create(ctx, o.Dataset), w.Consumer.Create(ctx, o.Algorithm)); err != nil {
		return "", nil, err
	}
	var jobs []*v1alpha1.ComputeJob
	ask := func() error {
		job := w.job(fmt.Sprintf("jobs-differencing-%d", len(jobs)+1), o.Dataset.Name, o.Algorithm.Name)
		jobs = append(jobs, job)
		return w.Consumer.Create(ctx, job)
	}
	for range 5 {
		if err := ask(); err != nil {
			return "", nil, err
		}
	}
	var leaks []string
	var spent *v1alpha1.ComputeJob
	started, over := 0, End{State: v1alpha1.StateFailed, Reason: v1alpha1.ReasonBudgetExceeded}
	look := func(job *v1alpha1.ComputeJob) error {
		seen, err := w.end(ctx, job)
		if err != nil {
			return err
		}
		switch {
		case job.Status.StartTime != nil:
			started, spent = started+1, job
		case !over.holds(seen):
			leaks = append(leaks, fmt.Sprintf("%s did not start and is %s", job.Name, seen))
		}
		return nil
	}
	for _, job := range jobs {
		if err := look(job); err != nil {
			return "", nil, err
		}
	}
	if spent == nil {
		return "", nil, errors.New("none of the jobs started: nothing was shown")
	}
	if err := w.Consumer.Delete(ctx, spent); err != nil {
		return "", nil, err
	}
	if err := wait.PollUntilContextCancel(ctx, lookAgain, true, func(ctx context.Context) (bool, error) {
		return apierrors.IsNotFound(w.Admin.Get(ctx, client.ObjectKeyFromObject(spent), &v1alpha1.ComputeJob{})), nil
	}); err != nil {
		return "", nil, fmt.Errorf("the deleted job is still there: %w", err)
	}
	if err := ask(); err != nil {
		return "", nil, err
	}
	if err := look(jobs[5]); err != nil {
		return "", nil, err
	}
	if started > allowedRuns {
		leaks = append(leaks, fmt.Sprintf("%d runs started", started))
	}
	return fmt.Sprintf("%d of %d jobs started, the others are %s", started, len(jobs), over), leaks, nil
}

// badJobs floods the controller with jobs that cannot run, each in one of three ways.
func badJobs(ctx context.Context, w *World) (string, []string, error) {
	const count = 300
	o := w.objects(Case{ID: "jobs-bad", Attack: []string{"work"}})
	denied := o.Dataset.DeepCopy()
	denied.Name, denied.Spec.Access.Consumers.Namespaces = "jobs-bad-denied", []string{"someone-else"}
	if err := errors.Join(w.Admin.Create(ctx, o.Dataset), w.Admin.Create(ctx, denied), w.Consumer.Create(ctx, o.Algorithm)); err != nil {
		return "", nil, err
	}
	begun := time.Now()
	bad := client.MatchingLabels{"redteam": "bad"}
	var jobs []*v1alpha1.ComputeJob
	for i := range count {
		job := w.job(fmt.Sprintf("jobs-bad-%d", i), o.Dataset.Name, o.Algorithm.Name)
		job.Labels = bad
		switch i % 3 {
		case 0:
			job.Spec.Datasets[0].Name = denied.Name
		case 1:
			job.Spec.MaxDuration = &metav1.Duration{Duration: 100 * time.Hour}
		case 2:
			job.Spec.Parameters = map[string]v1alpha1.ParameterValue{"x": v1alpha1.ParameterValue(strings.Repeat("x", 1000))}
		}
		if err := w.Consumer.Create(ctx, job); err != nil {
			return "", nil, err
		}
		jobs = append(jobs, job)
	}
	defer func() {
		_ = w.Consumer.DeleteAllOf(context.WithoutCancel(ctx), &v1alpha1.ComputeJob{}, client.InNamespace(w.Lab), bad)
	}()
	created := time.Since(begun)
	good := time.Now()
	if err := w.Consumer.Create(ctx, o.Job); err != nil {
		return "", nil, err
	}
	seen, err := w.end(ctx, o.Job)
	if err != nil {
		return seen.String(), nil, err
	}
	took := time.Since(good)
	var leaks []string
	if seen.Job.Status.State != v1alpha1.StateSucceeded {
		leaks = append(leaks, "the good job is "+seen.String())
	}
	for _, job := range jobs {
		end, err := w.end(ctx, job)
		if err != nil {
			return "", nil, err
		}
		if job.Status.StartTime != nil || job.Status.State != v1alpha1.StateFailed || end.ready().Reason == "" {
			leaks = append(leaks, job.Name+" is "+end.String())
		}
	}
	return fmt.Sprintf("%d bad jobs created in %.1f s; a good one after them took %.1f s", count, created.Seconds(), took.Seconds()), leaks, nil
}

func forgeAgreement(ctx context.Context, w *World) (string, []string, error) {
	o := w.objects(Case{ID: "agreement-forged", Attack: []string{"leak", "plain"}})
	o.Dataset.Spec.Terms.Agreement = v1alpha1.AgreementRequired
	if err := errors.Join(w.Admin.Create(ctx, o.Dataset), w.Consumer.Create(ctx, o.Algorithm)); err != nil {
		return "", nil, err
	}
	if err := w.wait(ctx, o.Dataset, func() bool { return o.Dataset.Status.DID != "" }); err != nil {
		return "", nil, err
	}
	forged := &v1alpha1.ServiceAgreement{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.Lab, Name: "agreement-forged"},
		Spec: v1alpha1.ServiceAgreementSpec{
			Consumer: "0x00000000000000000000000000000000DeaDBeef", Environment: w.Environment,
			Datasets:   []v1alpha1.AgreedDataset{{DID: o.Dataset.Status.DID, Namespace: w.Owner, Name: o.Dataset.Name}},
			Algorithms: []string{"*"}, Nonce: "1", ExpiresAt: metav1.NewTime(time.Now().Add(time.Hour)),
			Payment:   v1alpha1.AgreedPayment{Token: "0x00000000000000000000000000000000DeaDBeef", MaxAmount: "1"},
			Signature: "0x" + strings.Repeat("11", 64) + "1b",
		},
	}
	o.Job.Spec.Agreement = forged.Name
	if err := errors.Join(w.Consumer.Create(ctx, forged), w.Consumer.Create(ctx, o.Job)); err != nil {
		return "", nil, err
	}
	seen, err := w.end(ctx, o.Job)
	if err != nil {
		return seen.String(), nil, err
	}
	leaks := notStarted(seen)
	if seen.Job.Status.State != v1alpha1.StateFailed {
		leaks = append(leaks, "the job did not fail")
	}
	return seen.String(), leaks, nil
}
