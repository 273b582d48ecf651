package signer

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"

	"github.com/compute-to-data/terraform-provider-c2d/manifest"
)

// local signs with a key in memory.
type local struct {
	private crypto.Signer
	key     *manifest.Key
}

var _ Signer = (*local)(nil)

func (l *local) Key() *manifest.Key { return l.key }

func (l *local) KeyID() (string, error) { return l.key.ID(), nil }

func (l *local) Steady() bool {
	_, steady := l.private.(ed25519.PrivateKey)
	return steady
}

func (l *local) Sign(_ context.Context, data []byte) ([]byte, error) {
	if l.Steady() {
		return l.private.Sign(rand.Reader, data, crypto.Hash(0))
	}
	sum := sha256.Sum256(data)
	return l.private.Sign(rand.Reader, sum[:], crypto.SHA256)
}
