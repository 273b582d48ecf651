package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/terminal"
)

// Lines is a Progress that prints one line for each file.
type Lines struct {
	Out   io.Writer
	mutex sync.Mutex
}

// Begin a file.
func (l *Lines) Begin(file File) Track { return &line{l, file} }

type line struct {
	lines *Lines
	file  File
}

func (*line) At(int64) {}

func (l *line) End(err error) {
	what := "ok    "
	switch {
	case errors.Is(err, ErrSame):
		what = "same  "
	case err != nil:
		what = "FAILED"
	}
	l.lines.mutex.Lock()
	defer l.lines.mutex.Unlock()
	fmt.Fprintf(l.lines.Out, "%s  %s  %s\n", what, terminal.Line(l.file.Key()), terminal.Bytes(l.file.Bytes))
}

// Bars is a Progress that draws, on a terminal, one bar for each file on its way and one for all of them.
type Bars struct {
	progress *mpb.Progress
	total    *mpb.Bar
}

// NewBars for files.
func NewBars(ctx context.Context, out io.Writer, files []File) *Bars {
	var bytes int64
	for _, file := range files {
		bytes += max(file.Bytes, 0)
	}
	progress := mpb.NewWithContext(ctx, mpb.WithOutput(out), mpb.WithWidth(40))
	total := progress.AddBar(bytes, mpb.BarPriority(1<<30),
		mpb.PrependDecorators(decor.Name(fmt.Sprintf("%d files", len(files)), decor.WCSyncSpaceR)),
		mpb.AppendDecorators(decor.CountersKibiByte("% .1f / % .1f"), decor.Name("  "), decor.AverageSpeed(decor.SizeB1024(0), "% .1f")))
	return &Bars{progress, total}
}

// Wait until everything is drawn.
func (b *Bars) Wait() {
	b.total.Abort(false)
	b.progress.Wait()
}

// Begin a file.
func (b *Bars) Begin(file File) Track {
	name := []rune(terminal.Line(file.Key()))
	const width = 40
	if len(name) > width {
		name = append([]rune("…"), name[len(name)-width+1:]...)
	}
	bar := b.progress.AddBar(max(file.Bytes, 1), mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(string(name), decor.WCSyncSpaceR)),
		mpb.AppendDecorators(decor.CountersKibiByte("% .1f / % .1f")))
	return &track{b.total, bar, file, 0}
}

type track struct {
	total, bar *mpb.Bar
	file       File
	at         int64
}

func (t *track) At(bytes int64) {
	t.bar.SetCurrent(bytes)
	t.total.IncrInt64(bytes - t.at)
	t.at = bytes
}

func (t *track) End(err error) {
	if err == nil || errors.Is(err, ErrSame) {
		t.At(t.file.Bytes)
	}
	t.bar.Abort(true)
}
