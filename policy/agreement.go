package policy

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
)

// AgreedRun is a run that wants to be under an agreement.
type AgreedRun struct {
	Environment string
	Datasets    []*v1alpha1.Dataset
	// AlgorithmDID, and the checksum of all that runs.
	AlgorithmDID, AlgorithmChecksum string
	// Cost at most, in base units of the agreement's token.
	Cost *big.Int
	// Lock that is reserved for the run already; empty: none.
	Lock v1alpha1.Hash
}

// NeedsAgreement says whether a run must be under an agreement: since the environment is paid, or a dataset asks for one.
func NeedsAgreement(environment *v1alpha1.ComputeEnvironmentSpec, datasets []*v1alpha1.Dataset) bool {
	return environment.Payment != nil || slices.ContainsFunc(datasets, func(d *v1alpha1.Dataset) bool {
		return d.Spec.Terms.Agreement == v1alpha1.AgreementRequired
	})
}

// Agreement says why an agreement, whose signature holds, does not cover a run: a reason and a sentence, both empty where it
// does.
func Agreement(a *v1alpha1.ServiceAgreement, run AgreedRun, now time.Time) (reason, message string) {
	refuse := func(format string, args ...any) (string, string) {
		return v1alpha1.ReasonAgreementInvalid, fmt.Sprintf("ServiceAgreement %s: ", a.Name) + fmt.Sprintf(format, args...)
	}
	if !now.Before(a.Spec.ExpiresAt.Time) {
		return v1alpha1.ReasonAgreementExpired, fmt.Sprintf("ServiceAgreement %s expired at %s; sign another one.", a.Name, a.Spec.ExpiresAt.UTC().Format(time.RFC3339))
	}
	if a.Spec.Environment != run.Environment {
		return refuse("it is for ComputeEnvironment %s, and the job runs in %s.", a.Spec.Environment, run.Environment)
	}
	for _, dataset := range run.Datasets {
		if !slices.Contains(a.Spec.Datasets, v1alpha1.AgreedDataset{DID: dataset.Status.DID, Namespace: dataset.Namespace, Name: dataset.Name}) {
			return refuse("spec.datasets does not list %s with namespace %s and name %s.", dataset.Status.DID, dataset.Namespace, dataset.Name)
		}
	}
	if !slices.ContainsFunc(a.Spec.Algorithms, func(entry string) bool {
		return entry == "*" || entry == run.AlgorithmChecksum || entry == run.AlgorithmDID
	}) {
		return refuse(`spec.algorithms lists neither %s nor %s, nor "*".`, run.AlgorithmChecksum, run.AlgorithmDID)
	}
	left, err := Left(a, run.Lock)
	if err != nil {
		return refuse("%s.", err)
	}
	if left.Cmp(run.Cost) < 0 {
		return refuse("%s of spec.payment.maxAmount %s are left, and the run may cost %s; sign another one.", left, a.Spec.Payment.MaxAmount, run.Cost)
	}
	return "", ""
}

// Left is what runs may still spend under an agreement: what is neither spent nor locked for another run than that of a
// lock.
func Left(a *v1alpha1.ServiceAgreement, except v1alpha1.Hash) (*big.Int, error) {
	left, err := amount(a.Spec.Payment.MaxAmount)
	if err != nil {
		return nil, err
	}
	spent, err := amount(a.Status.Spent)
	if err != nil {
		return nil, err
	}
	left.Sub(left, spent)
	for _, lock := range a.Status.Locks {
		if lock.LockID == except {
			continue
		}
		locked, err := amount(lock.Amount)
		if err != nil {
			return nil, err
		}
		left.Sub(left, locked)
	}
	return left, nil
}

func amount(text v1alpha1.Amount) (*big.Int, error) {
	if text == "" {
		return new(big.Int), nil
	}
	return ocean.ParseAmount(string(text))
}
