package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
)

// raw makes the job bring its own algorithm.
func raw(s *story) {
	s.dataset.Spec.Access.AllowRaw = true
	s.job.Spec.Parameters = nil
	s.job.Spec.Algorithm = v1alpha1.AlgorithmReference{Raw: &v1alpha1.RawAlgorithm{Container: s.algorithm.Spec.Container, Code: s.algorithm.Spec.Code}}
}

// online has an environment, a dataset and a job with network.
func online(t *testing.T, s *story) {
	s.ownEnvironment(t, func(e *v1alpha1.ComputeEnvironmentSpec) {
		e.Isolation.Network, e.Isolation.Nameservers = v1alpha1.NetworkAllow, []string{"192.0.2.53"}
	})
	s.dataset.Spec.Access.Network, s.job.Spec.Network = v1alpha1.NetworkAllow, v1alpha1.NetworkAllow
}

// A raw algorithm runs as what was approved: its checksum travels with the pod.
func TestRawAlgorithmAndNetwork(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	raw(s)
	online(t, s)
	checksum, err := ocean.AlgorithmChecksum(&s.algorithm.Spec)
	if err != nil {
		t.Fatal(err)
	}
	s.dataset.Spec.Access.Algorithms = []v1alpha1.TrustedAlgorithm{{Checksum: checksum}}
	s.create(t)
	pod := s.started(t)
	run, err := sandbox.ParseRun(pod.Annotations)
	if err != nil {
		t.Fatal(err)
	}
	if a := run.Algorithm; !a.Raw || a.Checksum != checksum || a.UID != s.job.UID || !strings.HasPrefix(a.DID, "did:c2d:") {
		t.Errorf("the run's algorithm is %+v", a)
	}
	if pod.Labels[sandbox.LabelNetwork] != sandbox.NetworkAllow || pod.Spec.DNSConfig.Nameservers[0] != "192.0.2.53" || !run.Network {
		t.Errorf("the pod has no network: labels %v, DNS %v", pod.Labels, pod.Spec.DNSConfig)
	}
}

func TestWishesAreDenied(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*testing.T, *story)
		field  string
	}{
		"raw is not allowed": {func(_ *testing.T, s *story) { raw(s); s.dataset.Spec.Access.AllowRaw = false }, "spec.access.allowRaw"},
		"raw is not trusted": {func(_ *testing.T, s *story) {
			raw(s)
			s.dataset.Spec.Access.Algorithms = []v1alpha1.TrustedAlgorithm{{Checksum: "sha256:" + strings.Repeat("0", 64)}}
		}, "spec.access.algorithms"},
		"network, by the dataset": {func(t *testing.T, s *story) { online(t, s); s.dataset.Spec.Access.Network = v1alpha1.NetworkDeny }, "spec.access.network"},
		"network, by the environment": {func(_ *testing.T, s *story) {
			s.dataset.Spec.Access.Network, s.job.Spec.Network = v1alpha1.NetworkAllow, v1alpha1.NetworkAllow
		}, "spec.isolation.network"},
		"parameters": {func(_ *testing.T, s *story) { s.dataset.Spec.Access.Parameters = v1alpha1.ParametersNone }, "spec.access.parameters"},
		"companions": {func(t *testing.T, s *story) {
			beside := s.dataset.DeepCopy()
			beside.Name = "beside"
			s.dataset.Spec.Access.Companions = []string{"*"}
			s.job.Spec.Datasets = append(s.job.Spec.Datasets, v1alpha1.DatasetReference{Name: "beside"})
			if err := api.Create(t.Context(), beside); err != nil {
				t.Fatal(err)
			}
		}, "beside: spec.access.companions"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t)
			test.change(t, s)
			s.create(t)
			s.failed(t, v1alpha1.ReasonPolicyDenied, test.field)
			if s.job.Status.Pod != "" {
				t.Error("it has a pod")
			}
			for _, dataset := range s.job.Spec.Datasets {
				owner := &v1alpha1.Dataset{ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: dataset.Name}}
				eventually(t, owner, "event that says who was denied, and why", func(d *v1alpha1.Dataset) bool {
					return told(t, d, "ComputeJob "+s.namespace+"/train was denied", test.field)
				})
			}
		})
	}
}

