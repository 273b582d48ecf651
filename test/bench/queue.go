package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

const (
	slots      = 5
	namespaces = 4
	// queuePatience with all jobs together.
	queuePatience = 20 * time.Minute
)

// queue sends jobs of several namespaces through few slots, all of the first namespace before all of the second and so on,
// and looks at the order of starts and at what is left over.
func queue(ctx context.Context, api client.WithWatch, jobs int) error {
	var names []string
	objects := []client.Object{newEnvironment("queue", slots)}
	for i := range namespaces {
		name := fmt.Sprintf("bench-%c", 'a'+i)
		names = append(names, name)
		objects = append(objects, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}},
			newDataset(name, "data", v1alpha1.DatasetFile{Inline: "a,b\n"}), newAlgorithm(name, "true", "true"))
	}
	if err := create(ctx, api, objects...); err != nil {
		return err
	}
	watching, stop := context.WithTimeout(ctx, queuePatience)
	defer stop()
	watch, err := api.Watch(watching, &v1alpha1.ComputeJobList{})
	if err != nil {
		return err
	}
	defer watch.Stop()
	began := time.Now()
	for _, name := range names {
		for i := range jobs / namespaces {
			if err := api.Create(ctx, newJob(name, fmt.Sprintf("job-%03d", i), "queue", "data", "true")); err != nil {
				return err
			}
		}
	}
	fmt.Printf("%d jobs of %d namespaces created in %.1f s, all of one namespace before the next\n", jobs, namespaces, time.Since(began).Seconds())

	var order []string
	active, over := map[types.UID]bool{}, map[types.UID]v1alpha1.State{}
	most, behind := 0, 0
	last := map[string]string{}
	for len(over) < jobs {
		select {
		case event, ok := <-watch.ResultChan():
			if !ok {
				return fmt.Errorf("after %s %d of %d jobs are over", time.Since(began), len(over), jobs)
			}
			job, isJob := event.Object.(*v1alpha1.ComputeJob)
			if !isJob || job.Spec.Environment != "queue" {
				continue
			}
			switch state := job.Status.State; {
			case state.Terminal():
				if over[job.UID] == "" && state != v1alpha1.StateSucceeded {
					fmt.Printf("%s/%s is %s: %+v\n", job.Namespace, job.Name, state, job.Status.Conditions)
				}
				over[job.UID] = state
				delete(active, job.UID)
			case state.Active() && !active[job.UID] && over[job.UID] == "":
				active[job.UID] = true
				most = max(most, len(active))
				order = append(order, strings.TrimPrefix(job.Namespace, "bench-"))
				if job.Name < last[job.Namespace] {
					behind++
				}
				last[job.Namespace] = job.Name
			}
		case <-watching.Done():
			return watching.Err()
		}
	}
	took := time.Since(began)
	ends := map[v1alpha1.State]int{}
	for _, state := range over {
		ends[state]++
	}
	fmt.Printf("all over after %.1f s: %v; at most %d at a time; started out of the order of their namespace: %d\n", took.Seconds(), ends, most, behind)
	fmt.Printf("order of starts: %s\n", strings.Join(order, ""))

	pods, secrets, err := created(began)
	if err != nil {
		return err
	}
	fmt.Printf("created by the controller, from the audit log: %d pods, most for one job %d; %d Secrets\n", sum(pods), slices.Max(slices.Collect(maps.Values(pods))), secrets)
	return leftOver(ctx, api, names)
}

func sum(counts map[string]int) (total int) {
	for _, n := range counts {
		total += n
	}
	return total
}

// leftOver of the jobs once they are deleted.
func leftOver(ctx context.Context, api client.Client, names []string) error {
	for _, name := range names {
		if err := api.DeleteAllOf(ctx, &v1alpha1.ComputeJob{}, client.InNamespace(name)); err != nil {
			return err
		}
	}
	bucket := storage.NewBucket(connection(resultsBucket), storage.Credentials{
		AccessKeyID: os.Getenv("C2D_S3_ACCESS_KEY"), SecretAccessKey: os.Getenv("C2D_S3_SECRET_KEY"),
	}, http.DefaultTransport)
	for deadline := time.Now().Add(2 * patience); ; time.Sleep(time.Second) {
		var jobs, secrets, objects int
		for _, name := range names {
			var j v1alpha1.ComputeJobList
			var s corev1.SecretList
			if err := api.List(ctx, &j, client.InNamespace(name)); err != nil {
				return err
			}
			if err := api.List(ctx, &s, client.InNamespace(name)); err != nil {
				return err
			}
			found, err := bucket.List(ctx, name+"/")
			if err != nil {
				return err
			}
			jobs, secrets, objects = jobs+len(j.Items), secrets+len(s.Items), objects+len(found)
		}
		var pods corev1.PodList
		if err := api.List(ctx, &pods, client.InNamespace("c2d-sandbox")); err != nil {
			return err
		}
		if left := jobs + secrets + objects + len(pods.Items); left == 0 || time.Now().After(deadline) {
			fmt.Printf("left over after the jobs were deleted: %d jobs, %d pods, %d Secrets, %d objects\n", jobs, len(pods.Items), secrets, objects)
			return nil
		}
	}
}
