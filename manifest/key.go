package manifest

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// Key is the public half of a key that signs manifests: Ed25519, or ECDSA with P-256 over SHA-256.
type Key struct {
	public crypto.PublicKey
	id     string
}

var _ dsse.Verifier = (*Key)(nil)

// NewKey of a public key.
func NewKey(public crypto.PublicKey) (*Key, error) {
	switch k := public.(type) {
	case ed25519.PublicKey:
	case *ecdsa.PublicKey:
		if k.Curve != elliptic.P256() {
			return nil, fmt.Errorf("the key is of curve %s, expected P-256", k.Curve.Params().Name)
		}
	default:
		return nil, fmt.Errorf("the key is a %T, expected Ed25519 or ECDSA with P-256", public)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, fmt.Errorf("encode the public key: %w", err)
	}
	sum := sha256.Sum256(der)
	return &Key{public, hex.EncodeToString(sum[:])}, nil
}

// ParseKey of a PEM block PUBLIC KEY.
func ParseKey(text []byte) (*Key, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "PUBLIC KEY" {
		return nil, errors.New("expected a PEM block PUBLIC KEY, as status.manifestKeys of the environment has it")
	}
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read the public key: %w", err)
	}
	return NewKey(public)
}

// ID is the SHA-256 of the key as DER (SubjectPublicKeyInfo), in hex.
func (k *Key) ID() string { return k.id }

// KeyID is ID, as envelopes ask for it.
func (k *Key) KeyID() (string, error) { return k.id, nil }

// Public key.
func (k *Key) Public() crypto.PublicKey { return k.public }

// PEM block of the key.
func (k *Key) PEM() (string, error) {
	der, err := x509.MarshalPKIXPublicKey(k.public)
	if err != nil {
		return "", fmt.Errorf("encode the public key: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}

// Verify a signature over data.
func (k *Key) Verify(_ context.Context, data, signature []byte) error {
	valid := false
	switch public := k.public.(type) {
	case ed25519.PublicKey:
		valid = ed25519.Verify(public, data, signature)
	case *ecdsa.PublicKey:
		sum := sha256.Sum256(data)
		valid = ecdsa.VerifyASN1(public, sum[:], signature)
	}
	if !valid {
		return errors.New("the signature is not that of the key")
	}
	return nil
}
