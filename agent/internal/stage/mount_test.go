package stage

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gatewaytest"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// mountedStudy has a file and a folder of a volume, and an image, among and behind a file that is fetched.
func mountedStudy(volumes string) *gatewaytest.Server {
	s := study()
	dataset := sandbox.Dataset{Mounts: []sandbox.Mount{
		{Index: 1, Claim: "scans", Path: "sub/one.csv"}, {Index: 2, Claim: "scans"}, {Index: 3, Image: "r@sha256:aa"},
	}}
	s.Plan.Run.Datasets = []sandbox.Dataset{dataset, {}}
	fetched := s.Plan.Datasets[0].Files[0]
	s.Plan.Datasets[0].Files = []sandbox.PlanFile{fetched, {Source: 1, Mounted: true}, {Source: 2, Mounted: true}, {Source: 3, Mounted: true}}
	for _, mount := range dataset.Mounts {
		folder := sandbox.VolumeDir(volumes, 0, mount)
		_ = os.MkdirAll(filepath.Join(folder, "sub"), 0o755)
		_ = os.WriteFile(filepath.Join(folder, "sub/one.csv"), []byte("large"), 0o644)
	}
	return s
}

func TestMountPoints(t *testing.T) {
	volumes := t.TempDir()
	server := gatewaytest.Start(t, mountedStudy(volumes))
	o := options(t, server)
	o.Volumes = volumes
	// Nothing of a volume counts against the disk.
	o.Disk = int64(len("a,b\n1,2\n") + len("third") + len("print('hello')"))
	var report sandbox.StageReport
	for range 2 {
		if report = Run(context.Background(), o); report.Reason != "" {
			t.Fatalf("%s: %s", report.Reason, report.Message)
		}
	}
	one := []fetched{{8, gatewaytest.Hash([]byte("a,b\n1,2\n"))}}
	if want := contentOf(make([]sandbox.PlanFile, 1), one); report.Datasets[0] != want {
		t.Errorf("content is %+v, want %+v: that of the one file that was fetched", report.Datasets[0], want)
	}
	for name, folder := range map[string]bool{"0": false, "1": false, "2": true, "3": true} {
		info, err := os.Stat(filepath.Join(o.Data, "inputs/aaaa", name))
		if err != nil || info.IsDir() != folder {
			t.Errorf("%s: %v, %v; want a folder: %t", name, info, err, folder)
		}
	}
}

func TestMountsFail(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*gatewaytest.Server, string)
		want   string
	}{
		"nothing at the path": {
			change: func(_ *gatewaytest.Server, volume string) { _ = os.RemoveAll(filepath.Join(volume, "sub")) },
			want:   "File 1 of dataset aaaa is not there",
		},
		"a link out of the volume": {
			change: func(_ *gatewaytest.Server, volume string) {
				_ = os.Remove(filepath.Join(volume, "sub/one.csv"))
				_ = os.Symlink("/etc/hostname", filepath.Join(volume, "sub/one.csv"))
			},
			want: "File 1 of dataset aaaa",
		},
		"a FIFO": {
			change: func(_ *gatewaytest.Server, volume string) {
				_ = os.Remove(filepath.Join(volume, "sub/one.csv"))
				_ = unix.Mkfifo(filepath.Join(volume, "sub/one.csv"), 0o644)
			},
			want: "neither a file nor a folder",
		},
		"planned as mounted and is not": {
			change: func(s *gatewaytest.Server, _ string) { s.Plan.Datasets[1].Files[0].Mounted = true },
			want:   "does not fit to what is mounted",
		},
		"mounted and not planned": {
			change: func(s *gatewaytest.Server, _ string) { s.Plan.Datasets[0].Files[2].Mounted = false },
			want:   "does not fit to what is mounted",
		},
		"more datasets than planned": {
			change: func(s *gatewaytest.Server, _ string) {
				s.Plan.Run.Datasets = append(s.Plan.Run.Datasets, s.Plan.Run.Datasets[0])
			},
			want: "does not fit to what is mounted",
		},
	} {
		t.Run(name, func(t *testing.T) {
			volumes := t.TempDir()
			s := mountedStudy(volumes)
			test.change(s, filepath.Join(volumes, "0-1"))
			o := options(t, gatewaytest.Start(t, s))
			o.Volumes = volumes
			report := Run(context.Background(), o)
			if report.Reason != v1alpha1.ReasonInputFetchFailed || !strings.Contains(report.Message, test.want) {
				t.Errorf("%s: %s\nwant %q", report.Reason, report.Message, test.want)
			}
			if strings.Contains(report.Message, "one.csv") || strings.Contains(report.Message, "scans") {
				t.Errorf("the message says where the data lie: %s", report.Message)
			}
			if _, err := os.Stat(filepath.Join(o.Shared, "agent")); err == nil {
				t.Error("the agent lies there: the algorithm could start")
			}
		})
	}
}
