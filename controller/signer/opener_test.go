package signer

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// However many controllers make a key at a time, all of them sign with the same.
func TestEnsureOnce(t *testing.T) {
	o := opener("")
	e := &v1alpha1.ComputeEnvironment{ObjectMeta: metav1.ObjectMeta{UID: "u1"}}
	if _, err := o.Open(t.Context(), e); err == nil {
		t.Fatal("a key is there before it was made")
	}
	var group sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		group.Go(func() {
			signer, err := o.Ensure(t.Context(), e)
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = signer.Key().ID()
		})
	}
	group.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("keys are %v", ids)
		}
	}
	var secret corev1.Secret
	if err := o.Secrets.Get(t.Context(), types.NamespacedName{Namespace: o.Namespace, Name: SecretName("u1")}, &secret); err != nil {
		t.Error(err)
	}
}

func TestOwnKey(t *testing.T) {
	p256, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	p384, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	old, _ := rsa.GenerateKey(rand.Reader, 2048)
	encoded := func(key any) []byte {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	}
	for what, test := range map[string]struct {
		data map[string][]byte
		want string
	}{
		"P-256":        {map[string][]byte{keyPrivate: encoded(p256)}, ""},
		"P-384":        {map[string][]byte{keyPrivate: encoded(p384)}, "expected P-256"},
		"RSA":          {map[string][]byte{keyPrivate: encoded(old)}, "expected Ed25519"},
		"no PEM":       {map[string][]byte{keyPrivate: []byte("secret stuff")}, "not a PEM block"},
		"no PKCS #8":   {map[string][]byte{keyPrivate: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("secret stuff")})}, "cannot be read"},
		"another name": {map[string][]byte{"other": encoded(p256)}, `has no key "key"`},
	} {
		t.Run(what, func(t *testing.T) {
			api := fake.NewClientBuilder().WithObjects(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "c2d-system", Name: "mine"}, Data: test.data}).Build()
			o := &Opener{Secrets: api, Writer: api, Namespace: "c2d-system"}
			signer, err := o.Ensure(t.Context(), &v1alpha1.ComputeEnvironment{Spec: v1alpha1.ComputeEnvironmentSpec{Signing: &v1alpha1.Signing{SecretRef: &v1alpha1.LocalSecretReference{Name: "mine"}}}})
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "stuff") {
					t.Errorf("got %v, expected %q", err, test.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			signature, err := signer.Sign(t.Context(), []byte("data"))
			if err != nil || signer.Key().Verify(t.Context(), []byte("data"), signature) != nil {
				t.Errorf("%v", err)
			}
		})
	}
}
