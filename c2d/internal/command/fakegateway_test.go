package command

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// fakeGateway speaks sandbox/consumer.go. It takes the tokens that the real one takes, and asks the API server whose they are.
type fakeGateway struct {
	t         *testing.T
	namespace string // of the gateway
	lab       string // of the job
	server    *httptest.Server

	mutex sync.Mutex
	// answer a path.
	answer map[string]http.HandlerFunc
	calls  []string
}

func newGateway(t *testing.T, lab string) *fakeGateway {
	t.Helper()
	g := &fakeGateway{t: t, namespace: newNamespace(t), lab: lab, answer: map[string]http.HandlerFunc{}}
	authority, certificate := certificates(t, sandbox.GatewayServerName(g.namespace))
	g.server = httptest.NewUnstartedServer(g)
	g.server.EnableHTTP2 = true
	g.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	g.server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	g.server.StartTLS()
	t.Cleanup(g.server.Close)
	create(t, &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: g.namespace, Name: sandbox.AuthorityConfigMap},
		Data:       map[string]string{"ca.crt": string(authority)},
	})
	return g
}

// flags that lead to the gateway.
func (g *fakeGateway) flags() []string {
	return []string{"--gateway", g.server.URL, "--gateway-namespace", g.namespace}
}

// on a path under the job's run, answer so.
func (g *fakeGateway) on(path string, answer http.HandlerFunc) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.answer[path] = answer
}

func (g *fakeGateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mutex.Lock()
	g.calls = append(g.calls, r.URL.RequestURI())
	answer := g.answer[r.URL.EscapedPath()]
	g.mutex.Unlock()
	bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	review := &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: bearer, Audiences: []string{sandbox.ConsumerAudience}}}
	if err := api.Create(r.Context(), review); err != nil {
		g.t.Errorf("review a token: %v", err)
	}
	switch {
	case !review.Status.Authenticated || review.Status.User.Username != "system:serviceaccount:"+g.lab+":default":
		refuse(w, http.StatusUnauthorized, sandbox.Failure{Message: "The token is not taken."})
	case answer == nil:
		refuse(w, http.StatusNotFound, sandbox.Failure{Message: "There is no such thing."})
	default:
		answer(w, r)
	}
}

func refuse(w http.ResponseWriter, status int, failure sandbox.Failure) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(failure)
}

func text(content string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(content))
	}
}

// certificates of an authority and of a server that it has signed.
func certificates(t *testing.T, name string) (authority []byte, server tls.Certificate) {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.CreateCertificate(rand.Reader, leaf, template, leafKey.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), tls.Certificate{Certificate: [][]byte{certificate}, PrivateKey: leafKey}
}
