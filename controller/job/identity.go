package job

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/controller/publication"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/agreement"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/order"
	"github.com/compute-to-data/terraform-provider-c2d/policy"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const (
	// publicationAge is how old an answer of a chain may be while a job waits. Before it starts the chain is asked again.
	publicationAge = time.Minute
	// fieldDID finds objects by DID, in the cache and past it.
	fieldDID = "status.did"
	// maxNamesakes of one DID that are looked at: there is one, unless somebody writes what is not so.
	maxNamesakes = 8
)

// indexDIDs of datasets and algorithms, as the API server does.
func indexDIDs(ctx context.Context, indexer client.FieldIndexer) error {
	for _, object := range []client.Object{&v1alpha1.Dataset{}, &v1alpha1.Algorithm{}} {
		if err := indexer.IndexField(ctx, object, fieldDID, func(object client.Object) []string { return []string{statusDID(object)} }); err != nil {
			return fmt.Errorf("index DIDs: %w", err)
		}
	}
	return nil
}

// statusDID is the DID that the status says.
func statusDID(object client.Object) string {
	switch o := object.(type) {
	case *v1alpha1.Dataset:
		return o.Status.DID
	case *v1alpha1.Algorithm:
		return o.Status.DID
	}
	return ""
}

func hasDID(object client.Object, did string) bool { return did != "" && statusDID(object) == did }

// identity of a dataset or an algorithm. It is found out, never taken from a status, which may be anybody's who may write it.
type identity struct {
	// own DID, of the object in this cluster.
	own string
	// published is what stands on chain of it; nil: nothing that counts.
	published *v1alpha1.Publication
}

// did that the object has in a run: the one that it is published under, else its own.
func (i identity) did() string {
	if i.published != nil {
		return i.published.DID
	}
	return i.own
}

func (i identity) all() []string { return policy.DIDs(i.own, i.published) }

func (i identity) publisher() v1alpha1.Address {
	if i.published != nil {
		return i.published.Publisher
	}
	return ""
}

// asker finds what a job refers to.
type asker struct {
	r           *Reconciler
	reader      client.Reader
	job         *v1alpha1.ComputeJob
	environment *v1alpha1.ComputeEnvironment
	// age of an answer of a chain at most.
	age time.Duration

	signer v1alpha1.Address
}

// dataset of a reference, and what it is.
func (a *asker) dataset(ctx context.Context, reference v1alpha1.DatasetReference) (*v1alpha1.Dataset, identity, error) {
	if reference.DID == "" {
		dataset, err := get(ctx, a.reader, datasetKey(a.job, reference), &v1alpha1.Dataset{}, v1alpha1.KindDataset)
		if err != nil {
			return nil, identity{}, err
		}
		is, err := a.identifyDataset(ctx, dataset)
		return dataset, is, err
	}
	var list v1alpha1.DatasetList
	if err := a.reader.List(ctx, &list, client.MatchingFields{fieldDID: reference.DID}, client.Limit(maxNamesakes)); err != nil {
		return nil, identity{}, fmt.Errorf("look for the Dataset with DID %s: %w", reference.DID, err)
	}
	for i := range list.Items {
		dataset := &list.Items[i]
		is, err := a.identifyDataset(ctx, dataset)
		if err != nil {
			return nil, identity{}, err
		}
		request, err := a.request(ctx, dataset)
		if err != nil {
			return nil, identity{}, err
		}
		// One that is not for this consumer is none to it: neither that it exists nor what it is called is told.
		if is.did() == reference.DID && policy.Consumer(request, dataset).Allowed {
			return dataset, is, nil
		}
	}
	return nil, identity{}, &waiting{v1alpha1.ReasonNotFound, fmt.Sprintf(
		"There is no Dataset with DID %s for jobs of namespace %s; check the DID, or ask the dataset's owner to list this consumer in spec.access.consumers.",
		reference.DID, a.job.Namespace)}
}

