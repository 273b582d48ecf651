// Package termination writes the reports of the containers to where Kubernetes reads them.
package termination

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// File takes one report. It is opened early, so that nothing that happens later can keep the report from it.
type File struct{ file *os.File }

// Open the file at a path; sandbox.TerminationFile, outside of tests.
func Open(path string) (*File, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open the termination message: %w", err)
	}
	return &File{file: file}, nil
}

// Write replaces whatever the file says by the report.
func Write[R sandbox.StageReport | sandbox.RunReport | sandbox.PublishReport](f *File, report R) error {
	text, err := sandbox.Marshal(report)
	if err != nil {
		return err
	}
	if err := f.file.Truncate(0); err != nil {
		return fmt.Errorf("write the termination message: %w", err)
	}
	_, err = f.file.WriteAt(text, 0)
	if err = errors.Join(err, f.file.Close()); err != nil {
		return fmt.Errorf("write the termination message: %w", err)
	}
	return nil
}
