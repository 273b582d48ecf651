package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Links is a source of files that have presigned URLs, under their keys. The URLs grant access: no error has one.
type Links map[string]string

// Open a file from an offset on.
func (l Links) Open(ctx context.Context, file File, offset int64) (io.ReadCloser, error) {
	link, ok := l[file.Key()]
	if !ok {
		return nil, &refused{"there is no link to it", false}
	}
	return Fetch(ctx, link, offset)
}

// links are fetched with a client that minds a server which does not answer.
var links = &http.Client{Transport: &http.Transport{
	Proxy:                 http.ProxyFromEnvironment,
	ForceAttemptHTTP2:     true,
	MaxIdleConnsPerHost:   parallel,
	TLSHandshakeTimeout:   10 * time.Second,
	ResponseHeaderTimeout: time.Minute,
	DisableCompression:    true,
}}

// Fetch a presigned URL from an offset on.
func Fetch(ctx context.Context, link string, offset int64) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return nil, &refused{"its link is not a URL", false}
	}
	want := http.StatusOK
	if offset > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
		want = http.StatusPartialContent
	}
	response, err := links.Do(request)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return nil, err
	}
	if response.StatusCode == want {
		return response.Body, nil
	}
	_ = response.Body.Close()
	code := response.StatusCode
	if code == http.StatusForbidden {
		return nil, &refused{"its link is no longer valid", false}
	}
	return nil, &refused{"the results bucket answered " + response.Status, code >= http.StatusInternalServerError || code == http.StatusTooManyRequests}
}

// refused is an answer that is not a success.
type refused struct {
	message   string
	temporary bool
}

func (r *refused) Error() string   { return r.message }
func (r *refused) Temporary() bool { return r.temporary }
