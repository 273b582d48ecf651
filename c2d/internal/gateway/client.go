// Package gateway asks the gateway's port for consumers for logs, manifests and results: sandbox/consumer.go has the
// protocol.
package gateway

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Options say how the gateway is reached, and as whom.
type Options struct {
	// Config of the API server, with the user's own rights.
	Config *rest.Config
	// Namespace of the job, and of the service account whose token the gateway gets.
	Namespace, ServiceAccount string
	// GatewayNamespace is where the gateway lives.
	GatewayNamespace string
	// Address of the gateway, as https://host:port. Empty: a port is forwarded to one of its pods.
	Address string
	// AuthorityFile holds the certificate that signed the gateway's, PEM. Empty: read it from the cluster.
	AuthorityFile string
}

// Client of the gateway for the jobs of one namespace.
type Client struct {
	base    *url.URL
	http    *http.Client
	token   *token
	forward *forward
}

// maxManifest bounds a manifest: 10 000 outputs with long names take some 2 MiB.
const maxManifest = 64 << 20

const (
	// answerTimeout is how long the gateway may think before it begins to answer.
	answerTimeout = time.Minute
	// pingAfter a silence of this long the gateway is asked whether it is still there, and pingTimeout is how long that may take.
	pingAfter, pingTimeout = 20 * time.Second, 20 * time.Second
)

// New client. It reads the certificate that signed the gateway's, and asks nothing of the gateway yet.
func New(ctx context.Context, o Options) (*Client, error) {
	api, err := kubernetes.NewForConfig(o.Config)
	if err != nil {
		return nil, err
	}
	authority, err := readAuthority(ctx, api, o)
	if err != nil {
		return nil, err
	}
	name := sandbox.GatewayServerName(o.GatewayNamespace)
	base := &url.URL{Scheme: "https", Host: net.JoinHostPort(name, strconv.Itoa(sandbox.ConsumerPort))}
	c := &Client{base: base, token: &token{api: api, namespace: o.Namespace, account: o.ServiceAccount}}
	dial := (&net.Dialer{Timeout: 10 * time.Second}).DialContext
	if o.Address != "" {
		address, err := url.Parse(o.Address)
		if err != nil || address.Scheme != "https" || address.Host == "" || address.Path != "" && address.Path != "/" || address.User != nil {
			return nil, fmt.Errorf("the gateway's address is %q, expected https://HOST:PORT", o.Address)
		}
		host := address.Host
		if address.Port() == "" {
			host = net.JoinHostPort(address.Hostname(), strconv.Itoa(sandbox.ConsumerPort))
		}
		direct := dial
		dial = func(ctx context.Context, network, _ string) (net.Conn, error) { return direct(ctx, network, host) }
	} else {
		c.forward = &forward{api: api, config: o.Config, namespace: o.GatewayNamespace}
		dial = c.forward.dial
	}
	c.http = &http.Client{
		Transport: &http.Transport{
			DialContext:            dial,
			TLSClientConfig:        &tls.Config{RootCAs: authority, ServerName: name, MinVersion: tls.VersionTLS13},
			TLSHandshakeTimeout:    10 * time.Second,
			ForceAttemptHTTP2:      true,
			HTTP2:                  &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout},
			DisableCompression:     true,
			MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return errors.New("the gateway sent a redirect, which it never does")
		},
	}
	return c, nil
}

// Close connections and forwarded ports.
func (c *Client) Close() {
	c.http.CloseIdleConnections()
	if c.forward != nil {
		c.forward.close()
	}
}

// Log of a run. With follow the stream lasts until the algorithm has ended; before it begins it waits.
func (c *Client) Log(ctx context.Context, job types.NamespacedName, run int64, follow bool) (io.ReadCloser, error) {
	path := sandbox.RunPath(job.Namespace, job.Name, run) + "/log"
	query := ""
	if follow {
		query = "follow=true"
	}
	return c.get(ctx, path, query, 0, follow)
}

// Manifest of a run, as it is.
func (c *Client) Manifest(ctx context.Context, job types.NamespacedName, run int64) ([]byte, error) {
	body, err := c.get(ctx, sandbox.RunPath(job.Namespace, job.Name, run)+"/manifest", "", 0, false)
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }()
	text, err := io.ReadAll(io.LimitReader(body, maxManifest+1))
	if err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	if len(text) > maxManifest {
		return nil, fmt.Errorf("the manifest has more than %d bytes", maxManifest)
	}
	return text, nil
}

