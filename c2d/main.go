// Command c2d is for people who run jobs: it follows their logs, tells their story, brings their results and says why they
// are where they are. Called kubectl-c2d it is a plugin of kubectl.
package main

import (
	"os"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/command"
)

// version is set when the program is built.
var version = "dev"

func main() {
	streams := genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}
	os.Exit(command.Main(version, os.Args, streams))
}
