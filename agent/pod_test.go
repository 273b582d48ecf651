package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gatewaytest"
	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/publish"
	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/stage"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// TestPodFromInputsToResults runs the three parts of a pod one after the other, as the kubelet would.
func TestPodFromInputsToResults(t *testing.T) {
	t.Parallel()
	c := newContainer(t)
	code := []byte("#!/bin/sh\nset -e\nwc -l < $INPUTS/aaaa/0 > $OUTPUTS/lines\ncp $INPUTS/algoCustomData.json $OUTPUTS/parameters.json\necho done\n")
	server := gatewaytest.Start(t, &gatewaytest.Server{
		Plan: sandbox.Plan{
			Run: sandbox.Run{Run: 1, Job: sandbox.Object{Name: "count"}, Datasets: []sandbox.Dataset{{DID: "did:c2d:aaaa"}},
				Deliver: []v1alpha1.Delivery{v1alpha1.DeliverOutput, v1alpha1.DeliverLogs}},
			Datasets:   []sandbox.PlanDataset{{ID: "aaaa", Files: []sandbox.PlanFile{{Bytes: 6}}}},
			Algorithm:  sandbox.PlanAlgorithm{Code: true},
			CustomData: json.RawMessage(`{"a":1}`),
		},
		Files: map[string][]byte{sandbox.InputPath(0, sandbox.PlanFile{}): []byte("1\n2\n3\n"), sandbox.PathCode: code},
	})
	// stage makes the FIFO and the agent's binary itself; the binary of the container is this test's.
	shared := filepath.Join(c.root, sandbox.SharedDir)
	handover := t.TempDir()
	agent := filepath.Join(t.TempDir(), "agent")
	if err := os.WriteFile(agent, []byte("in the place of which the container mounts this test's"), 0o755); err != nil {
		t.Fatal(err)
	}
	silent := slog.New(slog.NewTextHandler(io.Discard, nil))
	staged := stage.Run(context.Background(), stage.Options{
		Client: server.Client(t), Targets: stage.Targets{Open: []string{server.Host()}, Closed: []string{server.Canary()}},
		Data: filepath.Join(c.root, sandbox.DataDir), Shared: shared, Handover: handover, Disk: 1 << 20, Agent: agent,
		Limits: stage.DefaultLimits(), Log: silent,
	})
	if staged.Reason != "" {
		t.Fatal(staged)
	}
	// The kubelet mounts the volumes for outputs and logs there.
	for path, mode := range map[string]os.FileMode{sandbox.OutputsDir: 0o777, sandbox.LogsDir: 0o777} {
		if err := os.Chmod(filepath.Join(c.root, path), mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chown(filepath.Join(c.root, sandbox.AliveFile), agentUser, agentUser); err != nil {
		t.Fatal(err)
	}
	published := make(chan sandbox.PublishReport, 1)
	go func() {
		published <- publish.Run(context.Background(), publish.Options{
			Client: server.Client(t), Staged: filepath.Join(handover, filepath.Base(sandbox.StagedFile)), Alive: filepath.Join(c.root, sandbox.AliveFile),
			Outputs: filepath.Join(c.root, sandbox.OutputsDir), Log: filepath.Join(c.root, sandbox.LogFile),
			Deletion: time.Minute, Upload: publish.DefaultUpload(), Logger: silent,
		})
	}()
	c.env = append(c.env, "INPUTS=/data/inputs")
	c.launch(append(append([]string{}, bounds...), "--entrypoint="+sandbox.CodeFile)...)
	c.told <- ""
	if got := c.wait(); got.code != 0 || got.log != "done\n" {
		t.Fatalf("code %d: %s", got.code, got.output)
	}
	report := <-published
	if report.Reason != "" || report.Outputs != 2 {
		t.Fatalf("%+v", report)
	}
	stored := server.Stored()
	if string(stored["outputs/lines"]) != "3\n" || string(stored["outputs/parameters.json"]) != `{"a":1}` || string(stored[sandbox.KeyLog]) != "done\n" {
		t.Errorf("stored %q", stored)
	}
	if order := server.Order(); !slices.Contains(order, sandbox.KeyRecord) || order[len(order)-1] != sandbox.KeyRecord {
		t.Errorf("stored in the order %v", order)
	}
}