// However many jobs are denied at once, the owner's namespace gets one event.
func TestDeniedJobsShareAnEvent(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.dataset.Spec.Access.Algorithms = nil
	s.create(t)
	s.failed(t, v1alpha1.ReasonPolicyDenied, "spec.access.algorithms")
	const more = 5
	for i := range more {
		job := &v1alpha1.ComputeJob{ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: fmt.Sprintf("again-%d", i)}, Spec: s.job.Spec}
		if err := api.Create(t.Context(), job); err != nil {
			t.Fatal(err)
		}
		eventually(t, job, "denied", func(j *v1alpha1.ComputeJob) bool { return j.Status.State == v1alpha1.StateFailed })
	}
	if err := api.Get(t.Context(), client.ObjectKeyFromObject(s.dataset), s.dataset); err != nil {
		t.Fatal(err)
	}
	var all corev1.EventList
	eventually(t, s.dataset, "an event that counts", func(d *v1alpha1.Dataset) bool {
		if err := api.List(t.Context(), &all, client.InNamespace(s.namespace)); err != nil {
			t.Fatal(err)
		}
		all.Items = slices.DeleteFunc(all.Items, func(e corev1.Event) bool {
			return e.InvolvedObject.UID != d.UID || e.Reason != v1alpha1.ReasonPolicyDenied
		})
		return len(all.Items) > 0 && all.Items[0].Series != nil
	})
	if len(all.Items) != 1 || !strings.Contains(all.Items[0].Message, "/train was denied") {
		t.Errorf("%d jobs left %d events: %+v", more+1, len(all.Items), all.Items)
	}
}

// told says whether the owner of a dataset finds an event with such words.
func told(t *testing.T, dataset *v1alpha1.Dataset, words ...string) bool {
	t.Helper()
	var all corev1.EventList
	if err := api.List(t.Context(), &all, client.InNamespace(dataset.Namespace)); err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(all.Items, func(e corev1.Event) bool {
		return e.InvolvedObject.UID == dataset.UID && e.Reason == v1alpha1.ReasonPolicyDenied &&
			!slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(e.Message, word) })
	})
}

