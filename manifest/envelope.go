package manifest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// Sign a payload: the bytes of the manifest. A signer whose signatures are deterministic makes equal bytes of equal payloads.
func Sign(ctx context.Context, payload []byte, signer dsse.Signer) ([]byte, error) {
	envelopes, err := dsse.NewEnvelopeSigner(signer)
	if err != nil {
		return nil, err
	}
	envelope, err := envelopes.SignPayload(ctx, PayloadType, payload)
	if err != nil {
		return nil, fmt.Errorf("sign the manifest: %w", err)
	}
	return json.Marshal(envelope)
}

// Manifest that was read. Nothing of it is true before it is verified.
type Manifest struct {
	Statement Statement
	// Payload that was signed.
	Payload []byte

	envelope dsse.Envelope
}

// maxSignatures of an envelope that are looked at.
const maxSignatures = 16

// Parse the bytes of a manifest. It verifies no signature.
func Parse(text []byte) (*Manifest, error) {
	m := &Manifest{}
	if err := json.Unmarshal(text, &m.envelope); err != nil {
		return nil, fmt.Errorf("the manifest is no DSSE envelope: %w", err)
	}
	if m.envelope.PayloadType != PayloadType {
		return nil, fmt.Errorf("the manifest is of type %q, expected %q", m.envelope.PayloadType, PayloadType)
	}
	if n := len(m.envelope.Signatures); n > maxSignatures {
		return nil, fmt.Errorf("the manifest has %d signatures, at most %d are read", n, maxSignatures)
	}
	var err error
	if m.Payload, err = m.envelope.DecodeB64Payload(); err != nil {
		return nil, fmt.Errorf("the manifest has a payload that is no base64: %w", err)
	}
	if err := json.Unmarshal(m.Payload, &m.Statement); err != nil {
		return nil, fmt.Errorf("the manifest has no in-toto statement of a run: %w", err)
	}
	if err := m.Statement.check(); err != nil {
		return nil, fmt.Errorf("the manifest contradicts itself: %w", err)
	}
	return m, nil
}

// ErrSignature says that no given key has signed a manifest.
var ErrSignature = errors.New("no known key has signed the manifest")

// Verify that one of the keys has signed the manifest, and say which.
func (m *Manifest) Verify(ctx context.Context, keys ...*Key) (*Key, error) {
	for _, key := range keys {
		verifier, err := dsse.NewEnvelopeVerifier(key)
		if err != nil {
			return nil, err
		}
		if _, err := verifier.Verify(ctx, &m.envelope); err == nil {
			return key, nil
		}
	}
	return nil, fmt.Errorf("%w: it names %s", ErrSignature, m.signers())
}

// signers are the IDs of the keys that the envelope names.
func (m *Manifest) signers() string {
	names := "no key"
	for i, signature := range m.envelope.Signatures {
		if i == 0 {
			names = ""
		} else {
			names += ", "
		}
		names += fmt.Sprintf("%.64q", signature.KeyID)
	}
	return names
}

// start of the bytes that Sign makes, up to the payload.
var start = []byte(`{"payloadType":"` + PayloadType + `","payload":"`)

// Payload of a manifest that Sign has made, while it is read: a long one takes no memory. The rest of the reader is left
// behind the payload. Whoever reads it so knows the manifest's hash, and checks it.
func Payload(manifest io.Reader) (io.Reader, error) {
	head := make([]byte, len(start))
	if _, err := io.ReadFull(manifest, head); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !bytes.Equal(head, start) {
		return nil, errors.New("it does not begin as a manifest does")
	}
	return base64.NewDecoder(base64.StdEncoding, &quoted{from: manifest}), nil
}

// quoted reads up to a quote.
type quoted struct {
	from io.Reader
	over bool
}

func (q *quoted) Read(p []byte) (int, error) {
	if q.over {
		return 0, io.EOF
	}
	n, err := q.from.Read(p)
	if i := bytes.IndexByte(p[:n], '"'); i >= 0 {
		q.over = true
		return i, nil
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