// Result of a run, from an offset on.
func (c *Client) Result(ctx context.Context, job types.NamespacedName, run int64, result sandbox.ManifestResult, offset int64) (io.ReadCloser, error) {
	return c.get(ctx, sandbox.ResultPath(job.Namespace, job.Name, run, result), "", offset, false)
}

// Refused is an answer of the gateway that is not a success.
type Refused struct {
	Status  int
	Failure sandbox.Failure
}

func (r *Refused) Error() string {
	if r.Failure.Message == "" {
		return fmt.Sprintf("the gateway answered %d %s", r.Status, http.StatusText(r.Status))
	}
	return r.Failure.Message
}

// Temporary says whether the same call may succeed later.
func (r *Refused) Temporary() bool {
	return r.Failure.Retry || r.Status == http.StatusTooManyRequests || r.Status >= http.StatusInternalServerError
}

// get a path from an offset on. A token that is no longer taken is replaced once. An answer may take as long as it likes
// to begin where that is what was asked for.
func (c *Client) get(ctx context.Context, path, query string, offset int64, patient bool) (io.ReadCloser, error) {
	body, err := c.getOnce(ctx, path, query, offset, patient)
	var refused *Refused
	if errors.As(err, &refused) && refused.Status == http.StatusUnauthorized {
		c.token.forget()
		return c.getOnce(ctx, path, query, offset, patient)
	}
	return body, err
}

func (c *Client) getOnce(ctx context.Context, path, query string, offset int64, patient bool) (io.ReadCloser, error) {
	bearer, err := c.token.get(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	address, err := url.Parse(path)
	if err != nil {
		cancel(nil)
		return nil, err
	}
	address = c.base.ResolveReference(address)
	address.RawQuery = query
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		cancel(nil)
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+bearer)
	want := http.StatusOK
	if offset > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
		want = http.StatusPartialContent
	}
	if !patient {
		timer := time.AfterFunc(answerTimeout, func() { cancel(fmt.Errorf("the gateway did not answer within %s", answerTimeout)) })
		defer timer.Stop()
	}
	response, err := c.http.Do(request)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		cancel(nil)
		return nil, fmt.Errorf("ask the gateway: %w", withoutAddress(err))
	}
	if response.StatusCode == want {
		return &body{response.Body, cancel}, nil
	}
	defer cancel(nil)
	defer func() { _ = response.Body.Close() }()
	refused := &Refused{Status: response.StatusCode}
	text, _ := io.ReadAll(io.LimitReader(response.Body, 16<<10))
	if json.Unmarshal(text, &refused.Failure) != nil {
		refused.Failure = sandbox.Failure{}
	}
	if response.StatusCode == http.StatusOK {
		refused.Failure.Message = "The gateway sent the whole file where a part of it was asked for."
	}
	return nil, refused
}

// body that ends its request when it is closed.
type body struct {
	io.ReadCloser
	cancel context.CancelCauseFunc
}

func (b *body) Close() error {
	defer b.cancel(nil)
	return b.ReadCloser.Close()
}

// withoutAddress takes the URL out of an error: the name in it is no address that anybody could look up.
func withoutAddress(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// readAuthority is the certificate that signed the gateway's.
func readAuthority(ctx context.Context, api kubernetes.Interface, o Options) (*x509.CertPool, error) {
	var pem []byte
	source := o.AuthorityFile
	if source != "" {
		text, err := os.ReadFile(source)
		if err != nil {
			return nil, fmt.Errorf("read the gateway's certificate authority: %w", err)
		}
		pem = text
	} else {
		source = fmt.Sprintf("ConfigMap %s/%s", o.GatewayNamespace, sandbox.AuthorityConfigMap)
		config, err := api.CoreV1().ConfigMaps(o.GatewayNamespace).Get(ctx, sandbox.AuthorityConfigMap, metav1.GetOptions{})
		if err != nil {
			return nil, fmt.Errorf("read the gateway's certificate authority from %s (--gateway-namespace names another namespace, --gateway-ca a file): %w", source, err)
		}
		pem = []byte(config.Data["ca.crt"])
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate in PEM", source)
	}
	return pool, nil
}
