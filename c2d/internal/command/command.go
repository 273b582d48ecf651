// Package command holds the verbs of c2d, one file for each.
package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/go-logr/logr"
	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/klog/v2"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
)

// Exit codes.
const (
	// ExitOK is the code of what went as asked.
	ExitOK = 0
	// ExitFailure is the code of what did not; of --wait also when the run did not succeed.
	ExitFailure = 1
	// ExitUsage is the code of a command that was not understood, and did nothing.
	ExitUsage = 2
	// ExitInterrupted is the code of a command that the user ended.
	ExitInterrupted = 130
)

// Names that the program goes by.
const (
	standalone = "c2d"
	// plugin is the file that kubectl runs for "kubectl c2d".
	plugin = "kubectl-c2d"
	// completer is the file that kubectl runs to complete "kubectl c2d ...".
	completer = "kubectl_complete-c2d"
)

// Main runs the program with arguments, the first of which is the name that it was called by, and answers its exit code.
func Main(version string, args []string, streams genericiooptions.IOStreams) int {
	// Libraries complain on stderr of what is reported, or tried again, here.
	klog.SetLogger(logr.Discard())
	ctrllog.SetLogger(logr.Discard())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	name, args := filepath.Base(args[0]), args[1:]
	name = strings.TrimSuffix(name, ".exe")
	program := standalone
	switch name {
	case plugin:
		program = "kubectl c2d"
	case completer:
		program = "kubectl c2d"
		args = append([]string{cobra.ShellCompRequestCmd}, args...)
	}
	return run(ctx, version, program, args, streams)
}

func run(ctx context.Context, version, program string, args []string, streams genericiooptions.IOStreams) int {
	root, began := newRoot(version, program, streams)
	root.SetArgs(args)
	called, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil:
		return ExitOK
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return ExitInterrupted
	case errors.Is(err, errSaid):
		return ExitFailure
	}
	fmt.Fprintf(streams.ErrOut, "error: %s\n", strings.TrimSpace(err.Error()))
	if !*began {
		fmt.Fprintf(streams.ErrOut, "See %q.\n", called.CommandPath()+" --help")
		return ExitUsage
	}
	return ExitFailure
}

// errSaid is a failure of which everything has been said.
var errSaid = errors.New("failed")

// New is the program's root command, for those who document it.
func New(version, program string, streams genericiooptions.IOStreams) *cobra.Command {
	root, _ := newRoot(version, program, streams)
	return root
}

// newRoot also says whether a command has begun: what fails before is a mistake in how it was called.
func newRoot(version, program string, streams genericiooptions.IOStreams) (*cobra.Command, *bool) {
	began := false
	s := &session{program: program, version: version, IOStreams: streams, flags: genericclioptions.NewConfigFlags(true)}
	root := &cobra.Command{
		Use:   standalone,
		Short: "Follow compute jobs: their logs, their story, their results, and why they are where they are",
		Long: `Follow compute jobs: their logs, their story, their results, and why they are where they are.

It acts with your own rights in the cluster, which the kubeconfig file names. Logs and results come from the gateway, which
asks for a token of a service account in the job's namespace that may get the job.

Exit codes: 0 it went as asked; 1 it did not, or the run that was waited for did not succeed; 2 the command was not
understood, and did nothing; 130 it was interrupted.`,
		Annotations:       map[string]string{cobra.CommandDisplayNameAnnotation: program},
		SilenceUsage:      true,
		SilenceErrors:     true,
		DisableAutoGenTag: true,
		PersistentPreRun:  func(*cobra.Command, []string) { began = true },
	}
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.ErrOut)
	s.flags.AddFlags(root.PersistentFlags())
	_ = root.RegisterFlagCompletionFunc("namespace", s.completeNamespaces)
	root.AddCommand(newLogs(s), newDescribe(s), newResults(s), newStop(s), newRerun(s), newWhy(s), newReview(s), newVerify(s), newVersion(s))
	return root, &began
}

func newVersion(s *session) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(s.Out, s.version)
			return err
		},
	}
}
