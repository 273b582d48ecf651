package gateway_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gatewaytest"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

func TestNewSaysWhatIsMissing(t *testing.T) {
	good := gatewaytest.Start(t, &gatewaytest.Server{}).Config()
	for name, test := range map[string]struct {
		change func(*gateway.Config)
		want   string
	}{
		"no URL":         {func(c *gateway.Config) { c.URL = "" }, sandbox.EnvGateway},
		"plain HTTP":     {func(c *gateway.Config) { c.URL = "http://10.0.0.1:8443" }, "https://host:port"},
		"no name":        {func(c *gateway.Config) { c.Name = "" }, sandbox.EnvGatewayName},
		"no certificate": {func(c *gateway.Config) { c.CA = "not PEM" }, sandbox.EnvGatewayCA},
	} {
		config := good
		test.change(&config)
		if _, err := gateway.New(config); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, test.want)
		}
	}
}

func TestClientTrustsTheGatewayAlone(t *testing.T) {
	server := gatewaytest.Start(t, &gatewaytest.Server{})
	for name, change := range map[string]func(*gateway.Config){
		"another name": func(c *gateway.Config) { c.Name = "c2d-gateway.elsewhere.svc" },
		"another CA":   func(c *gateway.Config) { c.CA = otherCA },
	} {
		config := server.Config()
		change(&config)
		client, err := gateway.New(config)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Plan(context.Background()); !errors.As(err, new(*gateway.NetworkError)) {
			t.Errorf("%s: %v, want that the connection fails", name, err)
		}
	}
	if server.Count(sandbox.PathPlan) != 0 {
		t.Error("the token went to a gateway that was not to be trusted")
	}
}

func TestClientReadsTheTokenEachTime(t *testing.T) {
	server := gatewaytest.Start(t, &gatewaytest.Server{})
	config := server.Config()
	client := server.Client(t)
	if err := os.WriteFile(config.TokenFile, []byte("an-expired-token"), 0o600); err != nil {
		t.Fatal(err)
	}
	var answer *gateway.Error
	if _, err := client.Plan(context.Background()); !errors.As(err, &answer) || answer.Status != http.StatusUnauthorized || gateway.Retryable(err) {
		t.Fatalf("with a wrong token: %v", err)
	}
	if err := os.WriteFile(config.TokenFile, []byte(gatewaytest.Token), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Plan(context.Background()); err != nil {
		t.Fatalf("with the new token: %v", err)
	}
}

func TestErrorsSayWhetherToRetry(t *testing.T) {
	for name, test := range map[string]struct {
		answer func(http.ResponseWriter)
		retry  bool
		want   string
	}{
		"the gateway says so": {func(w http.ResponseWriter) {
			gatewaytest.Fail(w, 502, sandbox.Failure{Message: "its source is slow", Retry: true})
		}, true, "its source is slow"},
		"the gateway says no":        {func(w http.ResponseWriter) { gatewaytest.Fail(w, 502, sandbox.Failure{Message: "its source is gone"}) }, false, "its source is gone"},
		"something else, 503":        {func(w http.ResponseWriter) { http.Error(w, "<html>", 503) }, true, "Service Unavailable"},
		"something else, 404":        {func(w http.ResponseWriter) { http.Error(w, "<html>", 404) }, false, "Not Found"},
		"a redirect is not followed": {func(w http.ResponseWriter) { w.Header().Set("Location", "https://example.com/"); w.WriteHeader(302) }, false, "Found"},
	} {
		server := gatewaytest.Start(t, &gatewaytest.Server{Intercept: func(w http.ResponseWriter, _ *http.Request) bool { test.answer(w); return true }})
		_, err := server.Client(t).Plan(context.Background())
		if err == nil || gateway.Retryable(err) != test.retry || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, retry %v", name, err, gateway.Retryable(err))
		}
	}
}

func TestTransfersThatStandStillEnd(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	server := gatewaytest.Start(t, &gatewaytest.Server{Intercept: func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut {
			_, _ = r.Body.Read(make([]byte, 1000))
			<-release
			return true
		}
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte("some"))
		_ = http.NewResponseController(w).Flush()
		<-release
		return true
	}})
	config := server.Config()
	config.Stall = 100 * time.Millisecond
	client, err := gateway.New(config)
	if err != nil {
		t.Fatal(err)
	}
	content, err := client.Get(context.Background(), sandbox.PathCode, gateway.Range{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = content.Close() }()
	_, err = io.ReadAll(content)
	if !gateway.Retryable(err) || !strings.Contains(err.Error(), "nothing moved") {
		t.Fatalf("download: %v", err)
	}

	zeros := io.LimitReader(readerFunc(func(p []byte) (int, error) { return len(p), nil }), 1<<30)
	_, err = client.Put(context.Background(), "outputs/a", zeros, 1<<30)
	if !gateway.Retryable(err) || !strings.Contains(err.Error(), "nothing moved") {
		t.Fatalf("upload: %v", err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestGetRefusesAnotherRange(t *testing.T) {
	server := gatewaytest.Start(t, &gatewaytest.Server{Intercept: func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Content-Range", "bytes 0-3/100")
		w.WriteHeader(http.StatusPartialContent)
		_, _ = w.Write([]byte("0123"))
		return true
	}})
	if _, err := server.Client(t).Get(context.Background(), sandbox.PathCode, gateway.Range{Offset: 50}); err == nil {
		t.Fatal("bytes from 0 on were taken for those from 50 on")
	}
}

// otherCA signed nothing here.
const otherCA = `-----BEGIN CERTIFICATE-----
MIIBdzCCAR2gAwIBAgIUIvT4B6gPDqn6JG0TYzqv8fBOmDowCgYIKoZIzj0EAwIw
EDEOMAwGA1UEAwwFb3RoZXIwIBcNMjYxMTIyMTYyNDE2WhgPMjEyNjEwMjkxNjI0
MTZaMBAxDjAMBgNVBAMMBW90aGVyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
HQ8RQyP4t6fpDA+ow5sRexKlUb+UHYxWy4gDDzryMbQSuXeUsMHdm7tfbPJtIYpI
21PZH85ButHaYDFtBPtN2KNTMFEwHQYDVR0OBBYEFIOaUKzvjGzgryNeeG8fuqjP
fnGaMB8GA1UdIwQYMBaAFIOaUKzvjGzgryNeeG8fuqjPfnGaMA8GA1UdEwEB/wQF
MAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgKSwbKVyKGyJIeMjDmBDQE7Nd4Xpi/Rxg
XgTpB0PdvL0CIQDoIlJ3lLvenrRSB/JfGm0UhO4ofSAnbR0PWwL3eXAXxw==
-----END CERTIFICATE-----
`
