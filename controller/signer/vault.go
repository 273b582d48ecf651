package signer

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/manifest"
)

const (
	// vaultTimeout of a call, and maxVaultAnswer of what it answers.
	vaultTimeout   = 15 * time.Second
	maxVaultAnswer = 1 << 20
)

// Types of keys of the transit engine.
const (
	vaultEd25519 = "ed25519"
	vaultP256    = "ecdsa-p256"
)

// vault signs with the transit engine of HashiCorp Vault or OpenBao:
// https://developer.hashicorp.com/vault/api-docs/secret/transit.
type vault struct {
	client  *http.Client
	address string // of the engine
	name    string
	token   string

	kind    string
	version int
	key     *manifest.Key
}

var _ Signer = (*vault)(nil)

func (o *Opener) vault(ctx context.Context, environment *v1alpha1.ComputeEnvironment) (Signer, error) {
	spec := environment.Spec.Signing.Vault
	token, err := o.read(ctx, spec.TokenSecretRef.Name, keyToken)
	if err != nil {
		return nil, err
	}
	rule := o.Rule
	if rule.Allow, err = egress.ParsePrefixes(environment.Spec.Egress.Allow); err != nil {
		return nil, fmt.Errorf("spec.egress.allow: %w", err)
	}
	mount := spec.Mount
	if mount == "" {
		mount = "transit"
	}
	transport := egress.Transport(rule)
	transport.DisableKeepAlives = true
	v := &vault{
		// A redirect would take the token along.
		client:  &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		address: strings.TrimSuffix(spec.URL, "/") + "/v1/" + mount,
		name:    spec.Key, token: strings.TrimSpace(string(token)),
	}
	if err := v.readKey(ctx); err != nil {
		return nil, fmt.Errorf("key %s of the vault: %w", spec.Key, err)
	}
	return v, nil
}

// readKey finds out the newest version of the key and its public half.
func (v *vault) readKey(ctx context.Context) error {
	var answer struct {
		Data struct {
			Type    string `json:"type"`
			Latest  int    `json:"latest_version"`
			Version map[string]struct {
				PublicKey string `json:"public_key"`
			} `json:"keys"`
		} `json:"data"`
	}
	if err := v.call(ctx, http.MethodGet, "/keys/"+v.name, nil, &answer); err != nil {
		return err
	}
	v.kind, v.version = answer.Data.Type, answer.Data.Latest
	text := answer.Data.Version[strconv.Itoa(v.version)].PublicKey
	var err error
	switch v.kind {
	case vaultEd25519:
		var raw []byte
		if raw, err = base64.StdEncoding.DecodeString(text); err != nil || len(raw) != ed25519.PublicKeySize {
			return fmt.Errorf("its public half has %d bytes, expected %d in base64", len(raw), ed25519.PublicKeySize)
		}
		v.key, err = manifest.NewKey(ed25519.PublicKey(raw))
	case vaultP256:
		block, _ := pem.Decode([]byte(text))
		if block == nil {
			return errors.New("its public half is no PEM block")
		}
		v.key, err = manifest.ParseKey([]byte(text))
	default:
		return fmt.Errorf("it is of type %q, expected %s or %s", v.kind, vaultEd25519, vaultP256)
	}
	return err
}

func (v *vault) Key() *manifest.Key { return v.key }

func (v *vault) KeyID() (string, error) { return v.key.ID(), nil }

func (v *vault) Steady() bool { return v.kind == vaultEd25519 }

// Sign with the version of the key that was read.
func (v *vault) Sign(ctx context.Context, data []byte) ([]byte, error) {
	request := map[string]any{"input": base64.StdEncoding.EncodeToString(data), "key_version": v.version}
	if v.kind == vaultP256 {
		request["hash_algorithm"], request["marshaling_algorithm"] = "sha2-256", "asn1"
	}
	var answer struct {
		Data struct {
			Signature string `json:"signature"`
		} `json:"data"`
	}
	if err := v.call(ctx, http.MethodPost, "/sign/"+v.name, request, &answer); err != nil {
		return nil, err
	}
	prefix := fmt.Sprintf("vault:v%d:", v.version)
	text, ok := strings.CutPrefix(answer.Data.Signature, prefix)
	if !ok {
		return nil, fmt.Errorf("the vault answered a signature that does not begin with %q", prefix)
	}
	signature, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("the vault answered a signature that is no base64")
	}
	return signature, v.key.Verify(ctx, data, signature)
}

// call the engine.
func (v *vault) call(ctx context.Context, method, path string, request, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, vaultTimeout)
	defer cancel()
	var body io.Reader
	if request != nil {
		text, err := json.Marshal(request)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, v.address+path, body)
	if err != nil {
		return err
	}
	r.Header.Set("X-Vault-Token", v.token)
	response, err := v.client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxVaultAnswer))
	if err != nil {
		return fmt.Errorf("read the vault's answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the vault answered %s to %s %s; its token must be allowed that", response.Status, method, path)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("the vault answered no JSON to %s %s", method, path)
	}
	return nil
}
