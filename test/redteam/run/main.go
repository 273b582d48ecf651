// Run attacks an installation and writes the report: to standard output in short, and as Markdown and JSON into a folder.
// It ends with 1 where an attack got through or a job ended otherwise than it should.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/compute-to-data/terraform-provider-c2d/test/redteam"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "redteam:", err)
		os.Exit(1)
	}
}

func run() error {
	var config redteam.Config
	image := flag.String("image", os.Getenv("C2D_ATTACK_IMAGE"), "image with the attacks, NAME@sha256:DIGEST")
	flag.StringVar(&config.Command, "command", "/attack", "path of the program in the image")
	flag.StringVar(&config.Environment, "environment", "default", "ComputeEnvironment to attack")
	flag.StringVar(&config.System, "system-namespace", "c2d-system", "namespace of controller and gateway")
	flag.StringVar(&config.Sandbox, "sandbox-namespace", "c2d-sandbox", "namespace of the environment's pods")
	only := flag.String("only", "", "run the cases whose IDs match this expression")
	folder := flag.String("report", "redteam-report", "folder for report.md and report.json")
	standIn := flag.String("stand-in", "", "command that stands in for the internet on the node; see README.md")
	keep := flag.Bool("keep", false, "keep the namespaces of the suite, to look around")
	flag.Parse()
	var found bool
	if config.Image, config.Digest, found = strings.Cut(*image, "@"); !found {
		return errors.New("-image is not set or has no digest: build test/redteam/attack into an image, push it where the cluster pulls from, and name it with its digest")
	}
	matches, err := regexp.Compile(*only)
	if err != nil {
		return err
	}
	if config.REST, err = ctrl.GetConfig(); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if *standIn != "" {
		ready, cancel := context.WithTimeout(ctx, 30*time.Second)
		config.StandIn, err = redteam.StartStandIn(ready, strings.Fields(*standIn)...)
		cancel()
		if err != nil {
			fmt.Fprintln(os.Stderr, "no stand-in for the internet, cases that need it are skipped:", err)
		} else {
			defer func() { _ = config.StandIn.Close() }()
		}
	}
	world, err := redteam.Open(ctx, config)
	if world != nil && !*keep {
		defer func() {
			if err := world.Close(context.WithoutCancel(ctx)); err != nil {
				fmt.Fprintln(os.Stderr, "redteam: clean up:", err)
			}
		}()
	}
	if err != nil {
		return err
	}
	var cases []redteam.Case
	for _, c := range redteam.Cases() {
		if matches.MatchString(c.ID) {
			cases = append(cases, c)
		}
	}
	report := world.Run(ctx, cases, func(r redteam.Result) {
		fmt.Printf("%-14s %4.0f s  %s\n", r.Verdict, r.Seconds, r.Case)
	})
	if err := write(*folder, report); err != nil {
		return err
	}
	if bad := report.Bad(); len(bad) > 0 || len(report.Neighbour.Failed) > 0 {
		return fmt.Errorf("%d cases need a person, %d jobs of the neighbour failed: read %s", len(bad), len(report.Neighbour.Failed), filepath.Join(*folder, "report.md"))
	}
	return nil
}

func write(folder string, report redteam.Report) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	var failed []error
	for name, render := range map[string]func(*os.File) error{
		"report.md":   func(f *os.File) error { return report.Markdown(f) },
		"report.json": func(f *os.File) error { return report.JSON(f) },
	} {
		file, err := os.Create(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		failed = append(failed, render(file), file.Close())
	}
	return errors.Join(failed...)
}
