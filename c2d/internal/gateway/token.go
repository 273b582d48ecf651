package gateway

import (
	"context"
	"fmt"
	"sync"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// token of a service account, made for the gateway alone: it is of no use anywhere else.
type token struct {
	api                kubernetes.Interface
	namespace, account string

	mutex   sync.Mutex
	value   string
	expires time.Time
}

const (
	tokenLife = 10 * time.Minute
	// renewBefore leaves time for a request.
	renewBefore = time.Minute
)

func (t *token) get(ctx context.Context) (string, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.value != "" && time.Until(t.expires) > renewBefore {
		return t.value, nil
	}
	made, err := t.api.CoreV1().ServiceAccounts(t.namespace).CreateToken(ctx, t.account, &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{
			Audiences:         []string{sandbox.ConsumerAudience},
			ExpirationSeconds: ptr.To(int64(tokenLife.Seconds())),
		},
	}, metav1.CreateOptions{})
	switch {
	case apierrors.IsForbidden(err):
		return "", fmt.Errorf("you may not make a token for service account %s/%s, with which the gateway is asked; ask for the right to create serviceaccounts/token there, or name another account with --service-account: %w", t.namespace, t.account, err)
	case apierrors.IsNotFound(err):
		return "", fmt.Errorf("service account %s/%s, with which the gateway is asked, does not exist; name another one with --service-account: %w", t.namespace, t.account, err)
	case err != nil:
		return "", fmt.Errorf("make a token for service account %s/%s: %w", t.namespace, t.account, err)
	}
	t.value, t.expires = made.Status.Token, made.Status.ExpirationTimestamp.Time
	return t.value, nil
}

func (t *token) forget() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.value = ""
}
