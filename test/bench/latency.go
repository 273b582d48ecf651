package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// latency of a job that does nothing, beside a plain Job, and what it makes the API server write.
func latency(ctx context.Context, api client.Client, rounds int) error {
	image, digest := shellImage()
	// The first of each kind pulls images and pins the dataset's content; it is not counted.
	var plain, compute []time.Duration
	var writes []int
	for round := range rounds + 1 {
		took, err := plainJob(ctx, api, fmt.Sprintf("plain-%d", round), image+"@"+digest)
		if err != nil {
			return err
		}
		before := time.Now()
		tookCompute, uid, err := computeJob(ctx, api, fmt.Sprintf("compute-%d", round))
		if err != nil {
			return err
		}
		count, err := writesSince(before, uid)
		if err != nil {
			return err
		}
		if round > 0 {
			plain, compute, writes = append(plain, took), append(compute, tookCompute), append(writes, count)
		}
	}
	fmt.Printf("from create to done, %d each in turn, image cached, algorithm `true`, free environment\n", rounds)
	fmt.Printf("%-12s %8s %8s %8s\n", "", "min", "median", "max")
	show := func(name string, values []time.Duration) {
		slices.Sort(values)
		fmt.Printf("%-12s %7.2fs %7.2fs %7.2fs\n", name, values[0].Seconds(), values[len(values)/2].Seconds(), values[len(values)-1].Seconds())
	}
	show("plain Job", plain)
	show("ComputeJob", compute)
	slices.Sort(writes)
	fmt.Printf("API writes of the controller per ComputeJob, from the audit log, without events and leases: %d to %d\n", writes[0], writes[len(writes)-1])
	return nil
}

func plainJob(ctx context.Context, api client.Client, name, image string) (time.Duration, error) {
	job := &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: batchv1.JobSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever, AutomountServiceAccountToken: ptr.To(false),
			Containers: []corev1.Container{{Name: "c", Image: image, Command: []string{"true"}}},
		}}},
	}
	return timed(ctx, api, job, func() (bool, error) { return job.Status.Succeeded > 0, nil })
}

func computeJob(ctx context.Context, api client.Client, name string) (time.Duration, string, error) {
	job := newJob(namespace, name, namespace, "data", "true")
	took, err := timed(ctx, api, job, func() (bool, error) {
		if job.Status.State == v1alpha1.StateFailed {
			return false, fmt.Errorf("job %s failed: %+v", name, job.Status.Conditions)
		}
		return job.Status.State == v1alpha1.StateSucceeded, nil
	})
	return took, string(job.UID), err
}

// timed creates an object and waits until it is done.
func timed(ctx context.Context, api client.Client, object client.Object, done func() (bool, error)) (time.Duration, error) {
	began := time.Now()
	if err := api.Create(ctx, object); err != nil {
		return 0, err
	}
	for time.Since(began) < patience {
		if err := api.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
			return 0, err
		}
		if ok, err := done(); ok || err != nil {
			return time.Since(began), err
		}
		time.Sleep(poll)
	}
	return 0, fmt.Errorf("%s is not done after %s", object.GetName(), patience)
}
