package sandboxrule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fsnotify/fsnotify"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
)

const (
	// SandboxLabel, with the value "true" on a namespace, makes its pods subject to the rule.
	SandboxLabel = "c2d.dev/sandbox"
	// GatewayLabel selects the pods that sandboxes may reach.
	GatewayLabel = "app.kubernetes.io/name=c2d-gateway"
	// OnlineLabel selects the pods of sandboxes that reach public addresses, too.
	OnlineLabel = "c2d.dev/network=Allow"
)

// attachment is a pod's place in the network, as the CNI library notes it.
type attachment struct {
	namespace, name string
	address         netip.Addr
}

// sets are the members of the sets of addresses.
type sets struct{ open, gateway, online map[netip.Addr]bool }

func newSets() sets {
	return sets{map[netip.Addr]bool{}, map[netip.Addr]bool{}, map[netip.Addr]bool{}}
}

// Follow keeps the sets as the API and the CNI library say, until ctx ends. It learns a pod's address from the library's
// results rather than from the pod's status, which follows up to a second after the pod's processes have started.
func Follow(ctx context.Context, client kubernetes.Interface, results string) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch %s: %w", results, err)
	}
	defer watcher.Close()
	if err := watcher.Add(results); err != nil {
		return fmt.Errorf("watch %s: %w", results, err)
	}

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	changed := make(chan struct{}, 1)
	notify := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	handler := cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { notify() },
		UpdateFunc: func(any, any) { notify() },
		DeleteFunc: func(any) { notify() },
	}
	labelled := func(selector string) informers.SharedInformerFactory {
		return informers.NewSharedInformerFactoryWithOptions(client, 0,
			informers.WithTweakListOptions(func(o *metav1.ListOptions) { o.LabelSelector = selector }))
	}
	all, gatewayPods, onlinePods := labelled(""), labelled(GatewayLabel), labelled(OnlineLabel)
	namespaces, gateways, online := all.Core().V1().Namespaces(), gatewayPods.Core().V1().Pods(), onlinePods.Core().V1().Pods()
	for _, informer := range []cache.SharedIndexInformer{namespaces.Informer(), gateways.Informer(), online.Informer()} {
		if _, err := informer.AddEventHandler(handler); err != nil {
			return err
		}
	}
	for _, factory := range []informers.SharedInformerFactory{all, gatewayPods, onlinePods} {
		factory.Start(ctx.Done())
		factory.WaitForCacheSync(ctx.Done())
	}

	follower := follower{
		results: results, namespaces: namespaces.Lister(), gateways: gateways.Lister(), online: online.Lister(), attachments: map[string]attachment{},
	}
	if err := follower.readAll(); err != nil {
		return err
	}
	// What an earlier follower left in the sets is not known to this one.
	if err := apply(fmt.Sprintf("flush set inet %[1]s open\nflush set inet %[1]s gateway\nflush set inet %[1]s online\n", table)); err != nil {
		return err
	}
	applied := newSets()
	for {
		wanted := follower.wanted()
		if script := difference(applied, wanted); script != "" {
			if err := apply(script); err != nil {
				return err
			}
			applied = wanted
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		case err := <-watcher.Errors:
			return fmt.Errorf("watch %s: %w", results, err)
		case event := <-watcher.Events:
			follower.read(event.Name)
		}
	}
}

type follower struct {
	results     string
	namespaces  corelisters.NamespaceLister
	gateways    corelisters.PodLister
	online      corelisters.PodLister
	attachments map[string]attachment // by file
}

func (f *follower) readAll() error {
	entries, err := os.ReadDir(f.results)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		f.read(filepath.Join(f.results, entry.Name()))
	}
	return nil
}

// read takes in one result. A file that is gone or half-written is no attachment; being written further is another event.
func (f *follower) read(path string) {
	found, err := parseResult(path)
	if err != nil {
		delete(f.attachments, path)
		return
	}
	f.attachments[path] = found
}

// parseResult reads a file of the CNI library's cache (github.com/containernetworking/cni, libcni.cachedInfo).
func parseResult(path string) (attachment, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return attachment{}, err
	}
	var result struct {
		CNIArgs [][2]string `json:"cniArgs"`
		Result  struct {
			IPs []struct {
				Address netip.Prefix `json:"address"`
			} `json:"ips"`
		} `json:"result"`
	}
	if err := json.Unmarshal(data, &result); err != nil {
		return attachment{}, err
	}
	var found attachment
	for _, argument := range result.CNIArgs {
		switch argument[0] {
		case "K8S_POD_NAMESPACE":
			found.namespace = argument[1]
		case "K8S_POD_NAME":
			found.name = argument[1]
		}
	}
	if len(result.Result.IPs) == 0 || found.namespace == "" || found.name == "" {
		return attachment{}, errors.New("not the result of a pod's attachment")
	}
	found.address = result.Result.IPs[0].Address.Addr()
	return found, nil
}

// wanted says who belongs into the sets. Where two attachments claim an address, being a sandbox's wins.
func (f *follower) wanted() sets {
	wanted := newSets()
	closed := map[netip.Addr]bool{}
	for _, a := range f.attachments {
		if namespace, err := f.namespaces.Get(a.namespace); err != nil || isSandbox(namespace) {
			closed[a.address] = true
			if _, err := f.online.Pods(a.namespace).Get(a.name); err == nil {
				wanted.online[a.address] = true
			}
			continue
		}
		wanted.open[a.address] = true
		if _, err := f.gateways.Pods(a.namespace).Get(a.name); err == nil {
			wanted.gateway[a.address] = true
		}
	}
	for address := range closed {
		delete(wanted.open, address)
		delete(wanted.gateway, address)
	}
	return wanted
}

func isSandbox(namespace *corev1.Namespace) bool {
	return labels.Set(namespace.Labels).Get(SandboxLabel) == "true"
}

// difference is the script that leads from one state of the sets to another, "" where they are equal.
func difference(from, to sets) string {
	var script strings.Builder
	for _, set := range []struct {
		name     string
		from, to map[netip.Addr]bool
	}{{"open", from.open, to.open}, {"gateway", from.gateway, to.gateway}, {"online", from.online, to.online}} {
		change(&script, "delete", set.name, set.from, set.to)
		change(&script, "add", set.name, set.to, set.from)
	}
	return script.String()
}

// change writes one command for all addresses that are in one set but not in the other.
func change(script *strings.Builder, verb, set string, in, notIn map[netip.Addr]bool) {
	var addresses []string
	for _, address := range slices.SortedFunc(maps.Keys(in), netip.Addr.Compare) {
		if !notIn[address] {
			addresses = append(addresses, address.String())
		}
	}
	if len(addresses) > 0 {
		fmt.Fprintf(script, "%s element inet %s %s { %s }\n", verb, table, set, strings.Join(addresses, ", "))
	}
}
