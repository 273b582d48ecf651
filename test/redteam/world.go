package redteam

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const (
	// patience with one case whose own deadline is not set.
	patience = 90 * time.Second
	// lookAgain is how often the suite looks at what it waits for.
	lookAgain = 200 * time.Millisecond

	canarySecret = "canaries"
	canaryName   = "Quill Marrow of the suite"
	canaryCode   = "canary-7f3a9c21e5d04b86"
)

// Config is where the suite runs.
type Config struct {
	// REST is an administrator's: namespaces, role bindings and impersonation are needed.
	REST *rest.Config
	// Image with the attacks, by digest, and the path of the program in it.
	Image, Digest, Command string
	// Environment to attack; System and Sandbox are its namespaces.
	Environment, System, Sandbox string
	// StandIn, where there is one, is told which addresses to stand in for. It says what has arrived so far, line by line.
	StandIn *StandIn
}

// World is what the suite has made on the cluster.
type World struct {
	Config
	// Admin sees everything, Consumer is a user with the rights of one.
	Admin, Consumer client.Client
	pods            kubernetes.Interface
	// Owner, Lab and Net are the namespaces of the data's owner, the consumer and the sinks.
	Owner, Lab, Net string
	// Targets that attacks are given.
	Targets Targets
	sinks   *sinks
}

// Open the world: three namespaces, the owner's canaries, the consumer's rights and the sinks.
func Open(ctx context.Context, config Config) (*World, error) {
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		return nil, err
	}
	var suffix [3]byte
	_, _ = rand.Read(suffix[:])
	name := "redteam-" + hex.EncodeToString(suffix[:])
	w := &World{Config: config, Owner: name + "-owner", Lab: name + "-lab", Net: name + "-net"}
	config.REST.QPS, config.REST.Burst = -1, -1
	config.REST.WarningHandlerWithContext = rest.NoWarnings{}
	consumer := rest.CopyConfig(config.REST)
	consumer.Impersonate = rest.ImpersonationConfig{UserName: name, Groups: []string{"system:authenticated"}}
	var err error
	if w.Admin, err = client.New(config.REST, client.Options{Scheme: scheme}); err != nil {
		return nil, err
	}
	if w.Consumer, err = client.New(consumer, client.Options{Scheme: scheme}); err != nil {
		return nil, err
	}
	if w.pods, err = kubernetes.NewForConfig(config.REST); err != nil {
		return nil, err
	}
	space := func(name string) client.Object {
		return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"app.kubernetes.io/part-of": "c2d-redteam"}}}
	}
	for _, object := range []client.Object{
		space(w.Owner), space(w.Lab), space(w.Net),
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.Owner, Name: canarySecret}, StringData: map[string]string{"rows": canaryName + "\n" + canaryCode + "\n"}},
		&rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: w.Owner, Name: "c2d-source-reader"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "c2d-source-reader"},
			Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: w.System, Name: "c2d-gateway"}},
		},
		&rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: w.Lab, Name: "consumer"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "admin"},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: name}},
		},
	} {
		if err := w.Admin.Create(ctx, object); err != nil {
			return w, fmt.Errorf("set up the suite: %w", err)
		}
	}
	return w, w.openSinks(ctx)
}

