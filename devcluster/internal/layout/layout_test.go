package layout

import (
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestCheckName(t *testing.T) {
	for name, valid := range map[string]bool{
		"c2d": true, "a": true, "e2e-7": true, strings.Repeat("a", 32): true,
		"": false, "-a": false, "a-": false, "A": false, "a/b": false, "..": false, strings.Repeat("a", 33): false,
	} {
		if err := CheckName(name); (err == nil) != valid {
			t.Errorf("CheckName(%q) = %v, want valid: %t", name, err, valid)
		}
	}
}

func TestNamesOnTheHostDependOnTheCache(t *testing.T) {
	one, two := Cluster{"c2d", "/a/clusters/c2d"}, Cluster{"c2d", "/b/clusters/c2d"}
	if one.HostInterface() == two.HostInterface() || one.Cgroup() == two.Cgroup() {
		t.Error("clusters of one name in two caches share an interface or a cgroup")
	}
	if length := len(one.HostInterface()); length > 15 {
		t.Errorf("interface name %q has %d characters, the kernel takes 15", one.HostInterface(), length)
	}
}

func TestRecordAddresses(t *testing.T) {
	record := Record{Subnet: netip.MustParsePrefix("198.18.7.8/29")}
	if host, node, services := record.HostIP().String(), record.NodeIP().String(), record.ServicesIP().String(); host != "198.18.7.9" ||
		node != "198.18.7.10" || services != "198.18.7.11" {
		t.Errorf("got host %s, node %s, services %s", host, node, services)
	}
}

func TestAlive(t *testing.T) {
	ticks, err := StartTicks(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	self := Record{BootID: BootID(), PID: os.Getpid(), StartTicks: ticks}
	recycled, rebooted, unborn := self, self, self
	recycled.StartTicks--
	rebooted.BootID = "another boot"
	unborn.PID = 0
	for name, test := range map[string]struct {
		record *Record
		want   bool
	}{
		"this process":           {&self, true},
		"another with its PID":   {&recycled, false},
		"from before the reboot": {&rebooted, false},
		"not started":            {&unborn, false},
		"no record":              {nil, false},
	} {
		if got := test.record.Alive(); got != test.want {
			t.Errorf("%s: alive %t, want %t", name, got, test.want)
		}
	}
}

func TestRecordRoundTrip(t *testing.T) {
	cluster := Cluster{"c2d", filepath.Join(t.TempDir(), "c2d")}
	if record, err := cluster.ReadRecord(); record != nil || err != nil {
		t.Fatalf("without a file: %v, %v, want nothing", record, err)
	}
	want := Record{BootID: "b", PID: 7, StartTicks: 9, Subnet: netip.MustParsePrefix("198.18.0.0/29"), SecretKey: "s"}
	if err := cluster.WriteRecord(want); err != nil {
		t.Fatal(err)
	}
	if got, err := cluster.ReadRecord(); err != nil || *got != want {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	if info, err := os.Stat(cluster.Path("record.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a file with a secret has mode %v, want 0600 (%v)", info.Mode(), err)
	}
	if err := os.WriteFile(cluster.Path("record.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := cluster.ReadRecord(); err == nil {
		t.Error("a broken record was read without an error")
	}
}

func TestLockExcludesAndLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := Acquire(t.Context(), path, func() { t.Error("the first had to wait") })
	if err != nil {
		t.Fatal(err)
	}
	announced := make(chan struct{})
	second := make(chan *Lock, 1)
	go func() {
		lock, err := Acquire(t.Context(), path, func() { close(announced) })
		if err != nil {
			t.Error(err)
		}
		second <- lock
	}()
	<-announced
	select {
	case <-second:
		t.Fatal("two hold the lock")
	default:
	}
	first.Release()
	select {
	case lock := <-second:
		lock.Release()
	case <-time.After(10 * time.Second):
		t.Fatal("the lock was not passed on")
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the lock's file is still there: %v", err)
	}
}

func TestLockWaitEndsWithContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	held, err := Acquire(t.Context(), path, func() {})
	if err != nil {
		t.Fatal(err)
	}
	defer held.Release()
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := Acquire(ctx, path, cancel); err == nil {
		t.Error("got the lock that another holds")
	}
}
