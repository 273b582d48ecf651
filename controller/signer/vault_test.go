package signer

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// transit is the part of a Vault that signs, as its API documentation says.
func transit(t *testing.T, private crypto.Signer, kind, public string) *httptest.Server {
	t.Helper()
	answer := func(w http.ResponseWriter, data any) { _ = json.NewEncoder(w).Encode(map[string]any{"data": data}) }
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/transit/keys/clinic", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"type": kind, "latest_version": 2, "keys": map[string]any{"1": map[string]any{"public_key": "old"}, "2": map[string]any{"public_key": public}}})
	})
	mux.HandleFunc("POST /v1/transit/sign/clinic", func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			Input   string `json:"input"`
			Version int    `json:"key_version"`
		}
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || asked.Version != 2 {
			http.Error(w, "which version?", http.StatusBadRequest)
			return
		}
		data, _ := base64.StdEncoding.DecodeString(asked.Input)
		hash := crypto.Hash(0)
		if kind == vaultP256 {
			sum := sha256.Sum256(data)
			data, hash = sum[:], crypto.SHA256
		}
		signature, err := private.Sign(rand.Reader, data, hash)
		if err != nil {
			t.Error(err)
		}
		answer(w, map[string]any{"signature": "vault:v2:" + base64.StdEncoding.EncodeToString(signature)})
	})
	mux.HandleFunc("/v1/away/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/v1/transit/keys/clinic", http.StatusFound)
	})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Vault-Token") != "let me" {
			http.Error(w, "permission denied", http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server
}

func environment(url, mount string) *v1alpha1.ComputeEnvironment {
	return &v1alpha1.ComputeEnvironment{Spec: v1alpha1.ComputeEnvironmentSpec{
		Egress:  v1alpha1.Egress{Allow: []string{"127.0.0.0/8"}},
		Signing: &v1alpha1.Signing{Vault: &v1alpha1.VaultSigner{URL: url, Mount: mount, Key: "clinic", TokenSecretRef: v1alpha1.LocalSecretReference{Name: "vault"}}},
	}}
}

func opener(token string) *Opener {
	api := fake.NewClientBuilder().WithObjects(&corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: "c2d-system", Name: "vault"}, Data: map[string][]byte{keyToken: []byte(token)},
	}).Build()
	return &Opener{Secrets: api, Writer: api, Namespace: "c2d-system"}
}

// A Vault signs with the newest version of its key, which never comes here.
func TestVault(t *testing.T) {
	edPublic, edPrivate, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, _ := x509.MarshalPKIXPublicKey(p256.Public())
	for kind, test := range map[string]struct {
		private crypto.Signer
		public  string
	}{
		vaultEd25519: {edPrivate, base64.StdEncoding.EncodeToString(edPublic)},
		vaultP256:    {p256, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))},
	} {
		t.Run(kind, func(t *testing.T) {
			server := transit(t, test.private, kind, test.public)
			signer, err := opener("let me\n").Open(t.Context(), environment(server.URL, ""))
			if err != nil {
				t.Fatal(err)
			}
			signature, err := signer.Sign(t.Context(), []byte("data"))
			if err != nil || signer.Steady() != (kind == vaultEd25519) {
				t.Fatalf("steady %t, %v", signer.Steady(), err)
			}
			if err := signer.Key().Verify(t.Context(), []byte("data"), signature); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestVaultRefuses(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := base64.StdEncoding.EncodeToString(public)
	for what, test := range map[string]struct {
		kind, public, token, mount, want string
		allow                            []string
	}{
		"a token that may not": {vaultEd25519, good, "another", "", "403 Forbidden", []string{"127.0.0.0/8"}},
		"a redirect":           {vaultEd25519, good, "let me", "away", "302 Found", []string{"127.0.0.0/8"}},
		"another type":         {"rsa-4096", good, "let me", "", `of type "rsa-4096"`, []string{"127.0.0.0/8"}},
		"half a key":           {vaultEd25519, "AAAA", "let me", "", "has 3 bytes", []string{"127.0.0.0/8"}},
		"a forbidden address":  {vaultEd25519, good, "let me", "", "may not be called", nil},
	} {
		t.Run(what, func(t *testing.T) {
			server := transit(t, private, test.kind, test.public)
			e := environment(server.URL, test.mount)
			e.Spec.Egress.Allow = test.allow
			_, err := opener(test.token).Open(context.Background(), e)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), test.token) {
				t.Errorf("got %v, expected %q", err, test.want)
			}
		})
	}
}
