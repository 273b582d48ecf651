package node

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/chain"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/images"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/sandboxrule"
)

// cniResults is where containerd's CNI library notes each pod's address before the pod's first process starts.
const cniResults = "/var/lib/cni/results"

// startLimit bounds the wait for each step of starting, on a busy machine.
const startLimit = 2 * time.Minute

// supervisor starts a cluster's components in order and keeps them running.
type supervisor struct {
	cluster    layout.Cluster
	record     layout.Record
	components components
	started    time.Time

	mu       sync.Mutex
	progress layout.Progress
}

// Supervise brings everything up and stays for the life of the cluster. It returns only with an error, and with it
// everything else ends.
func Supervise(ctx context.Context, cluster layout.Cluster) error {
	record, err := cluster.ReadRecord()
	if err != nil || record == nil {
		return fmt.Errorf("no record of cluster %s: %w", cluster.Name, err)
	}
	s := &supervisor{
		cluster: cluster, record: *record, components: newComponents(cluster, *record), started: time.Now(),
		progress: layout.Progress{Phase: layout.Starting},
	}
	if err := s.start(ctx); err != nil {
		s.tell(func(p *layout.Progress) { p.Phase, p.Message = layout.Failed, err.Error() })
		return err
	}
	s.tell(func(p *layout.Progress) { p.Phase = layout.Ready })
	<-ctx.Done()
	return ctx.Err()
}