// What was right when a job was admitted is asked again right before it starts, of what will really run: whatever has changed
// meanwhile, there is no pod.
func TestChangedBeforeStart(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*testing.T, *story)
		reason string
	}{
		"digest": {func(t *testing.T, s *story) {
			change(t, s.algorithm, func(a *v1alpha1.Algorithm) { a.Spec.Container.Digest = "sha256:" + strings.Repeat("1", 64) })
		}, v1alpha1.ReasonPolicyDenied},
		"entrypoint": {func(t *testing.T, s *story) {
			change(t, s.algorithm, func(a *v1alpha1.Algorithm) { a.Spec.Container.Entrypoint = "sh $ALGO" })
		}, v1alpha1.ReasonPolicyDenied},
		"command": {func(t *testing.T, s *story) {
			change(t, s.algorithm, func(a *v1alpha1.Algorithm) {
				a.Spec.Container.Entrypoint, a.Spec.Container.Command = "", []string{"python3"}
			})
		}, v1alpha1.ReasonPolicyDenied},
		"environment": {func(t *testing.T, s *story) {
			change(t, s.algorithm, func(a *v1alpha1.Algorithm) { a.Spec.Container.Env = []v1alpha1.EnvVar{{Name: "A", Value: "b"}} })
		}, v1alpha1.ReasonPolicyDenied},
		"code": {func(t *testing.T, s *story) {
			change(t, s.algorithm, func(a *v1alpha1.Algorithm) { a.Spec.Code.Raw = "print(2)" })
		}, v1alpha1.ReasonPolicyDenied},
		"consumers": {func(t *testing.T, s *story) {
			change(t, s.dataset, func(d *v1alpha1.Dataset) { d.Spec.Access.Consumers.Namespaces = nil })
		}, v1alpha1.ReasonPolicyDenied},
		"trust": {func(t *testing.T, s *story) {
			change(t, s.dataset, func(d *v1alpha1.Dataset) { d.Spec.Access.Algorithms = nil })
		}, v1alpha1.ReasonPolicyDenied},
		"parameters": {func(t *testing.T, s *story) {
			change(t, s.dataset, func(d *v1alpha1.Dataset) { d.Spec.Access.Parameters = v1alpha1.ParametersNone })
		}, v1alpha1.ReasonPolicyDenied},
		"terms": {func(t *testing.T, s *story) {
			change(t, s.dataset, func(d *v1alpha1.Dataset) { d.Spec.Terms.Agreement = v1alpha1.AgreementRequired })
		}, v1alpha1.ReasonAgreementInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t)
			// A job that holds the only slot keeps this one between its admission and its start.
			s.ownEnvironment(t, func(e *v1alpha1.ComputeEnvironmentSpec) { e.MaxConcurrentJobs = 1 })
			checksum, err := ocean.AlgorithmChecksum(&s.algorithm.Spec)
			if err != nil {
				t.Fatal(err)
			}
			s.dataset.Spec.Access.Algorithms = []v1alpha1.TrustedAlgorithm{{Checksum: checksum}}
			s.create(t)
			s.started(t)
			second := &story{namespace: s.namespace, dataset: s.dataset, algorithm: s.algorithm, job: s.job.DeepCopy()}
			second.job.ObjectMeta = metav1.ObjectMeta{Namespace: s.namespace, Name: "second"}
			second.job.Status = v1alpha1.ComputeJobStatus{}
			if err := api.Create(t.Context(), second.job); err != nil {
				t.Fatal(err)
			}
			second.in(t, v1alpha1.StateQueued)
			if !meta.IsStatusConditionTrue(second.job.Status.Conditions, v1alpha1.ConditionAdmitted) {
				t.Error("a job that queues was not admitted")
			}
			test.change(t, s)
			if err := api.Delete(t.Context(), s.job); err != nil {
				t.Fatal(err)
			}
			second.failed(t, test.reason, "")
			if second.job.Status.Pod != "" {
				err := api.Get(t.Context(), client.ObjectKey{Namespace: fixtures.SandboxNamespace, Name: second.job.Status.Pod}, &corev1.Pod{})
				if client.IgnoreNotFound(err) != nil || err == nil {
					t.Errorf("it has a pod: %v", err)
				}
			}
		})
	}
}

