// Command devcluster is a whole Kubernetes cluster, with an S3 server, an image registry and an Ethereum chain, in
// namespaces of one Linux machine: for the demo, the tests and the benchmarks.
package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/binaries"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/lifecycle"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/node"
)

// A cluster is built from the versions that this program's own go.mod names.
//
//go:embed go.mod
var goMod []byte

//go:embed go.sum
var goSum []byte

//go:embed pause/main.go
var pause []byte

var source = binaries.Source{GoMod: goMod, GoSum: goSum, Pause: pause}

// exitCode ends the program with a certain status and without a message.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := command().ExecuteContext(ctx)
	var code exitCode
	switch {
	case errors.As(err, &code):
		os.Exit(int(code))
	case ctx.Err() != nil:
		os.Exit(130) // as a shell reports an interrupt
	case err != nil:
		fmt.Fprintln(os.Stderr, "devcluster:", err)
		os.Exit(1)
	}
}

func command() *cobra.Command {
	root := &cobra.Command{
		Use:   "devcluster",
		Short: "A Kubernetes cluster with S3, an image registry and a chain, in namespaces of this machine",
		Long: `devcluster builds Kubernetes, etcd, containerd, runc and an S3 server from source, once, takes anvil and Ocean's
contracts from npm, and runs them in Linux namespaces of their own. Several clusters live side by side under several names. What a cluster makes on this machine,
'down' removes, after a crash too.

Everything lies in $C2D_CACHE, by default in c2d in the user's cache directory.`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	var name string
	root.PersistentFlags().StringVar(&name, "name", "c2d", "name of the cluster")
	open := func() (layout.Cluster, error) { return layout.Open(name) }
	root.AddCommand(
		buildCommand(), upCommand(open), downCommand(open), statusCommand(open), envCommand(open),
		loadCommand(open), s3UserCommand(open), s3BucketCommand(open), s3PutCommand(open),
		networkPolicyCommand(open), nodeExecCommand(open), contractsCommand(),
		insideCommand("init", func(_ context.Context, c layout.Cluster) error { return node.Init(c, os.NewFile(3, "permission")) }),
		insideCommand("supervise", node.Supervise),
	)
	root.CompletionOptions.HiddenDefaultCmd = true
	return root
}

type opener func() (layout.Cluster, error)

func buildCommand() *cobra.Command {
	var printDir bool
	build := &cobra.Command{
		Use:   "build",
		Short: "Build the programs that a cluster is made of, and install missing Debian packages",
		Long: `Build the programs that a cluster is made of: only what is missing, with one line for each. 'up' does it by itself.
Debian packages that are missing are installed where this program is root and has apt-get, and named otherwise.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if printDir {
				dir, err := binaries.Dir(cmd.Context(), source)
				if err == nil {
					fmt.Println(dir)
				}
				return err
			}
			if err := binaries.EnsurePackages(cmd.Context(), os.Stderr); err != nil {
				return err
			}
			_, built, err := binaries.Build(cmd.Context(), source, os.Stderr)
			if err == nil && !built {
				fmt.Fprintln(os.Stderr, "up to date")
			}
			return err
		},
	}
	build.Flags().BoolVar(&printDir, "print-dir", false, "print the directory of the binaries, built or not, and do nothing else")
	return build
}

func upCommand(open opener) *cobra.Command {
	return &cobra.Command{
		Use:   "up",
		Short: "Start the cluster and wait until it is ready; leave a running one as it is",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cluster, err := open()
			if err != nil {
				return err
			}
			return lifecycle.Up(cmd.Context(), cluster, source, os.Stderr)
		},
	}
}

func downCommand(open opener) *cobra.Command {
	var all bool
	down := &cobra.Command{
		Use:   "down",
		Short: "Remove the cluster and all that it made on this machine, after a crash too",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cluster, err := open()
			if err != nil {
				return err
			}
			clusters := []layout.Cluster{cluster}
			if all {
				if clusters, err = layout.All(); err != nil {
					return err
				}
			}
			var failures []error
			for _, c := range clusters {
				failures = append(failures, lifecycle.Down(cmd.Context(), c, os.Stderr))
			}
			return errors.Join(failures...)
		},
	}
	down.Flags().BoolVar(&all, "all", false, "remove every cluster in the cache directory")
	return down
}

func statusCommand(open opener) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show the state of each part; exit 0 when healthy, 1 when not, 3 when not running",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cluster, err := open()
			if err != nil {
				return err
			}
			health, err := lifecycle.Status(cmd.Context(), cluster, os.Stdout)
			switch {
			case err != nil:
				return err
			case health == lifecycle.NotRunning:
				return exitCode(3)
			case health == lifecycle.Unhealthy:
				return exitCode(1)
			}
			return nil
		},
	}
}

// insideCommand is what this program starts itself as, inside of a cluster's namespaces.
func insideCommand(verb string, run func(context.Context, layout.Cluster) error) *cobra.Command {
	return &cobra.Command{
		Use:    verb + " NAME",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			cluster, err := layout.Open(arguments[0])
			if err != nil {
				return err
			}
			return run(cmd.Context(), cluster)
		},
	}
}
