package provider

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/links"
)

// sharedResults are presigned URLs, as the Secret <job>-results holds them. They grant access: never write one down.
type sharedResults struct {
	files     []links.Link
	expiresAt time.Time
}

// url of the only file of a type; empty where there is none.
func (s sharedResults) url(kind v1alpha1.ResultType) string {
	for _, file := range s.files {
		if file.Type == kind {
			return file.URL
		}
	}
	return ""
}

// maxSharedFiles is well above what the controller writes of a run: 20 outputs, the log and the manifest.
const maxSharedFiles = 100

// newestRun that released anything.
const newestRun = 0

// errNotShared says that there are no results that this user may read.
var errNotShared = errors.New("there are no results to read")

// readShared reads what the controller shared of a run of a job; errNotShared where that is nothing, or no longer anything.
func readShared(ctx context.Context, api client.Client, job *v1alpha1.ComputeJob, run int64) (sharedResults, error) {
	switch {
	case job.Status.State == v1alpha1.StateExpired:
		return sharedResults{}, fmt.Errorf("%w: access to them is over", errNotShared)
	case job.Status.ResultsSecret == "":
		return sharedResults{}, fmt.Errorf("%w: the job has shared none", errNotShared)
	}
	var secret corev1.Secret
	if err := api.Get(ctx, client.ObjectKey{Namespace: job.Namespace, Name: job.Status.ResultsSecret}, &secret); err != nil {
		if client.IgnoreNotFound(err) == nil {
			return sharedResults{}, fmt.Errorf("%w: access to them is over", errNotShared)
		}
		return sharedResults{}, err
	}
	key := links.KeyFiles
	if run != newestRun {
		key = links.KeyOfRun(run)
	}
	files, err := links.Read(&secret, key)
	if err != nil && !errors.Is(err, links.ErrNone) {
		return sharedResults{}, err
	}
	shared := sharedResults{files: files}
	if shared.expiresAt, err = links.ExpiresAt(&secret); err != nil {
		return sharedResults{}, err
	}
	if !shared.expiresAt.After(time.Now()) {
		return sharedResults{}, fmt.Errorf("%w: access to them ended at %s", errNotShared, shared.expiresAt.UTC().Format(time.RFC3339))
	}
	switch {
	case files == nil && run == newestRun:
		return sharedResults{}, fmt.Errorf("%w: the job has shared none", errNotShared)
	case files == nil:
		return sharedResults{}, fmt.Errorf("%w: run %d has released none, or is not among the last ten runs", errNotShared, run)
	}
	if len(shared.files) > maxSharedFiles {
		return sharedResults{}, fmt.Errorf("secret %q lists %d files, expected at most %d", secret.Name, len(shared.files), maxSharedFiles)
	}
	return shared, nil
}

// Limits of the part of a log that an error shows.
const (
	logTailBytes = 4 << 10
	logTailLines = 20
	logTailWait  = 10 * time.Second
)

// explainFailedJob adds to the error of a failed job where it ran, how its algorithm ended and the end of its log, so
// that nobody needs kubectl to understand it.
func explainFailedJob(ctx context.Context, api client.Client, job *v1alpha1.ComputeJob) string {
	var b strings.Builder
	if pod := job.Status.Pod; pod != "" {
		fmt.Fprintf(&b, "\n\nPod: %s", pod)
	}
	if exit := job.Status.Exit; exit != nil {
		fmt.Fprintf(&b, "\nExit of the algorithm: %s", exit.Class)
		if exit.Code != nil {
			fmt.Fprintf(&b, ", code %d", *exit.Code)
		}
	}
	if p := refineJobProgress(job, progressOf(job, job.Status.Conditions, job.Status.ObservedGeneration)); adviceOn[p.reason] != "" {
		b.WriteString("\n\n" + adviceOn[p.reason])
	}
	ctx, cancel := context.WithTimeout(ctx, logTailWait)
	defer cancel()
	// Of this run: an earlier one may have released a log, too.
	shared, err := readShared(ctx, api, job, job.Status.Run)
	if log := shared.url(v1alpha1.ResultLog); err == nil && log != "" {
		lines, err := logTail(ctx, log)
		switch {
		case err != nil:
			fmt.Fprintf(&b, "\n\nIts log was released, but cannot be fetched from here: %s", sentence(err.Error()))
		case len(lines) > 0:
			fmt.Fprintf(&b, "\n\nLast lines of its log:\n  %s", strings.Join(lines, "\n  "))
		}
	}
	return b.String()
}

// logTail fetches the last lines of a log.
func logTail(ctx context.Context, presigned string) ([]string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, presigned, nil)
	if err != nil {
		return nil, errors.New("its address is not a URL")
	}
	request.Header.Set("Range", fmt.Sprintf("bytes=-%d", logTailBytes))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, withoutURL(err)
	}
	defer func() { _ = response.Body.Close() }()
	switch response.StatusCode {
	case http.StatusPartialContent, http.StatusOK:
	case http.StatusRequestedRangeNotSatisfiable: // an empty log
		return nil, nil
	default:
		return nil, fmt.Errorf("the server answered %s", response.Status)
	}
	data, err := tail(response.Body, logTailBytes)
	if err != nil {
		return nil, withoutURL(err)
	}
	// What comes first is most likely half a line.
	cut := len(data) == logTailBytes
	lines := strings.Split(strings.TrimRight(printable(string(data)), "\n"), "\n")
	if cut && len(lines) > 1 {
		lines = lines[1:]
	}
	if len(lines) == 1 && lines[0] == "" {
		return nil, nil
	}
	return lines[max(0, len(lines)-logTailLines):], nil
}

// maxLogRead bounds what is read from a server that does not know ranges.
const maxLogRead = 64 << 20

// tail keeps the last n bytes of a reader.
func tail(r io.Reader, n int) ([]byte, error) {
	kept := make([]byte, 0, 2*n)
	buffer := make([]byte, n)
	r = io.LimitReader(r, maxLogRead)
	for {
		count, err := r.Read(buffer)
		kept = append(kept, buffer[:count]...)
		kept = kept[max(0, len(kept)-n):]
		if errors.Is(err, io.EOF) {
			return kept, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// printable text of an algorithm, which must not steer anybody's terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return -1
	}, text)
}
