package certificate

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Secrets in the controller's namespace.
const (
	// AuthoritySecret holds the authority with its key; the controller alone reads it.
	AuthoritySecret = "c2d-gateway-authority"
	// ServerSecret holds what the gateway mounts.
	ServerSecret = "c2d-gateway-tls"
	// AuthorityKey of ServerSecret, and of the ConfigMap for everybody, holds the authority's certificate.
	AuthorityKey = "ca.crt"
)

const (
	interval = time.Hour
	retry    = 10 * time.Second
)

// Keeper keeps both Secrets in order for as long as it leads, and the ConfigMap from which consumers take the authority.
type Keeper struct {
	Client    client.Client
	Reader    client.Reader
	Namespace string
	// Name in the gateway's certificate.
	Name string
}

var (
	_ manager.Runnable               = (*Keeper)(nil)
	_ manager.LeaderElectionRunnable = (*Keeper)(nil)
)

// NeedLeaderElection says that only the leader writes.
func (k *Keeper) NeedLeaderElection() bool { return true }

// Start keeps the Secrets until the context ends.
func (k *Keeper) Start(ctx context.Context) error {
	for {
		next := interval
		if err := k.Ensure(ctx, time.Now()); err != nil {
			if ctx.Err() != nil {
				return nil //nolint:nilerr // It was told to stop, and did.
			}
			log.FromContext(ctx).Error(err, "The gateway's certificate is not in order")
			next = retry
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait.Jitter(next, 0.1)):
		}
	}
}

// Ensure that both Secrets and the ConfigMap hold what they should.
func (k *Keeper) Ensure(ctx context.Context, now time.Time) error {
	authority, err := k.ensure(ctx, AuthoritySecret,
		func(p pair) error { _, err := p.check(now); return err },
		func() (pair, error) { return newAuthority(now) }, nil)
	if err != nil {
		return err
	}
	_, err = k.ensure(ctx, ServerSecret,
		func(p pair) error { return p.checkServer(authority, k.Name, now) },
		func() (pair, error) { return newServer(authority, k.Name, now) }, authority.certificate)
	if err != nil {
		return err
	}
	return k.publish(ctx, string(authority.certificate))
}

// publish the authority's certificate for consumers.
func (k *Keeper) publish(ctx context.Context, authority string) error {
	var known corev1.ConfigMap
	key := types.NamespacedName{Namespace: k.Namespace, Name: sandbox.AuthorityConfigMap}
	err := k.Reader.Get(ctx, key, &known)
	if err == nil && known.Data[AuthorityKey] == authority {
		return nil
	}
	exists := err == nil
	if client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("read ConfigMap %s: %w", key, err)
	}
	known.Namespace, known.Name, known.Data = key.Namespace, key.Name, map[string]string{AuthorityKey: authority}
	if exists {
		err = k.Client.Update(ctx, &known)
	} else {
		err = k.Client.Create(ctx, &known)
	}
	if err != nil {
		return fmt.Errorf("write ConfigMap %s: %w", key, err)
	}
	return nil
}

// ensure that a Secret holds a pair that passes the check, making it where it does not.
func (k *Keeper) ensure(ctx context.Context, name string, check func(pair) error, create func() (pair, error), authority []byte) (pair, error) {
	var secret corev1.Secret
	err := k.Reader.Get(ctx, types.NamespacedName{Namespace: k.Namespace, Name: name}, &secret)
	exists := err == nil
	if client.IgnoreNotFound(err) != nil {
		return pair{}, fmt.Errorf("read Secret %s/%s: %w", k.Namespace, name, err)
	}
	if found := (pair{secret.Data[corev1.TLSCertKey], secret.Data[corev1.TLSPrivateKeyKey]}); exists && check(found) == nil {
		return found, nil
	}
	made, err := create()
	if err != nil {
		return pair{}, fmt.Errorf("make the certificate for Secret %s/%s: %w", k.Namespace, name, err)
	}
	secret.Namespace, secret.Name, secret.Type = k.Namespace, name, corev1.SecretTypeTLS
	secret.Data = map[string][]byte{corev1.TLSCertKey: made.certificate, corev1.TLSPrivateKeyKey: made.key}
	if authority != nil {
		secret.Data[AuthorityKey] = authority
	}
	if exists {
		err = k.Client.Update(ctx, &secret)
	} else {
		err = k.Client.Create(ctx, &secret)
	}
	if apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) {
		return pair{}, fmt.Errorf("another controller writes Secret %s/%s as well: %w", k.Namespace, name, err)
	}
	if err != nil {
		return pair{}, fmt.Errorf("write Secret %s/%s: %w", k.Namespace, name, err)
	}
	return made, nil
}
