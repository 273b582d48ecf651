package sandboxrule

import (
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
)

func TestParseMode(t *testing.T) {
	for arguments, want := range map[string]Mode{
		"on": {Name: "on"}, "off": {Name: "off"}, "late 5s": {Name: "late", Delay: 5 * time.Second},
		"": {}, "On": {}, "late": {}, "late 5": {}, "late 10ms": {}, "late 2h": {}, "on 5s": {}, "off off": {},
	} {
		got, err := ParseMode(strings.Fields(arguments))
		if got != want || (err == nil) != (want.Name != "") {
			t.Errorf("%q: got %v, %v, want %v", arguments, got, err, want)
		}
	}
}

// The kernel itself judges the rules, in a network namespace that lives as long as the test's command.
func TestKernelTakesEveryMode(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, for a network namespace")
	}
	for _, mode := range []Mode{{Name: "on"}, {Name: "off"}, {Name: "late", Delay: 7 * time.Second}} {
		// Twice, since a mode is switched to from any other.
		script := base + mode.Script() + mode.Script() + difference(newSets(), sample()) + difference(sample(), newSets())
		command := exec.Command("unshare", "--net", "sh", "-c", "nft -f - && "+strings.Join(ListMode, " "))
		command.Env = append(os.Environ(), "PATH=/usr/sbin:/usr/bin:/sbin:/bin")
		command.Stdin = strings.NewReader(script)
		listing, err := command.CombinedOutput()
		if err != nil {
			t.Errorf("mode %s: %v\n%s", mode.Name, err, listing)
			continue
		}
		want := mode.Name
		if mode.Name == "late" {
			want = "late 7s"
		}
		if got, err := CurrentMode(string(listing)); err != nil || got != want {
			t.Errorf("mode reads as %q, %v, want %q", got, err, want)
		}
	}
}

func TestCurrentModeOfNothing(t *testing.T) {
	if mode, err := CurrentMode("table inet c2d_sandbox {\n\tchain mode {\n\t}\n}\n"); err == nil {
		t.Errorf("an empty chain reads as mode %q", mode)
	}
}

func addresses(list ...string) map[netip.Addr]bool {
	set := map[netip.Addr]bool{}
	for _, address := range list {
		set[netip.MustParseAddr(address)] = true
	}
	return set
}

func sample() sets {
	return sets{open: addresses("10.244.0.2", "10.244.0.10"), gateway: addresses("10.244.0.2"), online: addresses("10.244.0.7")}
}

func TestDifference(t *testing.T) {
	for name, test := range map[string]struct {
		from, to sets
		want     string
	}{
		"nothing changed": {sample(), sample(), ""},
		"from nothing": {newSets(), sample(),
			"add element inet c2d_sandbox open { 10.244.0.2, 10.244.0.10 }\nadd element inet c2d_sandbox gateway { 10.244.0.2 }\nadd element inet c2d_sandbox online { 10.244.0.7 }\n"},
		"one left, one came": {sample(), sets{addresses("10.244.0.2", "10.244.0.3"), addresses(), addresses("10.244.0.7")},
			"delete element inet c2d_sandbox open { 10.244.0.10 }\nadd element inet c2d_sandbox open { 10.244.0.3 }\n" +
				"delete element inet c2d_sandbox gateway { 10.244.0.2 }\n"},
	} {
		if got := difference(test.from, test.to); got != test.want {
			t.Errorf("%s:\n%swant:\n%s", name, got, test.want)
		}
	}
}

func TestWanted(t *testing.T) {
	namespaces, gateways, online := index(), index(), index()
	add(t, namespaces, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "system"}})
	add(t, namespaces, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "sandbox", Labels: map[string]string{SandboxLabel: "true"}}})
	add(t, gateways, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "gateway"}})
	add(t, gateways, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "sandbox", Name: "impostor"}})
	add(t, online, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "sandbox", Name: "online"}})
	at := func(namespace, name, address string) attachment {
		return attachment{namespace, name, netip.MustParseAddr(address)}
	}
	for name, test := range map[string]struct {
		attachments []attachment
		want        sets
	}{
		"an ordinary pod is open":                      {[]attachment{at("system", "web", "10.244.0.2")}, sets{addresses("10.244.0.2"), addresses(), addresses()}},
		"a gateway is open and reachable":              {[]attachment{at("system", "gateway", "10.244.0.2")}, sets{addresses("10.244.0.2"), addresses("10.244.0.2"), addresses()}},
		"a sandbox's pod is closed":                    {[]attachment{at("sandbox", "job", "10.244.0.2")}, newSets()},
		"a sandbox's pod cannot make itself a gateway": {[]attachment{at("sandbox", "impostor", "10.244.0.2")}, newSets()},
		"one with network is closed but for that":      {[]attachment{at("sandbox", "online", "10.244.0.2")}, sets{addresses(), addresses(), addresses("10.244.0.2")}},
		"an unknown namespace is closed":               {[]attachment{at("new", "web", "10.244.0.2")}, newSets()},
		"of two claims the sandbox's wins":             {[]attachment{at("system", "web", "10.244.0.2"), at("sandbox", "job", "10.244.0.2")}, newSets()},
	} {
		f := follower{
			namespaces: corelisters.NewNamespaceLister(namespaces), gateways: corelisters.NewPodLister(gateways),
			online:      corelisters.NewPodLister(online),
			attachments: map[string]attachment{},
		}
		for _, a := range test.attachments {
			f.attachments[a.namespace+"/"+a.name] = a
		}
		if got := difference(test.want, f.wanted()); got != "" {
			t.Errorf("%s: beyond what is wanted:\n%s", name, got)
		}
	}
}

func index() cache.Indexer {
	return cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
}

func add(t *testing.T, to cache.Indexer, object any) {
	t.Helper()
	if err := to.Add(object); err != nil {
		t.Fatal(err)
	}
}

func TestParseResult(t *testing.T) {
	const args = `"cniArgs":[["IgnoreUnknown","1"],["K8S_POD_NAMESPACE","system"],["K8S_POD_NAME","web"]]`
	for content, want := range map[string]attachment{
		`{"kind":"cniCacheV1",` + args + `,"result":{"ips":[{"address":"10.244.0.2/32","gateway":"10.244.0.1"}]}}`: {"system", "web", netip.MustParseAddr("10.244.0.2")},
		`{` + args + `,"result":{}}`:                       {},
		`{"result":{"ips":[{"address":"10.244.0.2/32"}]}}`: {},
		`{"cniArgs":[["K8S_POD`:                            {},
		``:                                                 {},
	} {
		path := filepath.Join(t.TempDir(), "result")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := parseResult(path); got != want || (err == nil) != (want.name != "") {
			t.Errorf("%s: got %v, %v, want %v", content, got, err, want)
		}
	}
}
