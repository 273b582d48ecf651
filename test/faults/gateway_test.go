package faults

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/controller/certificate"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// consumers is the far end of the controller's errands: it stands in for the gateway that carries them out, and notes what
// reached it. News may arrive twice; under its name it is one.
type consumers struct {
	url, tokenFile string

	mutex sync.Mutex
	heard map[types.UID][]string
}

func startConsumers(ctx context.Context, dir string) (*consumers, error) {
	c := &consumers{heard: map[types.UID][]string{}, tokenFile: filepath.Join(dir, "token")}
	if err := os.WriteFile(c.tokenFile, []byte("token"), 0o600); err != nil {
		return nil, err
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(c.serve))
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS13, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		var secret corev1.Secret
		if err := api.Get(ctx, client.ObjectKey{Namespace: systemNamespace, Name: certificate.ServerSecret}, &secret); err != nil {
			return nil, err
		}
		pair, err := tls.X509KeyPair(secret.Data[corev1.TLSCertKey], secret.Data[corev1.TLSPrivateKeyKey])
		return &pair, err
	}}
	server.StartTLS()
	c.url = server.URL
	return c, nil
}

func (c *consumers) serve(w http.ResponseWriter, r *http.Request) {
	// A Delivery is a Notification without its news.
	var call sandbox.Notification
	if err := json.NewDecoder(r.Body).Decode(&call); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	current := proxy.controller.Load()
	err := current.pass("gateway "+r.URL.Path, func() error {
		news := fmt.Sprintf("%s-%d-Delivered", call.Job.UID, call.Run)
		if r.URL.Path == sandbox.PathNotify {
			news = call.EventID()
		}
		c.mutex.Lock()
		defer c.mutex.Unlock()
		if !slices.Contains(c.heard[call.Job.UID], news) {
			c.heard[call.Job.UID] = append(c.heard[call.Job.UID], news)
		}
		return nil
	})
	switch {
	case err != nil:
		panic(http.ErrAbortHandler)
	case r.URL.Path == sandbox.PathNotify:
		w.WriteHeader(http.StatusNoContent)
	default:
		_ = json.NewEncoder(w).Encode(sandbox.Delivered{Objects: 4, Total: 4, Bytes: 100, URI: "s3://mine/train/1"})
	}
	if current.dead.Err() != nil {
		panic(http.ErrAbortHandler)
	}
}

// of a job, what reached its consumer.
func (c *consumers) of(job types.UID) []string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	heard := slices.Clone(c.heard[job])
	slices.Sort(heard)
	return heard
}