// accessList of Ocean's, with these accounts on it, as deep in the chain as the environment asks.
func (p *publisher) accessList(t *testing.T, accounts ...common.Address) common.Address {
	t.Helper()
	factory := contracts.NewAccessListFactory()
	data := factory.PackDeployAccessListContract("list", "LIST", false, p.owner.Address(), accounts, make([]string, len(accounts)))
	sent, err := p.owner.Send(t.Context(), chain.Call{To: p.chain.Contracts.AccessListFactory, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := p.owner.Wait(t.Context(), sent)
	if err != nil {
		t.Fatal(err)
	}
	p.chain.Mine(t, confirmations+1)
	for _, log := range receipt.Logs {
		if event, err := factory.UnpackNewAccessListEvent(log); err == nil {
			return event.ContractAddress
		}
	}
	t.Fatal("the factory tells of no list")
	return common.Address{}
}

// An account is let in by a list on chain; while the chain is silent nobody is.
func TestAccessListOnChain(t *testing.T) {
	t.Parallel()
	p := newPublisher(t)
	stranger := common.HexToAddress("0x00000000000000000000000000000000000000aa")
	consumer := common.HexToAddress(string(p.agreement.Spec.Consumer))
	with, without, silent := p.accessList(t, consumer, stranger), p.accessList(t, stranger), p.accessList(t, consumer)
	lists := func(addresses ...common.Address) func(*v1alpha1.Dataset) {
		return func(d *v1alpha1.Dataset) {
			d.Spec.Access.Consumers = v1alpha1.Consumers{}
			for _, a := range addresses {
				d.Spec.Access.Consumers.AccessLists = append(d.Spec.Access.Consumers.AccessLists, v1alpha1.AccessList{ChainID: int64(p.chain.ChainID), Address: v1alpha1.Address(a.Hex())})
			}
		}
	}
	p.sign(t)
	run := func(name string) *story {
		s := &story{namespace: p.namespace, dataset: p.dataset, algorithm: p.algorithm, job: p.job.DeepCopy()}
		s.job.ObjectMeta = metav1.ObjectMeta{Namespace: p.namespace, Name: name}
		if err := api.Create(t.Context(), s.job); err != nil {
			t.Fatal(err)
		}
		return s
	}
	change(t, p.dataset, lists(without, common.HexToAddress("0xdead")))
	run("not-on-it").failed(t, v1alpha1.ReasonPolicyDenied, "spec.access.consumers does not allow")
	change(t, p.dataset, lists(without, with))
	run("on-it").started(t)
	change(t, p.dataset, func(d *v1alpha1.Dataset) {
		lists(with)(d)
		d.Spec.Access.Consumers.AccessLists[0].ChainID++
	})
	run("on-another-chain").failed(t, v1alpha1.ReasonPolicyDenied, "spec.access.consumers does not allow")

	change(t, p.dataset, lists(silent))
	p.front.Set(chainserver.Down)
	waits := run("while-it-is-silent")
	eventually(t, waits.job, "waits", func(j *v1alpha1.ComputeJob) bool {
		c := meta.FindStatusCondition(j.Status.Conditions, v1alpha1.ConditionAdmitted)
		return c != nil && c.Status == metav1.ConditionFalse && c.Reason == v1alpha1.ReasonChainUnavailable && j.Status.Pod == ""
	})
	p.front.Set(nil)
	waits.started(t)
}

// A budget lets so many runs begin, however many want to at once, and nobody's failure before the start costs one.
func TestBudgetOfRuns(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	const runs, jobs = 5, 50
	s.dataset.Spec.Access.Budget = &v1alpha1.QueryBudget{Runs: ptr.To[int32](runs)}
	s.create(t)
	stories := []*story{s}
	for i := 1; i < jobs; i++ {
		one := &story{namespace: s.namespace, job: s.job.DeepCopy()}
		one.job.ObjectMeta = metav1.ObjectMeta{Namespace: s.namespace, GenerateName: "job-"}
		if err := api.Create(t.Context(), one.job); err != nil {
			t.Fatal(err)
		}
		stories = append(stories, one)
	}
	var started []*story
	for _, one := range stories {
		eventually(t, one.job, "decided", func(j *v1alpha1.ComputeJob) bool {
			if j.Status.State == v1alpha1.StateFailed {
				return true
			}
			err := api.Get(t.Context(), client.ObjectKey{Namespace: fixtures.SandboxNamespace, Name: j.Status.Pod}, &corev1.Pod{})
			return j.Status.Pod != "" && err == nil
		})
		if one.job.Status.State == v1alpha1.StateFailed {
			one.failed(t, v1alpha1.ReasonBudgetExceeded, "the next becomes free at 20")
			continue
		}
		started = append(started, one)
	}
	if len(started) != runs {
		t.Fatalf("%d of %d jobs started, want %d", len(started), jobs, runs)
	}
	usage := s.usage(t)
	if usage.Status.Runs != runs || usage.Spec.Consumer != "namespace/"+s.namespace || usage.OwnerReferences[0].UID != s.dataset.UID {
		t.Errorf("usage %+v", usage)
	}
	// One that fails before its algorithm starts is given back; one that ran is not.
	pod := started[0].started(t)
	kubelet(t, pod, corev1.PodFailed, ended(1, sandbox.StageReport{Reason: v1alpha1.ReasonInputFetchFailed, Message: "gone"}), corev1.ContainerState{}, corev1.ContainerState{})
	started[0].in(t, v1alpha1.StateFailed)
	if got := s.usage(t).Status.Runs; got != runs-1 {
		t.Errorf("%d runs count after one did not start", got)
	}
	pod = started[1].started(t)
	report := publish(t, pod, output("model.json"), logResult)
	kubelet(t, pod, corev1.PodSucceeded, stagedOne, ended(0, sandbox.RunReport{}), ended(0, report))
	started[1].in(t, v1alpha1.StateSucceeded)
	usage = s.usage(t)
	if usage.Status.Runs != runs-1 {
		t.Errorf("%d runs count after one succeeded", usage.Status.Runs)
	}
	for _, e := range usage.Status.Entries {
		if want := int64(len("content of model.json")) + logResult.Bytes; !e.Open && e.Bytes != want {
			t.Errorf("a run that is over counts %d bytes, want %d", e.Bytes, want)
		}
	}
}

// usage of the only consumer of the dataset.
func (s *story) usage(t *testing.T) *v1alpha1.DatasetUsage {
	t.Helper()
	var list v1alpha1.DatasetUsageList
	if err := api.List(t.Context(), &list, client.InNamespace(s.namespace)); err != nil || len(list.Items) != 1 {
		t.Fatalf("%d usages, %v", len(list.Items), err)
	}
	return &list.Items[0]
}

// A run may bring what is left, and its rules say so; what it did not bring is free again.
func TestBudgetOfBytes(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.dataset.Spec.Access.Budget = &v1alpha1.QueryBudget{OutputBytes: ptr.To(resource.MustParse("1000"))}
	s.create(t)
	pod := s.started(t)
	run, err := sandbox.ParseRun(pod.Annotations)
	if err != nil {
		t.Fatal(err)
	}
	if rules := run.Disclosure(); rules.MaxBytes != 900 || rules.Logs.MaxBytes != 100 {
		t.Errorf("the rules let out %d and %d bytes, want 900 and 100", rules.MaxBytes, rules.Logs.MaxBytes)
	}
	second := &story{namespace: s.namespace, job: s.job.DeepCopy()}
	second.job.ObjectMeta = metav1.ObjectMeta{Namespace: s.namespace, Name: "second"}
	if err := api.Create(t.Context(), second.job); err != nil {
		t.Fatal(err)
	}
	second.failed(t, v1alpha1.ReasonBudgetExceeded, "1000 bytes in 24h0m0s")
	report := publish(t, pod, output("model.json"))
	kubelet(t, pod, corev1.PodSucceeded, stagedOne, ended(0, sandbox.RunReport{}), ended(0, report))
	s.in(t, v1alpha1.StateSucceeded)
	change(t, second.job, func(j *v1alpha1.ComputeJob) { j.Spec.Trigger = "2" })
	eventually(t, second.job, "second run", func(j *v1alpha1.ComputeJob) bool { return j.Status.Run == 2 })
	if run, err = sandbox.ParseRun(second.started(t).Annotations); err != nil {
		t.Fatal(err)
	}
	left := 1000 - int64(len("content of model.json"))
	if rules := run.Disclosure(); rules.MaxBytes+rules.Logs.MaxBytes != left {
		t.Errorf("the rules let out %d and %d bytes, want %d", rules.MaxBytes, rules.Logs.MaxBytes, left)
	}
	// A job that is deleted while it runs stays counted with all that it might have brought.
	if err := api.Delete(t.Context(), second.job); err != nil {
		t.Fatal(err)
	}
	gone(t, second.job)
	if usage := s.usage(t); usage.Status.Runs != 2 || usage.Status.Bytes != 1000 {
		t.Errorf("usage %+v", usage.Status)
	}
}
