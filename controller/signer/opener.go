// Package signer holds the keys with which environments sign the manifests of runs: one that the controller makes, one
// that the owner brings, or one that stays in a Vault.
package signer

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/manifest"
)

// Keys of the Secrets.
const (
	// keyPrivate holds a private key as PKCS #8 PEM.
	keyPrivate = "key"
	// keyToken holds a token of a Vault.
	keyToken = "token"
)

// Signer of manifests.
type Signer interface {
	dsse.Signer
	// Key is the public half.
	Key() *manifest.Key
	// Steady says that equal data gets equal signatures.
	Steady() bool
}

// Opener opens the signers of environments.
type Opener struct {
	// Secrets lie in Namespace, and are read past the cache.
	Secrets   client.Reader
	Writer    client.Writer
	Namespace string
	// Rule for what may be called, to which an environment adds its own.
	Rule egress.Rule
}

// SecretName of the key that the controller makes for an environment.
func SecretName(environment types.UID) string { return "c2d-manifest-key-" + string(environment) }

// Open the signer of an environment. One that the controller should have made and is not there is an error.
func (o *Opener) Open(ctx context.Context, environment *v1alpha1.ComputeEnvironment) (Signer, error) {
	switch signing := environment.Spec.Signing; {
	case signing == nil:
		return o.local(ctx, SecretName(environment.UID))
	case signing.SecretRef != nil:
		return o.local(ctx, signing.SecretRef.Name)
	case signing.Vault != nil:
		return o.vault(ctx, environment)
	default:
		return nil, errors.New("spec.signing names no key: set secretRef or vault")
	}
}

// Ensure that an environment has a key to sign with, making one where it is the controller's to make, and open it.
func (o *Opener) Ensure(ctx context.Context, environment *v1alpha1.ComputeEnvironment) (Signer, error) {
	signer, err := o.Open(ctx, environment)
	if environment.Spec.Signing != nil || !apierrors.IsNotFound(err) {
		return signer, err
	}
	secret, err := newSecret(types.NamespacedName{Namespace: o.Namespace, Name: SecretName(environment.UID)})
	if err != nil {
		return nil, err
	}
	if err := o.Writer.Create(ctx, secret); err != nil && !apierrors.IsAlreadyExists(err) {
		return nil, fmt.Errorf("write the key to Secret %s/%s: %w", secret.Namespace, secret.Name, err)
	}
	// Whoever was first made the key that counts.
	return o.Open(ctx, environment)
}

func newSecret(name types.NamespacedName) (*corev1.Secret, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("encode the key: %w", err)
	}
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: name.Namespace, Name: name.Name},
		Data:       map[string][]byte{keyPrivate: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})},
	}, nil
}

// read a key of a Secret.
func (o *Opener) read(ctx context.Context, name, key string) ([]byte, error) {
	var secret corev1.Secret
	if err := o.Secrets.Get(ctx, types.NamespacedName{Namespace: o.Namespace, Name: name}, &secret); err != nil {
		return nil, fmt.Errorf("read what signs the manifests: %w", err)
	}
	if len(secret.Data[key]) == 0 {
		return nil, fmt.Errorf("the Secret %s/%s has no key %q, which must hold what signs the manifests", o.Namespace, name, key)
	}
	return secret.Data[key], nil
}

// local key in a Secret.
func (o *Opener) local(ctx context.Context, name string) (Signer, error) {
	text, err := o.read(ctx, name, keyPrivate)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, fmt.Errorf("key %q of Secret %s/%s is not a PEM block PRIVATE KEY (PKCS #8)", keyPrivate, o.Namespace, name)
	}
	private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		// The cause may tell of the key.
		return nil, fmt.Errorf("key %q of Secret %s/%s cannot be read as PKCS #8", keyPrivate, o.Namespace, name)
	}
	signer, ok := private.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("key %q of Secret %s/%s cannot sign", keyPrivate, o.Namespace, name)
	}
	public, err := manifest.NewKey(signer.Public())
	if err != nil {
		return nil, fmt.Errorf("key %q of Secret %s/%s: %w", keyPrivate, o.Namespace, name, err)
	}
	return &local{signer, public}, nil
}