func (s *supervisor) start(ctx context.Context) error {
	if err := s.prepare(); err != nil {
		return err
	}
	c := s.components
	if err := inParallel(ctx,
		func(ctx context.Context) error { return s.run(ctx, c.etcd) },
		func(ctx context.Context) error { return s.run(ctx, c.s3) },
		func(ctx context.Context) error { return s.run(ctx, c.chain) },
		func(ctx context.Context) error { return s.run(ctx, c.containerd) },
		s.startRegistry,
	); err != nil {
		return err
	}

	config, err := clientcmd.BuildConfigFromFlags("", s.cluster.Kubeconfig())
	if err != nil {
		return fmt.Errorf("read the administrator's kubeconfig: %w", err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	c.apiServer.ready = apiServerReady(client)
	if err := s.run(ctx, c.apiServer); err != nil {
		return err
	}
	s.startInBackground("sandbox rule", func(ctx context.Context) error { return sandboxrule.Follow(ctx, client, cniResults) })
	return inParallel(ctx,
		func(ctx context.Context) error {
			if err := s.run(ctx, c.controllerManager); err != nil {
				return err
			}
			return s.await(ctx, "default service account", c.controllerManager, func(ctx context.Context) error { return podsAdmitted(ctx, client) })
		},
		func(ctx context.Context) error { return s.run(ctx, c.scheduler) },
		func(ctx context.Context) error {
			if err := s.run(ctx, c.kubelet); err != nil {
				return err
			}
			return s.await(ctx, "node", c.kubelet, func(ctx context.Context) error { return nodeReady(ctx, client, s.cluster.Name) })
		},
		func(ctx context.Context) error {
			// kube-proxy looks for its node once a second: it is better off when the node is there already.
			if err := s.await(ctx, "", c.kubelet, func(ctx context.Context) error { return nodeExists(ctx, client, s.cluster.Name) }); err != nil {
				return err
			}
			if err := s.run(ctx, c.kubeProxy); err != nil {
				return err
			}
			return s.await(ctx, "services", c.kubeProxy, listens("tcp", layout.KubernetesService+":443"))
		},
	)
}

// prepare writes certificates and configuration, and makes the cgroup and the network rules.
func (s *supervisor) prepare() error {
	limited, err := cannotRaiseLimits()
	if err != nil {
		return err
	}
	for _, dir := range []string{"s3/accounts", "s3/buckets", "registry", "logs/pods", "kubelet"} {
		if err := os.MkdirAll(s.cluster.Path(dir), 0o700); err != nil {
			return err
		}
	}
	state, err := os.ReadFile(filepath.Join(s.record.Binaries, chain.State))
	if err != nil {
		return err
	}
	if err := layout.WriteFile(s.cluster.Path("chain", chain.State), state, 0o600); err != nil {
		return err
	}
	if err := writePKI(s.cluster, s.record); err != nil {
		return err
	}
	if err := writeConfigs(newFacts(s.cluster, s.record, limited)); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	if err := makeCgroups(s.cluster.Cgroup()); err != nil {
		return fmt.Errorf("make cgroups: %w", err)
	}
	if err := sandboxrule.Install(); err != nil {
		return fmt.Errorf("install the sandbox's network rule: %w", err)
	}
	s.done("configuration and network")
	return nil
}

// run starts a process and waits until it serves. The process outlives ctx, which bounds the wait only.
func (s *supervisor) run(ctx context.Context, p *process) error {
	s.tell(func(progress *layout.Progress) {})
	go p.supervise(context.Background(), s.cluster, func() { s.tell(func(*layout.Progress) {}) })
	if err := p.awaitReady(ctx, s.cluster, startLimit); err != nil {
		return err
	}
	s.done(p.name)
	return nil
}

// await polls a condition that a process brings about; a step without a name is not reported.
func (s *supervisor) await(ctx context.Context, step string, by *process, condition func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		attempt, stop := context.WithTimeout(ctx, 2*time.Second)
		err := condition(attempt)
		stop()
		if err == nil {
			if step != "" {
				s.done(step)
			}
			return nil
		}
		select {
		case <-ctx.Done():
			return by.failure(s.cluster, fmt.Sprintf("did not bring about what is awaited within %s: %v", startLimit, err))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (s *supervisor) startRegistry(ctx context.Context) error {
	listener, err := net.Listen("tcp", s.record.Registry())
	if err != nil {
		return fmt.Errorf("registry: %w", err)
	}
	s.startInBackground("registry", func(context.Context) error {
		return images.Serve(listener, s.cluster.Path("registry"))
	})
	pause, err := images.FromBinary(s.record.Binaries+"/pause", images.Options{})
	if err != nil {
		return fmt.Errorf("make the pause image: %w", err)
	}
	store := images.Store{Blobs: s.cluster.Path("registry"), Address: s.record.Registry()}
	if _, err := store.Push(ctx, strings.TrimPrefix(layout.PauseImage, layout.RegistryName+"/"), pause); err != nil {
		return fmt.Errorf("push the pause image: %w", err)
	}
	s.done("registry")
	return nil
}

// startInBackground keeps a part of the supervisor itself running; unlike a program, it is part of this process.
func (s *supervisor) startInBackground(name string, run func(context.Context) error) {
	go func() {
		for {
			err := run(context.Background())
			fmt.Fprintf(os.Stderr, "%s %s ended: %v; starting it again in a second\n", time.Now().Format(time.RFC3339), name, err)
			time.Sleep(time.Second)
		}
	}()
}

func (s *supervisor) done(step string) {
	s.tell(func(p *layout.Progress) {
		p.Steps = append(p.Steps, layout.Step{Name: step, Seconds: time.Since(s.started).Seconds()})
	})
}

// tell changes the progress file, in which `up` and `status` read.
func (s *supervisor) tell(change func(*layout.Progress)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.progress)
	s.progress.Components = nil
	for _, p := range s.components.all() {
		s.progress.Components = append(s.progress.Components, p.component())
	}
	if err := s.cluster.WriteProgress(s.progress); err != nil {
		fmt.Fprintln(os.Stderr, "write progress:", err)
	}
}

func inParallel(ctx context.Context, tasks ...func(context.Context) error) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, task := range tasks {
		group.Go(func() error { return task(ctx) })
	}
	return group.Wait()
}

// capSysResource is the number of CAP_SYS_RESOURCE in capabilities(7).
const capSysResource = 24

// cannotRaiseLimits says whether this process lacks CAP_SYS_RESOURCE.
func cannotRaiseLimits() (bool, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return false, err
	}
	lines := strings.Split(string(status), "\n")
	i := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "CapEff:") })
	if i < 0 {
		return false, fmt.Errorf("/proc/self/status has no line CapEff")
	}
	effective, err := strconv.ParseUint(strings.TrimSpace(strings.TrimPrefix(lines[i], "CapEff:")), 16, 64)
	return effective&(1<<capSysResource) == 0, err
}
