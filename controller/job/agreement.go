package job

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/ethereum/go-ethereum/common"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/agreement"
	"github.com/compute-to-data/terraform-provider-c2d/policy"
)

// agreed is what a run that is under an agreement is paid with.
type agreed struct {
	agreement *v1alpha1.ServiceAgreement
	terms     *agreement.Terms
	digest    common.Hash
	perMinute *big.Int
	// cost at most.
	cost *big.Int
}

// agree finds the agreement of a job and has it cover the run; nil where the job needs none. The signature is verified here
// too: the agreement's status may be anybody's who may write it.
func (r *Reconciler) agree(ctx context.Context, reader client.Reader, job *v1alpha1.ComputeJob, found *resolved) (*agreed, error) {
	if job.Spec.Agreement == "" {
		if who := policy.AgreementNeeded(found.environment, found.datasets); who != "" {
			return nil, &failure{v1alpha1.ReasonAgreementInvalid, who + ": sign a ServiceAgreement, and name it in spec.agreement."}
		}
		return nil, nil
	}
	key := types.NamespacedName{Namespace: job.Namespace, Name: job.Spec.Agreement}
	signed, err := get(ctx, reader, key, &v1alpha1.ServiceAgreement{}, v1alpha1.KindServiceAgreement)
	if err != nil {
		return nil, err
	}
	invalid := func(err error) error {
		return &failure{v1alpha1.ReasonAgreementInvalid, fmt.Sprintf("ServiceAgreement %s: %s.", signed.Name, err)}
	}
	if !signed.DeletionTimestamp.IsZero() {
		return nil, invalid(errors.New("it is being deleted"))
	}
	a := &agreed{agreement: signed}
	if a.terms, err = agreement.TermsOf(signed, found.environment); err != nil {
		return nil, invalid(err)
	}
	if err := agreement.Verify(a.terms, signed.Spec.Signature); err != nil {
		return nil, invalid(err)
	}
	if a.digest, err = a.terms.Digest(); err != nil {
		return nil, invalid(err)
	}
	if signed.Status.State == "" {
		// An earlier one of the same terms may have spent what it allows.
		return nil, &waiting{v1alpha1.ReasonNotReady, fmt.Sprintf("%s %s has not been looked at yet.", v1alpha1.KindServiceAgreement, signed.Name)}
	}
	if a.perMinute, err = a.terms.Prices.PerMinute(resourcesOf(found)); err != nil {
		return nil, invalid(err)
	}
	if a.cost, err = agreement.Cost(a.perMinute, agreement.Minutes(found.resources.Duration)); err != nil {
		return nil, invalid(err)
	}
	run := policy.Agreed{
		Namespace: job.Namespace, Environment: found.environment.Name, Now: r.now(),
		AlgorithmDIDs: found.algorithmIdentity.all(), AlgorithmChecksum: found.checksum, MaxCost: a.cost,
	}
	for i, dataset := range found.datasets {
		run.Datasets = append(run.Datasets, policy.AgreedDataset{DIDs: found.identities[i].all(), Namespace: dataset.Namespace, Name: dataset.Name})
	}
	if p := job.Status.Payment; p != nil {
		run.Lock = p.LockID
	}
	var refused *policy.Refusal
	if err := policy.Covered(signed, &run); errors.As(err, &refused) {
		return nil, &failure{refused.Reason, refused.Message}
	}
	return a, nil
}

func resourcesOf(found *resolved) agreement.Resources {
	return agreement.Resources{CPU: found.resources.CPU, Memory: found.resources.Memory, Disk: found.resources.Disk}
}

