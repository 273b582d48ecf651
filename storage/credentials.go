package storage

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Credentials for S3. The zero value is anonymous.
type Credentials struct {
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string
	// Origin for messages, such as "Secret hospital/s3".
	Origin string
}

// Anonymous says whether requests go out unsigned.
func (c Credentials) Anonymous() bool { return c.AccessKeyID == "" && c.SecretAccessKey == "" }

// String keeps the secret out of whatever is printed.
func (c Credentials) String() string {
	if c.Anonymous() {
		return "no credentials"
	}
	return "credentials of " + c.Origin
}

// GoString as String, for %#v.
func (c Credentials) GoString() string { return c.String() }

// LogValue as String, for slog.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

func (c Credentials) advice() string {
	if c.Anonymous() {
		return "that the bucket is public, or set credentialsSecretRef"
	}
	return fmt.Sprintf("the credentials in %s and what they may do", c.Origin)
}

// CredentialsFromSecret reads the keys accessKeyID, secretAccessKey and, where there is one, sessionToken.
func CredentialsFromSecret(secret *corev1.Secret) (Credentials, error) {
	c := Credentials{
		AccessKeyID:     strings.TrimSpace(string(secret.Data[v1alpha1.SecretKeyAccessKeyID])),
		SecretAccessKey: strings.TrimSpace(string(secret.Data[v1alpha1.SecretKeySecretAccessKey])),
		SessionToken:    strings.TrimSpace(string(secret.Data[v1alpha1.SecretKeySessionToken])),
		Origin:          fmt.Sprintf("Secret %s/%s", secret.Namespace, secret.Name),
	}
	if c.AccessKeyID == "" || c.SecretAccessKey == "" {
		message := fmt.Sprintf("%s must have the keys %s and %s", c.Origin, v1alpha1.SecretKeyAccessKeyID, v1alpha1.SecretKeySecretAccessKey)
		return Credentials{}, &Error{Kind: Invalid, Message: message, protocol: protocolS3, cause: errors.New(message)}
	}
	return c, nil
}