func (a *asker) identifyDataset(ctx context.Context, dataset *v1alpha1.Dataset) (identity, error) {
	is := identity{own: ocean.ClusterDID(a.r.Cluster, dataset.UID)}
	var err error
	is.published, err = a.r.Book.Dataset(ctx, dataset, a.age)
	return is.believe(dataset.Status.Published, err)
}

// algorithm of the job, and what it is.
func (a *asker) algorithm(ctx context.Context) (*v1alpha1.Algorithm, identity, error) {
	did := a.job.Spec.Algorithm.DID
	if a.job.Spec.Algorithm.Raw != nil {
		return sandbox.RawAlgorithm(a.job), identity{own: rawDID(a.r.Cluster, a.job)}, nil
	}
	if did == "" {
		algorithm, err := get(ctx, a.reader, algorithmKey(a.job), &v1alpha1.Algorithm{}, v1alpha1.KindAlgorithm)
		if err != nil {
			return nil, identity{}, err
		}
		is, err := a.identifyAlgorithm(ctx, algorithm)
		return algorithm, is, err
	}
	var list v1alpha1.AlgorithmList
	if err := a.reader.List(ctx, &list, client.MatchingFields{fieldDID: did}, client.Limit(maxNamesakes)); err != nil {
		return nil, identity{}, fmt.Errorf("look for the Algorithm with DID %s: %w", did, err)
	}
	for i := range list.Items {
		algorithm := &list.Items[i]
		is, err := a.identifyAlgorithm(ctx, algorithm)
		if err != nil {
			return nil, identity{}, err
		}
		// What is not published is for the jobs beside it.
		if is.did() == did && (is.published != nil || algorithm.Namespace == a.job.Namespace) {
			return algorithm, is, nil
		}
	}
	return nil, identity{}, &waiting{v1alpha1.ReasonNotFound, fmt.Sprintf(
		"There is no Algorithm with DID %s that is published or in namespace %s; check the DID.", did, a.job.Namespace)}
}

// rawDID of the algorithm that stands in a job, one for each run.
func rawDID(cluster types.UID, job *v1alpha1.ComputeJob) string {
	return ocean.ClusterDID(cluster, types.UID(fmt.Sprintf("%s/%d", job.UID, job.Status.Run)))
}

func (a *asker) identifyAlgorithm(ctx context.Context, algorithm *v1alpha1.Algorithm) (identity, error) {
	is := identity{own: ocean.ClusterDID(a.r.Cluster, algorithm.UID)}
	var err error
	is.published, err = a.r.Book.Algorithm(ctx, algorithm, a.age)
	return is.believe(algorithm.Status.Published, err)
}

// believe what a book said. While the chain is silent what was not published is not, and what was is nobody's to decide.
func (i identity) believe(status *v1alpha1.Publication, said error) (identity, error) {
	var fault *publication.Fault
	var silence *publication.Silence
	switch {
	case errors.As(said, &silence) && (status != nil || i.published != nil):
		return i, &waiting{v1alpha1.ReasonChainUnavailable, silence.Message}
	case errors.As(said, &silence), errors.As(said, &fault):
		i.published = nil
		return i, nil
	}
	return i, said
}

// request of the job about datasets, with the account of its consumer where a rule asks for that.
func (a *asker) request(ctx context.Context, datasets ...*v1alpha1.Dataset) (policy.Request, error) {
	request := policy.Request{Namespace: a.job.Namespace, Datasets: datasets}
	for _, dataset := range datasets {
		if !policy.ConsumerNeeded(dataset) {
			continue
		}
		var err error
		if request.Consumer, err = a.consumer(ctx); err != nil {
			return request, err
		}
	}
	return request, a.lists(ctx, &request)
}

