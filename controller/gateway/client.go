// Package gateway is how the controller asks the gateway for what it may not do itself: to use what consumers have lent.
package gateway

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/controller/certificate"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const (
	connectTimeout = 10 * time.Second
	idleTimeout    = time.Minute
	maxAnswer      = 64 << 10
	maxToken       = 8 << 10
)

// Client of the gateway's API for the controller.
type Client struct {
	// Reader of the gateway's Service and certificate.
	Reader client.Reader
	// Namespace of both.
	Namespace string
	// TokenFile holds a token for sandbox.ControlAudience; the kubelet renews it.
	TokenFile string
	// URL of the gateway; empty: that of its Service.
	URL string

	mutex  sync.Mutex
	ca     string
	client *http.Client
}

// Refused is an answer of the gateway that is no success.
type Refused struct {
	Status int
	sandbox.Failure
}

func (r *Refused) Error() string { return r.Message }

// Over says that the call can never succeed.
func (r *Refused) Over() bool { return r.Status == http.StatusGone }

// Post a request, and read the answer into another value; nil: there is none. A *Refused is the gateway's own answer; any
// other error means that there was none. The context bounds the call.
func (c *Client) Post(ctx context.Context, path string, request, answer any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	caller, url, err := c.reach(ctx)
	if err != nil {
		return err
	}
	token, err := c.token()
	if err != nil {
		return err
	}
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	post.Header.Set("Authorization", "Bearer "+token)
	post.Header.Set("Content-Type", "application/json")
	response, err := caller.Do(post)
	if err != nil {
		return fmt.Errorf("the gateway does not answer: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	switch {
	case err != nil:
		return fmt.Errorf("the gateway's answer broke off: %w", err)
	case response.StatusCode >= 300:
		refused := &Refused{Status: response.StatusCode}
		if json.Unmarshal(text, &refused.Failure) != nil || refused.Message == "" {
			refused.Message = fmt.Sprintf("the gateway answered %d", response.StatusCode)
		}
		return refused
	case answer == nil:
		return nil
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("the gateway's answer to %s is not understood: %w", path, err)
	}
	return nil
}

func (c *Client) token() (string, error) {
	file, err := os.Open(c.TokenFile)
	if err != nil {
		return "", fmt.Errorf("read the token for the gateway: %w", err)
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxToken))
	if err != nil {
		return "", fmt.Errorf("read the token for the gateway: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// reach the gateway with the certificate that signs its own just now.
func (c *Client) reach(ctx context.Context) (*http.Client, string, error) {
	var secret corev1.Secret
	if err := c.Reader.Get(ctx, types.NamespacedName{Namespace: c.Namespace, Name: certificate.ServerSecret}, &secret); err != nil {
		return nil, "", fmt.Errorf("read the gateway's certificate: %w", err)
	}
	url := c.URL
	if url == "" {
		var service corev1.Service
		if err := c.Reader.Get(ctx, types.NamespacedName{Namespace: c.Namespace, Name: sandbox.GatewayName}, &service); err != nil {
			return nil, "", fmt.Errorf("read the gateway's Service: %w", err)
		}
		url = "https://" + net.JoinHostPort(service.Spec.ClusterIP, strconv.Itoa(sandbox.ConsumerPort))
	}
	caller, err := c.trusting(string(secret.Data[certificate.AuthorityKey]))
	return caller, url, err
}

// trusting makes the client anew where the authority has changed.
func (c *Client) trusting(ca string) (*http.Client, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.client != nil && c.ca == ca {
		return c.client, nil
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(ca)) {
		return nil, fmt.Errorf("the Secret %s/%s has no certificate under %s", c.Namespace, certificate.ServerSecret, certificate.AuthorityKey)
	}
	if c.client != nil {
		c.client.CloseIdleConnections()
	}
	c.ca = ca
	c.client = &http.Client{
		Transport: &http.Transport{
			DialContext:         (&net.Dialer{Timeout: connectTimeout, KeepAlive: 15 * time.Second}).DialContext,
			TLSClientConfig:     &tls.Config{RootCAs: roots, ServerName: sandbox.GatewayServerName(c.Namespace), MinVersion: tls.VersionTLS13},
			TLSHandshakeTimeout: connectTimeout,
			IdleConnTimeout:     idleTimeout,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c.client, nil
}
