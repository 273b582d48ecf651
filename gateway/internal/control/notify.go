package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/released"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const (
	// notifyTimeout bounds one POST.
	notifyTimeout = 15 * time.Second
	// maxAnswer in bytes is read of what the consumer's system answers, so that the connection can be used again.
	maxAnswer = 4 << 10
	// minSecret in bytes, as Standard Webhooks has it.
	minSecret = 24

	contentTypeEvent = "application/cloudevents+json; charset=utf-8"
	eventType        = "dev.c2d.computejob."
	// secretPrefix marks a secret in base64; any other is taken as it is.
	secretPrefix = "whsec_"
	// secretKey of the Secret that signs.
	secretKey = "secret"
)

// news is the data of an event: what the consumer can read in the job's status too, and nothing that grants access.
type news struct {
	Namespace      string         `json:"namespace"`
	Name           string         `json:"name"`
	UID            string         `json:"uid"`
	Run            int64          `json:"run"`
	State          v1alpha1.State `json:"state"`
	Reason         string         `json:"reason,omitempty"`
	Message        string         `json:"message,omitempty"`
	CompletionTime *time.Time     `json:"completionTime,omitempty"`
}

// notify the consumer's system of the end of a run. Only an answer of 2xx means that it has taken the event.
func (a *API) notify(ctx context.Context, request *sandbox.Notification) (any, error) {
	if !a.notifications.TryAcquire(1) {
		return nil, failure.Later("", "the gateway sends the news of other jobs: try again", nil)
	}
	defer a.notifications.Release(1)
	job, err := a.job(ctx, request.Job)
	if err != nil {
		return nil, err
	}
	if job.Spec.Notify == nil {
		return nil, failure.Over("the job asks for no news any more")
	}
	body, err := eventOf(job, request)
	if err != nil {
		return nil, err
	}
	post, err := a.sign(ctx, job, request.EventID(), body)
	if err != nil {
		return nil, err
	}
	if err := a.post(ctx, job, post); err != nil {
		return nil, err
	}
	slog.Info("notified", "job", job.Namespace+"/"+job.Name, "run", request.Run, "state", string(request.State))
	return nil, nil
}

// eventOf a notification: a CloudEvent in its structured mode.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
func eventOf(job *v1alpha1.ComputeJob, request *sandbox.Notification) ([]byte, error) {
	if !request.State.Terminal() && request.State != v1alpha1.StateAwaitingReview {
		return nil, failure.BadRequest(fmt.Sprintf("%q is no state that is told of", request.State))
	}
	record, err := released.Record(job, request.Run)
	if err != nil {
		return nil, err
	}
	data := news{
		Namespace: job.Namespace, Name: job.Name, UID: string(job.UID), Run: request.Run,
		State: request.State, Reason: request.Reason,
	}
	when := time.Now()
	if record.CompletionTime != nil {
		when = record.CompletionTime.Time
		data.CompletionTime = &when
	}
	if request.Run == job.Status.Run && request.State == job.Status.State {
		if ready := meta.FindStatusCondition(job.Status.Conditions, v1alpha1.ConditionReady); ready != nil {
			data.Message = ready.Message
		}
	}
	event := cloudevents.New()
	event.SetID(request.EventID())
	event.SetType(eventType + strings.ToLower(string(request.State)))
	event.SetSource(fmt.Sprintf("/apis/%s/namespaces/%s/computejobs/%s", v1alpha1.SchemeGroupVersion, job.Namespace, job.Name))
	event.SetSubject(fmt.Sprintf("%s/%s/runs/%d", job.Namespace, job.Name, request.Run))
	event.SetTime(when)
	switch {
	case request.State == v1alpha1.StateExpired:
		event.SetTime(time.Now())
	case request.State == v1alpha1.StateAwaitingReview && job.Status.Review != nil:
		event.SetTime(job.Status.Review.Since.Time)
	}
	if err := event.SetData(cloudevents.ApplicationJSON, data); err != nil {
		return nil, err
	}
	if err := event.Validate(); err != nil {
		return nil, err
	}
	return json.Marshal(event)
}

// sign an event as Standard Webhooks says, where the consumer has a secret.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
func (a *API) sign(ctx context.Context, job *v1alpha1.ComputeJob, id string, body []byte) (*http.Request, error) {
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, job.Spec.Notify.URL, bytes.NewReader(body))
	if err != nil || post.URL.User != nil {
		return nil, failure.Permanent(v1alpha1.ReasonNotifyFailed, "spec.notify.url must be http or https, with a host and without user name and password", nil)
	}
	post.Header.Set("Content-Type", contentTypeEvent)
	post.Header.Set("User-Agent", "c2d-gateway")
	ref := job.Spec.Notify.SecretRef
	if ref == nil {
		return post, nil
	}
	secret, err := a.sources.Secret(ctx, job.Namespace, ref.Name)
	if err != nil {
		return nil, failure.Consumer(v1alpha1.ReasonNotifyFailed, err)
	}
	value := strings.TrimSpace(string(secret.Data[secretKey]))
	signer, err := standardwebhooks.NewWebhookRaw([]byte(value))
	if strings.HasPrefix(value, secretPrefix) {
		signer, err = standardwebhooks.NewWebhook(value)
	}
	if err != nil || len(value) < minSecret {
		return nil, failure.Permanent(v1alpha1.ReasonNotifyFailed, fmt.Sprintf(
			"Secret %s/%s must have, under the key %s, at least %d characters: either any text, or %s and base64", job.Namespace, ref.Name, secretKey, minSecret, secretPrefix), nil)
	}
	now := time.Now()
	signature, err := signer.Sign(id, now, body)
	if err != nil {
		return nil, fmt.Errorf("sign the event: %w", err)
	}
	post.Header.Set(standardwebhooks.HeaderWebhookID, id)
	post.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	post.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	return post, nil
}

// post under the egress rule of the job's environment. Redirects are not followed: the signature is for one receiver.
func (a *API) post(ctx context.Context, job *v1alpha1.ComputeJob, post *http.Request) error {
	environment, err := a.runs.Environment(ctx, job)
	if err != nil {
		return err
	}
	transport, err := a.sources.Transport(ctx, environment)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, notifyTimeout)
	defer cancel()
	caller := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	host := post.URL.Host
	response, err := caller.Do(post.WithContext(ctx))
	if err != nil {
		return unreachable(host, err)
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.CopyN(io.Discard, response.Body, maxAnswer)
	switch status := response.StatusCode; {
	case status >= 200 && status < 300:
		return nil
	case status >= 300 && status < 400:
		return failure.Later(v1alpha1.ReasonNotifyFailed, fmt.Sprintf("the receiver at %s answered %d: redirects are not followed, so set spec.notify.url to where it leads", host, status), nil)
	default:
		return failure.Later(v1alpha1.ReasonNotifyFailed, fmt.Sprintf("the receiver at %s answered %d, expected 2xx", host, status), nil)
	}
}

// unreachable says why a host was not reached, without the URL: its path and query may be a secret.
func unreachable(host string, err error) error {
	var refused *egress.RefusedError
	if errors.As(err, &refused) {
		return failure.Permanent(v1alpha1.ReasonNotifyFailed, refused.Error(), refused)
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return failure.Later(v1alpha1.ReasonNotifyFailed, fmt.Sprintf("the receiver at %s has not answered within %s", host, notifyTimeout), err)
	}
	return failure.Later(v1alpha1.ReasonNotifyFailed, fmt.Sprintf("the receiver at %s cannot be reached: %v", host, err), err)
}
