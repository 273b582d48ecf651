package policy

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
)

// AgreementNeeded says who asks a job for a service agreement: its environment, because it is paid, or a dataset. Empty:
// nobody.
func AgreementNeeded(environment *v1alpha1.ComputeEnvironment, datasets []*v1alpha1.Dataset) string {
	if environment.Spec.Payment != nil {
		return fmt.Sprintf("ComputeEnvironment %s has spec.payment", environment.Name)
	}
	for _, dataset := range datasets {
		if dataset.Spec.Terms.Agreement == v1alpha1.AgreementRequired {
			return fmt.Sprintf("Dataset %s has spec.terms.agreement %s", name(dataset), v1alpha1.AgreementRequired)
		}
		if OrderNeeded(dataset) {
			return fmt.Sprintf("Dataset %s has spec.terms.order %s", name(dataset), v1alpha1.OrderRequired)
		}
	}
	return ""
}

// Agreed is what a run needs an agreement for.
type Agreed struct {
	// Namespace of the job.
	Namespace   string
	Environment string
	Datasets    []AgreedDataset
	// AlgorithmDIDs and AlgorithmChecksum of what will run.
	AlgorithmDIDs     []string
	AlgorithmChecksum string
	// MaxCost of the run in base units of the agreement's token.
	MaxCost *big.Int
	// Lock that the agreement may hold for this very run already; empty: none.
	Lock v1alpha1.Hash
	Now  time.Time
}

// AgreedDataset is a dataset of the run, with the DIDs that it has: its own, and the one that it is published under. Not
// the one that its status says, which may be anybody's who may write it.
type AgreedDataset struct {
	DIDs            []string
	Namespace, Name string
}

// in a list of those that are agreed on, under one of its DIDs.
func (d AgreedDataset) in(list []v1alpha1.AgreedDataset) bool {
	return slices.ContainsFunc(list, func(agreed v1alpha1.AgreedDataset) bool {
		return agreed.DID != "" && slices.Contains(d.DIDs, agreed.DID) && agreed.Namespace == d.Namespace && agreed.Name == d.Name
	})
}

// Refusal of an agreement, with a reason of the job.
type Refusal struct {
	Reason, Message string
}

func (r *Refusal) Error() string { return r.Message }

// Covered says whether an agreement covers a run; the error is a *Refusal. Whether it is signed by its consumer, and
// whether the money is there, is for others to find out.
func Covered(agreement *v1alpha1.ServiceAgreement, run *Agreed) error {
	spec := &agreement.Spec
	refuse := func(reason, format string, args ...any) error {
		return &Refusal{reason, fmt.Sprintf("ServiceAgreement %s: ", agreement.Name) + fmt.Sprintf(format, args...)}
	}
	if agreement.Namespace != run.Namespace {
		return refuse(v1alpha1.ReasonAgreementInvalid, "it is in namespace %s, not in that of the job, %s; sign one there.", agreement.Namespace, run.Namespace)
	}
	if spec.Environment != run.Environment {
		return refuse(v1alpha1.ReasonAgreementInvalid, "spec.environment is %q, the job's is %q; sign one for it.", spec.Environment, run.Environment)
	}
	// Fractions of a second are not signed.
	if end := spec.ExpiresAt.Truncate(time.Second); !run.Now.Before(end) {
		return refuse(v1alpha1.ReasonAgreementExpired, "it expired at %s; sign another one.", end.UTC().Format(time.RFC3339))
	}
	for _, d := range run.Datasets {
		if !d.in(spec.Datasets) {
			return refuse(v1alpha1.ReasonAgreementInvalid, "spec.datasets does not list %s/%s with DID %s; sign one that does.", d.Namespace, d.Name, strings.Join(d.DIDs, " or "))
		}
	}
	if !slices.ContainsFunc(spec.Algorithms, func(algorithm string) bool {
		return algorithm == anyone || algorithm != "" && (slices.Contains(run.AlgorithmDIDs, algorithm) || algorithm == run.AlgorithmChecksum)
	}) {
		return refuse(v1alpha1.ReasonAgreementInvalid, "spec.algorithms lists neither DID %s nor checksum %s; sign one that does.", strings.Join(run.AlgorithmDIDs, " or "), run.AlgorithmChecksum)
	}
	rest, err := Rest(agreement, run.Lock)
	if err != nil {
		return refuse(v1alpha1.ReasonAgreementInvalid, "%s.", strings.TrimSuffix(err.Error(), "."))
	}
	if run.MaxCost.Cmp(rest) > 0 {
		return refuse(v1alpha1.ReasonFundsInsufficient, "the run costs up to %s, and %s of spec.payment.maxAmount (%s) is left; ask for less, or sign another one.",
			run.MaxCost, rest, spec.Payment.MaxAmount)
	}
	return nil
}

// Rest of an agreement's amount that is neither spent nor locked for another run than that of a lock; never below 0.
func Rest(agreement *v1alpha1.ServiceAgreement, except v1alpha1.Hash) (*big.Int, error) {
	rest, err := ocean.ParseAmount(string(agreement.Spec.Payment.MaxAmount))
	if err != nil {
		return nil, fmt.Errorf("spec.payment.maxAmount: %w", err)
	}
	taken := map[string]v1alpha1.Amount{"status.spent": agreement.Status.Spent}
	for i, lock := range agreement.Status.Locks {
		if lock.LockID != except {
			taken[fmt.Sprintf("status.locks[%d].amount", i)] = lock.Amount
		}
	}
	for field, text := range taken {
		if text == "" {
			continue
		}
		amount, err := ocean.ParseAmount(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", field, err)
		}
		rest.Sub(rest, amount)
	}
	if rest.Sign() < 0 {
		rest.SetInt64(0)
	}
	return rest, nil
}
