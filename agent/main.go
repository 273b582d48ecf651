// Agent is the platform's part in the pod of a run: it stages what the algorithm needs, runs the algorithm, and
// publishes what may leave. It is one static binary for images without anything else in them.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/publish"
	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/run"
	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/stage"
	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/termination"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const usage = `Usage: agent stage | run | publish

The parts of a run's pod. The controller starts them; see the package sandbox for what they are given.

  stage     prove that the pod is isolated, fetch inputs and code, check their hashes
  run       be PID 1 of the algorithm:
            agent run --max-duration=DURATION --disk-bytes=N --log-bytes=N [--processes=N] --entrypoint=TEXT
            agent run --max-duration=DURATION --disk-bytes=N --log-bytes=N [--processes=N] -- COMMAND...
  publish   wait for the algorithm's end, judge its outputs, upload what may leave
`

func main() { os.Exit(dispatch(os.Args[1:])) }

func dispatch(arguments []string) int {
	verb := ""
	if len(arguments) > 0 {
		verb, arguments = arguments[0], arguments[1:]
	}
	switch verb {
	case "stage":
		return stageMain()
	case "run":
		return run.Main(arguments)
	case run.LaunchVerb:
		return run.Launch(arguments)
	case "publish":
		return publishMain()
	case "help", "--help", "-h":
		fmt.Print(usage)
		return 0
	default:
		fmt.Fprint(os.Stderr, usage)
		return 2
	}
}

// softMemory of the containers, below their limit: the garbage of judging files is collected before it counts.
const softMemory = 112 << 20

func stageMain() int {
	debug.SetMemoryLimit(softMemory)
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGTERM, unix.SIGINT)
	defer stop()
	unix.Umask(0o022)
	client, err := gateway.New(gateway.FromEnvironment())
	if err != nil {
		return misconfigured(err)
	}
	disk, err := strconv.ParseInt(os.Getenv(sandbox.EnvDisk), 10, 64)
	if err != nil || disk <= 0 {
		return misconfigured(fmt.Errorf("%s is %q, expected a number of bytes", sandbox.EnvDisk, os.Getenv(sandbox.EnvDisk)))
	}
	agent, err := os.Executable()
	if err != nil {
		return misconfigured(err)
	}
	targets, err := stage.ParseTargets(os.Getenv(sandbox.EnvOpen), os.Getenv(sandbox.EnvClosed), os.Getenv(sandbox.EnvNodeIP))
	if err != nil {
		return misconfigured(err)
	}
	report := stage.Run(ctx, stage.Options{
		Client:   client,
		Targets:  targets,
		Data:     sandbox.DataDir,
		Shared:   sandbox.SharedDir,
		Handover: sandbox.HandoverDir,
		Volumes:  sandbox.VolumesDir,
		Disk:     disk,
		Agent:    agent,
		Limits:   stage.DefaultLimits(),
		Log:      logger(),
	})
	return finish(report, report.Reason)
}

func publishMain() int {
	debug.SetMemoryLimit(softMemory)
	// Caught from the start, and not acted on once the upload has begun: the pod's grace period is its budget.
	terminate := make(chan os.Signal, 1)
	signal.Notify(terminate, unix.SIGTERM, unix.SIGINT)
	client, err := gateway.New(gateway.FromEnvironment())
	if err != nil {
		return misconfigured(err)
	}
	report := publish.Run(context.Background(), publish.Options{
		Client:    client,
		Staged:    sandbox.StagedFile,
		Records:   sandbox.RecordsFile,
		Alive:     sandbox.AliveFile,
		Outputs:   sandbox.OutputsDir,
		Log:       sandbox.LogFile,
		Terminate: terminate,
		Deletion:  publish.DefaultDeletion,
		Upload:    publish.DefaultUpload(),
		Logger:    logger(),
	})
	return finish(report, report.Reason)
}

func logger() *slog.Logger { return slog.New(slog.NewTextHandler(os.Stdout, nil)) }

// misconfigured says what is wrong with the pod: a fault of whoever made it.
func misconfigured(err error) int {
	logger().Error("the pod is not as the controller makes them", "error", err)
	return 1
}

// peakMemory of this process, in bytes.
func peakMemory() int64 {
	var usage unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return usage.Maxrss << 10
}

// finish writes the report where Kubernetes reads it; the exit code says whether there is a reason of failure in it.
func finish[R sandbox.StageReport | sandbox.PublishReport](report R, reason string) int {
	logger().Info("done", "reason", reason, "peakMemory", peakMemory())
	file, err := termination.Open(sandbox.TerminationFile)
	if err == nil {
		err = termination.Write(file, report)
	}
	if err != nil {
		logger().Error("the report is lost", "error", err)
		return 1
	}
	if reason != "" {
		return 1
	}
	return 0
}