// Close removes all that Open and the cases have made.
func (w *World) Close(ctx context.Context) error {
	var failed []error
	for _, name := range []string{w.Lab, w.Owner, w.Net} {
		err := w.Admin.Delete(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
		failed = append(failed, client.IgnoreNotFound(err))
	}
	return errors.Join(failed...)
}

// patients of the owner: made-up people, the canary last.
func patients() string {
	var rows strings.Builder
	rows.WriteString("patient_id,name,age,code\n")
	for i := range 110 {
		fmt.Fprintf(&rows, "RT%04d,Person %04d of the suite,%d,code-%04x-%04x\n", i, i, 20+i%60, i*7919%65536, i*104729%65536)
	}
	fmt.Fprintf(&rows, "RT9999,%s,77,%s\n", canaryName, canaryCode)
	return rows.String()
}

// objects of a case, before it changes them.
func (w *World) objects(c Case) *Objects {
	o := &Objects{World: w,
		Dataset: &v1alpha1.Dataset{
			ObjectMeta: metav1.ObjectMeta{Namespace: w.Owner, Name: c.ID},
			Spec: v1alpha1.DatasetSpec{
				Files: []v1alpha1.DatasetFile{{Inline: patients()}},
				Access: v1alpha1.DatasetAccess{
					Consumers:  v1alpha1.Consumers{Namespaces: []string{w.Lab}},
					Algorithms: []v1alpha1.TrustedAlgorithm{{Checksum: "*"}},
				},
				Disclosure: v1alpha1.Disclosure{
					Canaries: &v1alpha1.Canaries{SecretRef: v1alpha1.LocalSecretReference{Name: canarySecret}},
					Logs:     v1alpha1.LogDisclosure{Release: v1alpha1.LogReleaseAlways},
				},
			},
		},
		Algorithm: w.algorithm(c.ID, c.Attack...),
		Job:       w.job(c.ID, c.ID, c.ID),
	}
	o.set("REDTEAM_SINKS", w.Targets.Pod)
	o.set("REDTEAM_FIRST_SHOT", w.Targets.shots())
	o.set("REDTEAM_DNS", w.Targets.DNS)
	o.set("REDTEAM_API", w.Targets.API)
	o.set("REDTEAM_NODE", w.Targets.Node)
	o.set("REDTEAM_GATEWAY", w.Targets.Gateway)
	if c.Change != nil {
		c.Change(o)
	}
	return o
}

// set a variable of the algorithm, to a text or a list.
func (o *Objects) set(name string, value any) {
	text := fmt.Sprint(value)
	if list, ok := value.([]string); ok {
		text = strings.Join(list, ",")
	}
	env := o.Algorithm.Spec.Container.Env
	for i := range env {
		if env[i].Name == name {
			env[i].Value = text
			return
		}
	}
	o.Algorithm.Spec.Container.Env = append(env, v1alpha1.EnvVar{Name: name, Value: text})
}

func (w *World) algorithm(name string, attack ...string) *v1alpha1.Algorithm {
	return &v1alpha1.Algorithm{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.Lab, Name: name},
		Spec:       v1alpha1.AlgorithmSpec{Container: v1alpha1.Container{Image: w.Image, Digest: w.Digest, Command: append([]string{w.Command}, attack...)}},
	}
}

func (w *World) job(name, dataset, algorithm string) *v1alpha1.ComputeJob {
	return &v1alpha1.ComputeJob{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.Lab, Name: name},
		Spec: v1alpha1.ComputeJobSpec{
			Environment: w.Environment,
			Datasets:    []v1alpha1.DatasetReference{{Namespace: w.Owner, Name: dataset}},
			Algorithm:   v1alpha1.AlgorithmReference{Name: algorithm},
			MaxDuration: &metav1.Duration{Duration: time.Minute},
		},
	}
}

// wait until an object is as it should be.
func (w *World) wait(ctx context.Context, object client.Object, holds func() bool) error {
	return wait.PollUntilContextCancel(ctx, lookAgain, true, func(ctx context.Context) (bool, error) {
		return w.Admin.Get(ctx, client.ObjectKeyFromObject(object), object) == nil && holds(), nil
	})
}

// end of a job, and what its consumer sees then.
func (w *World) end(ctx context.Context, job *v1alpha1.ComputeJob) (*Seen, error) {
	if err := w.wait(ctx, job, func() bool { return job.Status.State.Terminal() }); err != nil {
		return &Seen{World: w, Job: job}, fmt.Errorf("the job is still %s: %w", job.Status.State, err)
	}
	return w.see(ctx, job)
}

func (s *Seen) ready() metav1.Condition {
	if c := meta.FindStatusCondition(s.Job.Status.Conditions, v1alpha1.ConditionReady); c != nil {
		return *c
	}
	return metav1.Condition{}
}