// freeze what the run is paid with, before any money moves. since is a block before that.
func (r *Reconciler) freeze(job *v1alpha1.ComputeJob, found *resolved, since int64) error {
	a := found.agreed
	run := agreement.Run{
		Cluster: r.Cluster, Job: job.UID, Number: job.Status.Run, Token: a.terms.Token, Prices: a.terms.Prices,
		Spec: agreement.RunSpec{
			Agreement: a.digest, EnvironmentUID: found.environment.UID,
			AlgorithmDID: found.algorithmIdentity.did(), AlgorithmChecksum: found.checksum, Parameters: texts(job.Spec.Parameters),
			Resources: resourcesOf(found), MaxDuration: found.resources.Duration,
		},
	}
	for _, delivery := range job.Spec.Deliver {
		run.Spec.Deliver = append(run.Spec.Deliver, string(delivery))
	}
	for i, dataset := range found.datasets {
		run.Spec.Datasets = append(run.Spec.Datasets, agreement.RunDataset{
			DID: found.identities[i].did(), Generation: dataset.Generation, Parameters: texts(job.Spec.Datasets[i].Parameters),
		})
	}
	id, err := run.LockID()
	if err != nil {
		return err
	}
	prices := a.terms.Prices
	job.Status.Payment = &v1alpha1.PaymentStatus{
		State: v1alpha1.PaymentLocking, Agreement: a.agreement.Name, LockID: hashOf(common.BigToHash(id)), Block: since,
		ChainID: a.terms.ChainID, Escrow: addressOf(a.terms.Escrow), Token: addressOf(a.terms.Token),
		Payer: addressOf(a.terms.Consumer), Payee: addressOf(a.terms.Payee),
		Prices: v1alpha1.Prices{
			CPU: amountOf(prices.CPU), MemoryGiB: amountOf(prices.MemoryGiB), DiskGiB: amountOf(prices.DiskGiB),
		},
		PerMinute: amountOf(a.perMinute), MaxMinutes: agreement.Minutes(found.resources.Duration), Locked: amountOf(a.cost),
	}
	return nil
}

func texts[V ~string](values map[string]V) map[string]string {
	texts := make(map[string]string, len(values))
	for name, value := range values {
		texts[name] = string(value)
	}
	return texts
}

func hashOf(hash common.Hash) v1alpha1.Hash             { return v1alpha1.Hash(hash.Hex()) }
func addressOf(address common.Address) v1alpha1.Address { return v1alpha1.Address(address.Hex()) }
func amountOf(amount *big.Int) v1alpha1.Amount          { return v1alpha1.Amount(amount.String()) }

// maxLocks of an agreement in its status.
const maxLocks = 500

// reserve the money of a run in its agreement, past the cache: two jobs never spend the same.
func (r *Reconciler) reserve(ctx context.Context, job *v1alpha1.ComputeJob, signed *v1alpha1.ServiceAgreement) error {
	p := job.Status.Payment
	if slices.ContainsFunc(signed.Status.Locks, func(l v1alpha1.AgreedLock) bool { return l.LockID == p.LockID }) {
		return nil
	}
	if len(signed.Status.Locks) >= maxLocks {
		return &waiting{v1alpha1.ReasonFunding, fmt.Sprintf("ServiceAgreement %s has %d locks, and can have no more: the job waits for one to be settled.", signed.Name, maxLocks)}
	}
	before := signed.DeepCopy()
	signed.Status.Locks = append(signed.Status.Locks, v1alpha1.AgreedLock{LockID: p.LockID, Job: job.Name, Run: job.Status.Run, Amount: p.Locked})
	return r.account(ctx, before, signed)
}

// settleAgreement takes the lock of a run off its agreement and adds what was claimed to what it has spent, once.
func (r *Reconciler) settleAgreement(ctx context.Context, job *v1alpha1.ComputeJob, claimed *big.Int) error {
	p := job.Status.Payment
	var signed v1alpha1.ServiceAgreement
	err := r.Live.Get(ctx, types.NamespacedName{Namespace: job.Namespace, Name: p.Agreement}, &signed)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read ServiceAgreement %s: %w", p.Agreement, err)
	}
	before := signed.DeepCopy()
	signed.Status.Locks = slices.DeleteFunc(signed.Status.Locks, func(l v1alpha1.AgreedLock) bool { return l.LockID == p.LockID })
	if len(signed.Status.Locks) == len(before.Status.Locks) {
		return nil
	}
	spent := new(big.Int)
	if signed.Status.Spent != "" {
		if spent, err = ocean.ParseAmount(string(signed.Status.Spent)); err != nil {
			return fmt.Errorf("ServiceAgreement %s: status.spent: %w", p.Agreement, err)
		}
	}
	signed.Status.Spent = amountOf(spent.Add(spent, claimed))
	return r.account(ctx, before, &signed)
}

// account writes what an agreement has locked and spent.
func (r *Reconciler) account(ctx context.Context, before, signed *v1alpha1.ServiceAgreement) error {
	locked := new(big.Int)
	for _, lock := range signed.Status.Locks {
		amount, err := ocean.ParseAmount(string(lock.Amount))
		if err != nil {
			return fmt.Errorf("ServiceAgreement %s: status.locks: %w", signed.Name, err)
		}
		locked.Add(locked, amount)
	}
	signed.Status.Locked = amountOf(locked)
	if err := r.Client.Status().Patch(ctx, signed, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})); err != nil {
		return fmt.Errorf("account in ServiceAgreement %s: %w", signed.Name, err)
	}
	return nil
}
