package run

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"time"
)

// options of a run, from the container's arguments.
type options struct {
	maxDuration time.Duration
	logBytes    int64
	diskBytes   int64
	processes   uint64
	// entrypoint is for a shell, where the image has one; command is executed as it is. One of the two.
	entrypoint string
	command    []string
}

func parse(arguments []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.DurationVar(&o.maxDuration, "max-duration", 0, "")
	flags.Int64Var(&o.logBytes, "log-bytes", 0, "")
	flags.Int64Var(&o.diskBytes, "disk-bytes", 0, "")
	flags.Uint64Var(&o.processes, "processes", 0, "")
	flags.StringVar(&o.entrypoint, "entrypoint", "", "")
	if err := flags.Parse(arguments); err != nil {
		return o, fmt.Errorf("arguments of agent run: %w", err)
	}
	o.command = flags.Args()
	switch {
	case o.maxDuration <= 0, o.logBytes <= 0, o.diskBytes <= 0:
		return o, errors.New("arguments of agent run: --max-duration, --log-bytes and --disk-bytes must be more than zero")
	case (o.entrypoint == "") == (len(o.command) == 0):
		return o, errors.New("arguments of agent run: expected either --entrypoint=TEXT, or -- and a command")
	}
	return o, nil
}
