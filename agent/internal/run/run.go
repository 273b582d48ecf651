// Package run is PID 1 of the algorithm's container: it starts the algorithm, keeps its log, bounds its time, disk and
// processes, and says how it ended, in a way that the algorithm cannot fake.
package run

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/termination"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const (
	// deadlineGrace is what the algorithm has to end by itself once its time or disk is up.
	deadlineGrace = 10 * time.Second
	// deletionGrace is what it has when the pod is deleted: publish needs the rest of the pod's own grace period.
	deletionGrace = 8 * time.Second
	// publishBudget is how long publish may take to start.
	publishBudget = 2 * time.Minute
	// killBudget is how long killed processes may take to be gone.
	killBudget = 30 * time.Second
)

// Exit codes of the agent itself, as shells have them.
const (
	exitAgent         = 125
	exitNotExecutable = 126
	exitNotFound      = 127
	exitSignal        = 128
)

// Main runs an algorithm and returns the exit code for the container: the algorithm's own, or 128 and the number of the
// signal that ended it.
func Main(arguments []string) int {
	options, err := parse(arguments)
	if err != nil {
		return refuse(err)
	}
	if os.Getpid() != 1 {
		// It ends by killing all processes that it can see.
		return refuse(errors.New("this is not PID 1: `agent run` is for containers with a process namespace of their own"))
	}
	report, err := termination.Open(sandbox.TerminationFile)
	if err != nil {
		return refuse(err)
	}
	code, outcome := supervise(options)
	outcome.Message = sandbox.Sentence(outcome.Message)
	if err := termination.Write(report, outcome); err != nil {
		fmt.Fprintln(os.Stderr, "[agent]", err)
	}
	return code
}

func refuse(err error) int {
	fmt.Fprintln(os.Stderr, "[agent]", err)
	return exitAgent
}

// supervise one run, start to end. When it returns, none of the algorithm's processes is left.
func supervise(o options) (int, sandbox.RunReport) {
	// Everything that the algorithm could take away later is opened before it starts. What has the same user could
	// otherwise trace this process, and with it close the FIFO or write in its name.
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return startFailed(fmt.Errorf("make the agent undumpable: %w", err))
	}
	signals := catch()
	unix.Umask(0o022)

	alive, err := openAlive(sandbox.AliveFile, publishBudget, signals.terminate)
	if errors.Is(err, errTerminated) {
		return exitSignal + int(unix.SIGTERM), sandbox.RunReport{}
	}
	if err != nil {
		return startFailed(err)
	}
	log, err := openLog(o.logBytes)
	if err != nil {
		return startFailed(err)
	}
	code, outcome := o.algorithm(signals, log)
	log.finish()
	makeReadable(sandbox.OutputsDir)
	makeReadable(sandbox.LogsDir)
	log.restore()
	alive.tell(code)
	return code, outcome
}

// signals that mean something to a run.
type signals struct{ terminate, forward chan os.Signal }

// catch all signals, also those that mean nothing: the algorithm could send one whose default action ends this process
// before its report. What is caught, not ignored, is back at its default in the algorithm.
func catch() signals {
	signal.Notify(make(chan os.Signal, 1))
	s := signals{terminate: make(chan os.Signal, 1), forward: make(chan os.Signal, 16)}
	signal.Notify(s.terminate, unix.SIGTERM)
	signal.Notify(s.forward, unix.SIGINT, unix.SIGHUP, unix.SIGUSR1, unix.SIGUSR2)
	return s
}

// startFailed is a failure of the agent, not of the algorithm.
func startFailed(err error) (int, sandbox.RunReport) {
	fmt.Fprintln(os.Stderr, "[agent]", err)
	return exitAgent, sandbox.RunReport{
		Reason:  v1alpha1.ReasonStartFailed,
		Message: "the algorithm's container could not be prepared; the owner finds the cause in the container's log",
	}
}

// algorithm from its start to the end of its last process.
func (o options) algorithm(signals signals, log *log) (int, sandbox.RunReport) {
	command, err := o.resolve()
	if err != nil {
		return notStarted(log, err)
	}
	child, err := start(command, o.processes, log)
	if err != nil {
		return notStarted(log, err)
	}
	ends := reap(child)
	why := o.watch(child, ends.main, signals)

	// Background processes do not outlive the algorithm.
	killAll(unix.SIGKILL)
	for deadline := time.After(killBudget); ; {
		select {
		case <-ends.all:
			return conclude(<-ends.status, why)
		case <-time.After(50 * time.Millisecond):
			killAll(unix.SIGKILL)
		case <-deadline:
			// What hangs in the kernel dies with this process.
			return conclude(<-ends.status, why)
		}
	}
}

// notStarted says in the log and in the report why there is no algorithm.
func notStarted(log *log, err error) (int, sandbox.RunReport) {
	log.say(err.Error())
	code, message := exitNotExecutable, "the algorithm could not be started: its command cannot be executed; check that it is built for this kind of machine and may be executed"
	if errors.Is(err, os.ErrNotExist) {
		code, message = exitNotFound, "the algorithm could not be started: its command, or the interpreter that it names, does not exist in its image; check spec.container of the Algorithm"
	}
	return code, sandbox.RunReport{Reason: v1alpha1.ReasonStartFailed, Message: message}
}

// ending is why the agent ended the algorithm; the zero value is that it did not.
type ending struct {
	report sandbox.RunReport
	// deleted says that the pod goes away.
	deleted bool
}

func conclude(status unix.WaitStatus, why ending) (int, sandbox.RunReport) {
	code := status.ExitStatus()
	if status.Signaled() {
		code = exitSignal + int(status.Signal())
	}
	if why.deleted || why.report.Reason != "" && code == 0 {
		code = exitSignal + int(unix.SIGTERM)
	}
	return code, why.report
}

// watch over the algorithm until its main process ends. What exceeds its time or disk is asked to end, and killed where
// it does not.
func (o options) watch(child int, ended <-chan struct{}, signals signals) (why ending) {
	deadline := time.NewTimer(o.maxDuration)
	defer deadline.Stop()
	full, stop := meter(o.diskBytes)
	defer stop()
	var kill <-chan time.Time
	end := func(w ending, grace time.Duration) {
		if why == (ending{}) {
			why = w
			kill = time.After(grace)
		} else if w.deleted {
			why.deleted = true
		}
		killAll(unix.SIGTERM)
	}
	for {
		select {
		case <-ended:
			return why
		case <-kill:
			killAll(unix.SIGKILL)
		case <-deadline.C:
			end(ending{report: sandbox.RunReport{
				Reason:  v1alpha1.ReasonDeadlineExceeded,
				Message: fmt.Sprintf("the algorithm ran longer than the %s that it had; set spec.maxDuration higher", o.maxDuration),
			}}, deadlineGrace)
		case message := <-full:
			end(ending{report: sandbox.RunReport{Reason: v1alpha1.ReasonDiskExceeded, Message: message}}, deadlineGrace)
		case <-signals.terminate:
			end(ending{deleted: true}, deletionGrace)
		case received := <-signals.forward:
			_ = unix.Kill(child, received.(unix.Signal))
		}
	}
}
