// Package certificate makes and renews the certificate that the gateway shows to sandbox pods.
package certificate

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"
)

const (
	authorityLifetime = 10 * 365 * 24 * time.Hour
	serverLifetime    = 90 * 24 * time.Hour
	// renewBefore leaves a month to notice that renewing fails.
	renewBefore = 30 * 24 * time.Hour
	// backdate forgives clocks that are late.
	backdate = time.Hour
)

// pair is a certificate and its key, PEM.
type pair struct {
	certificate, key []byte
}

// newAuthority makes the authority that signs the gateway's certificates and nothing else.
func newAuthority(now time.Time) (pair, error) {
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "c2d gateway authority"},
		NotBefore:             now.Add(-backdate),
		NotAfter:              now.Add(authorityLifetime),
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	return sign(template, template, nil)
}

// newServer makes a certificate for a name.
func newServer(authority pair, name string, now time.Time) (pair, error) {
	loaded, err := tls.X509KeyPair(authority.certificate, authority.key)
	if err != nil {
		return pair{}, fmt.Errorf("load the authority: %w", err)
	}
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		DNSNames:    []string{name},
		NotBefore:   now.Add(-backdate),
		NotAfter:    now.Add(serverLifetime),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	return sign(template, loaded.Leaf, loaded.PrivateKey)
}

// sign a certificate with a new key; without a parent's key with its own.
func sign(template, parent *x509.Certificate, parentKey crypto.PrivateKey) (pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair{}, err
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)); err != nil {
		return pair{}, err
	}
	if parentKey == nil {
		parentKey = key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey)
	if err != nil {
		return pair{}, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return pair{}, err
	}
	return pair{
		certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		key:         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}),
	}, nil
}

// check that a pair is whole and stays valid for a while.
func (p pair) check(now time.Time) (*x509.Certificate, error) {
	loaded, err := tls.X509KeyPair(p.certificate, p.key)
	if err != nil {
		return nil, err
	}
	if now.Add(renewBefore).After(loaded.Leaf.NotAfter) {
		return nil, fmt.Errorf("it ends at %s", loaded.Leaf.NotAfter.Format(time.RFC3339))
	}
	return loaded.Leaf, nil
}

// checkServer says, beyond check, whether the authority signed the pair for the name.
func (p pair) checkServer(authority pair, name string, now time.Time) error {
	leaf, err := p.check(now)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(bytes.TrimSpace(authority.certificate)) {
		return errors.New("the authority's certificate cannot be read")
	}
	_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: name, CurrentTime: now})
	return err
}
