package payment

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"k8s.io/apimachinery/pkg/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
)

// Chains opens the chains of environments to be read, which needs no key.
type Chains struct {
	Opener *Opener

	mutex sync.Mutex
	known map[types.UID]read
}

// read is a chain, and what it was opened from.
type read struct {
	from   string
	client *chain.Client
}

// Of an environment. Nothing is asked of the chain yet.
func (c *Chains) Of(ctx context.Context, environment *v1alpha1.ComputeEnvironment) (*chain.Client, error) {
	spec := environment.Spec.Payment
	if spec == nil {
		return nil, ErrNoPayment
	}
	urls, version, err := c.Opener.urls(ctx, spec)
	if err != nil {
		return nil, err
	}
	from := fmt.Sprint(environment.Generation, version)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if known, ok := c.known[environment.UID]; ok && known.from == from {
		return known.client, nil
	}
	client, _, err := c.Opener.dial(environment, urls)
	if err != nil {
		return nil, err
	}
	if c.known == nil {
		c.known = map[types.UID]read{}
	}
	c.known[environment.UID] = read{from, client}
	return client, nil
}

// dial a chain as an environment has it, through what the environment lets be reached.
func (o *Opener) dial(environment *v1alpha1.ComputeEnvironment, urls []string) (*chain.Client, *http.Transport, error) {
	spec, rule := environment.Spec.Payment, o.Rule
	var err error
	if rule.Allow, err = egress.ParsePrefixes(environment.Spec.Egress.Allow); err != nil {
		return nil, nil, fmt.Errorf("spec.egress.allow: %w", err)
	}
	transport := egress.Transport(rule)
	confirmations := uint64(defaultConfirmations)
	if c := spec.Chain.Confirmations; c != nil {
		confirmations = uint64(*c)
	}
	client, err := chain.New(chain.Options{ChainID: uint64(spec.Chain.ChainID), URLs: urls, Confirmations: confirmations, Transport: transport})
	if err != nil {
		return nil, nil, fmt.Errorf("spec.payment.chain: %w", err)
	}
	return client, transport, nil
}