// lists on chain that the consumer of a request is on, as far as they decide. While the chain is silent nobody is let in.
func (a *asker) lists(ctx context.Context, request *policy.Request) error {
	var chainID int64
	if payment := a.environment.Spec.Payment; payment != nil {
		chainID = payment.Chain.ChainID
	}
	for _, dataset := range request.Datasets {
		for _, list := range policy.ListsNeeded(*request, dataset, chainID) {
			on, err := a.r.Book.Listed(ctx, list, common.HexToAddress(string(request.Consumer)), a.age)
			var silence *publication.Silence
			if errors.As(err, &silence) {
				return &waiting{v1alpha1.ReasonChainUnavailable, silence.Message}
			}
			if err != nil {
				return err
			}
			if on {
				request.Lists = append(request.Lists, list)
				break
			}
		}
	}
	return nil
}

// consumer is the account that has signed the job's agreement; empty where it has none.
func (a *asker) consumer(ctx context.Context) (v1alpha1.Address, error) {
	if a.signer != "" || a.job.Spec.Agreement == "" {
		return a.signer, nil
	}
	key := types.NamespacedName{Namespace: a.job.Namespace, Name: a.job.Spec.Agreement}
	signed, err := get(ctx, a.reader, key, &v1alpha1.ServiceAgreement{}, v1alpha1.KindServiceAgreement)
	if err != nil {
		return "", err
	}
	terms, err := agreement.TermsOf(signed, a.environment)
	if err == nil {
		err = agreement.Verify(terms, signed.Spec.Signature)
	}
	if err != nil {
		return "", &failure{v1alpha1.ReasonAgreementInvalid, fmt.Sprintf("ServiceAgreement %s: %s.", signed.Name, err)}
	}
	a.signer = addressOf(terms.Consumer)
	return a.signer, nil
}

// orders of the datasets that ask for one, each in its dataset's place.
func (a *asker) orders(ctx context.Context, found *resolved) ([]*order.Order, error) {
	orders := make([]*order.Order, len(found.datasets))
	for i, dataset := range found.datasets {
		if !policy.OrderNeeded(dataset) {
			continue
		}
		terms, published := found.agreed.terms, found.identities[i].published
		facts := policy.Order{Consumer: addressOf(terms.Consumer), Published: published}
		if published != nil && published.Datatoken != "" {
			question := order.Question{
				Datatoken: common.HexToAddress(string(published.Datatoken)), Service: published.ServiceIndex,
				Consumer: terms.Consumer, Environment: terms.Payee, Now: a.r.now(),
			}
			if timeout := dataset.Spec.Terms.Timeout; timeout != nil {
				question.Timeout = timeout.Duration
			}
			var err error
			var silence *publication.Silence
			orders[i], err = a.r.Book.Order(ctx, dataset.Spec.NFT, question, a.age)
			missing, isMissing := order.IsMissing(err)
			switch {
			case isMissing && missing.Reason == order.Unconfirmed:
				return nil, &waiting{v1alpha1.ReasonOrderMissing, fmt.Sprintf("Dataset %s/%s: %s.", dataset.Namespace, dataset.Name, missing)}
			case isMissing:
				facts.Missing = missing.Error()
			case errors.As(err, &silence):
				return nil, &waiting{v1alpha1.ReasonChainUnavailable, silence.Message}
			case err != nil:
				return nil, err
			}
		}
		if verdict := policy.Ordered(dataset, facts); !verdict.Allowed {
			return nil, &failure{v1alpha1.ReasonOrderMissing, verdict.String()}
		}
	}
	return orders, nil
}

// byDID says what the DIDs in a job stand for, to a consumer whom the rules allow it.
func (found *resolved) byDID(job *v1alpha1.ComputeJob) string {
	var text strings.Builder
	for i, reference := range job.Spec.Datasets {
		if reference.DID != "" {
			fmt.Fprintf(&text, " %s is Dataset %s/%s.", reference.DID, found.datasets[i].Namespace, found.datasets[i].Name)
		}
	}
	if job.Spec.Algorithm.Raw != nil {
		fmt.Fprintf(&text, " Its own algorithm has checksum %s.", found.checksum)
	}
	if did := job.Spec.Algorithm.DID; did != "" {
		fmt.Fprintf(&text, " %s is Algorithm %s/%s.", did, found.algorithm.Namespace, found.algorithm.Name)
	}
	return text.String()
}
