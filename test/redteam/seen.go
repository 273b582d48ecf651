package redteam

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Names of what is released beside outputs.
const (
	logName      = "algorithm.log"
	manifestName = "manifest.json"
)

// maxFile is the most that is read of a released file.
const maxFile = 64 << 20

// Seen is what the consumer sees of a job, read with the consumer's rights.
type Seen struct {
	World *World
	Job   *v1alpha1.ComputeJob
	// Texts are the status, the events and the Secret, by what they are.
	Texts map[string]string
	// Files that were released.
	Files map[string][]byte
	ctx   context.Context
}

func (s *Seen) String() string {
	if s == nil {
		return "nothing"
	}
	ready := s.ready()
	text := string(s.Job.Status.State)
	if ready.Reason != "" && ready.Reason != text {
		text += ": " + ready.Reason
	}
	if ready.Message != "" {
		text += ": " + ready.Message
	}
	if names := s.outputs(); len(names) > 0 {
		text += fmt.Sprintf(" Released: %q.", names)
	}
	return text
}

// outputs that were released, log and manifest left out.
func (s *Seen) outputs() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.Files)), func(name string) bool { return name == logName || name == manifestName })
}

// see a job with the eyes of its consumer.
func (w *World) see(ctx context.Context, job *v1alpha1.ComputeJob) (*Seen, error) {
	s := &Seen{World: w, Job: job, Texts: map[string]string{}, Files: map[string][]byte{}, ctx: ctx}
	if err := w.Consumer.Get(ctx, client.ObjectKeyFromObject(job), job); err != nil {
		return s, err
	}
	status, err := json.Marshal(job.Status)
	if err != nil {
		return s, err
	}
	s.Texts["status"] = string(status)
	var events corev1.EventList
	if err := w.Consumer.List(ctx, &events, client.InNamespace(w.Lab)); err != nil {
		return s, err
	}
	for _, event := range events.Items {
		if event.InvolvedObject.UID == job.UID {
			s.Texts["events"] += event.Reason + ": " + event.Message + "\n"
		}
	}
	if job.Status.ResultsSecret == "" {
		return s, nil
	}
	var secret corev1.Secret
	if err := w.Consumer.Get(ctx, client.ObjectKey{Namespace: w.Lab, Name: job.Status.ResultsSecret}, &secret); err != nil {
		return s, err
	}
	for key, value := range secret.Data {
		s.Texts["Secret, "+key] = string(value)
	}
	return s, s.fetch(ctx, secret.Data["files"])
}

// fetch what the links lead to.
func (s *Seen) fetch(ctx context.Context, list []byte) error {
	var links []struct{ Name, URL string }
	if err := json.Unmarshal(list, &links); err != nil {
		return fmt.Errorf("the Secret with links: %w", err)
	}
	for _, link := range links {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, link.URL, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return fmt.Errorf("fetch %s: the results bucket must be reachable from here", link.Name)
		}
		body, err := io.ReadAll(io.LimitReader(response.Body, maxFile))
		_ = response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK {
			return fmt.Errorf("fetch %s: %s: %w", link.Name, response.Status, err)
		}
		s.Files[link.Name] = body
	}
	return nil
}

// holds says where the consumer sees a text.
func (s *Seen) holds(text string) (where []string) {
	for name, content := range s.Texts {
		if strings.Contains(content, text) {
			where = append(where, fmt.Sprintf("%q in the %s", text, name))
		}
	}
	for name, content := range s.Files {
		if bytes.Contains(content, []byte(text)) {
			where = append(where, fmt.Sprintf("%q in the file %q", text, name))
		}
	}
	return where
}

// canaries that the consumer sees, in whatever form.
func (s *Seen) canaries() (where []string) {
	for _, secret := range []string{canaryName, canaryCode} {
		for form, text := range forms(secret) {
			for _, place := range s.holds(text) {
				where = append(where, form+": "+place)
			}
		}
	}
	for name, content := range s.Files {
		if i := bytes.Index(content, []byte{0x1f, 0x8b, 8}); i >= 0 {
			if reader, err := gzip.NewReader(bytes.NewReader(content[i:])); err == nil {
				if plain, _ := io.ReadAll(io.LimitReader(reader, maxFile)); bytes.Contains(plain, []byte(canaryCode)) {
					where = append(where, "compressed: in the file "+name)
				}
			}
		}
	}
	return where
}

// forms of a secret, in which the suite itself looks for it: another program than the gate's.
func forms(secret string) map[string]string {
	upside := []rune(secret)
	slices.Reverse(upside)
	wide := strings.Join(strings.Split(secret, ""), "\x00")
	all := map[string]string{
		"plain": secret, "reversed": string(upside), "UTF-16": wide,
		"hexadecimal": hex.EncodeToString([]byte(secret)), "upper hexadecimal": strings.ToUpper(hex.EncodeToString([]byte(secret))),
	}
	for shift := range 3 {
		text := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + secret))
		from, to := (shift*8+5)/6, (shift+len(secret))*8/6
		all[fmt.Sprintf("base64, shifted by %d", shift)] = text[from:to]
	}
	return all
}

// shownCredentials searches what the whole suite has left for what grants access.
func shownCredentials(ctx context.Context, w *World) (string, []string, error) {
	var leaks []string
	searched := 0
	look := func(place, text string) {
		searched += len(text)
		for _, mark := range []string{"X-Amz-Signature", "X-Amz-Credential", "AWSAccessKeyId=", "eyJhbGciOiJSUzI1NiIs", canaryName, canaryCode} {
			if strings.Contains(text, mark) {
				leaks = append(leaks, fmt.Sprintf("%q in %s", mark, place))
			}
		}
	}
	var jobs v1alpha1.ComputeJobList
	var events corev1.EventList
	if err := w.Admin.List(ctx, &jobs, client.InNamespace(w.Lab)); err != nil {
		return "", nil, err
	}
	if err := w.Admin.List(ctx, &events); err != nil {
		return "", nil, err
	}
	for _, job := range jobs.Items {
		text, err := json.Marshal(job)
		if err != nil {
			return "", nil, err
		}
		look("the job "+job.Name, string(text))
	}
	for _, event := range events.Items {
		look("an event of "+event.InvolvedObject.Kind+" "+event.InvolvedObject.Name, event.Message)
	}
	var pods corev1.PodList
	if err := w.Admin.List(ctx, &pods, client.InNamespace(w.System)); err != nil {
		return "", nil, err
	}
	for _, pod := range pods.Items {
		for _, container := range pod.Spec.Containers {
			limit := int64(32 << 20)
			text, err := w.pods.CoreV1().Pods(w.System).GetLogs(pod.Name, &corev1.PodLogOptions{Container: container.Name, LimitBytes: &limit}).DoRaw(ctx)
			if err != nil {
				return "", nil, err
			}
			look("the log of "+pod.Name, string(text))
		}
	}
	return fmt.Sprintf("searched %d jobs, %d events and the logs of %d pods, %d bytes, at %s", len(jobs.Items), len(events.Items), len(pods.Items), searched, time.Now().UTC().Format(time.TimeOnly)), leaks, nil
}
