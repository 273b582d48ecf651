// Package publication finds out what stands on chain of Datasets and Algorithms that name a data NFT, and who has ordered
// them. What a chain says is believed with its environment's confirmations; while it is silent nobody's mind changes, and
// nothing begins that would need its answer.
package publication

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/controller/payment"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
)

const (
	// readBudget of one look at a chain.
	readBudget = 2 * time.Minute
	// remembered answers of chains, each for memory at most.
	remembered = 4096
	memory     = time.Hour
)

// Book of what stands on chains. It is safe for concurrent use.
type Book struct {
	// Environments say how to reach chains.
	Environments client.Reader
	Chains       *payment.Chains
	// Cluster is the UID of the namespace kube-system.
	Cluster types.UID
	// Pace is how soon a chain is asked again at the soonest; zero: four seconds.
	Pace time.Duration

	once   sync.Once
	pages  *cache.LRUExpireCache
	orders *cache.LRUExpireCache
}

func (b *Book) open() {
	b.once.Do(func() { b.pages, b.orders = cache.NewLRUExpireCache(remembered), cache.NewLRUExpireCache(remembered) })
}

// Fault is why what stands on chain does not count, with a reason of the condition Published.
type Fault struct {
	Reason, Message string
}

func (f *Fault) Error() string { return f.Message }

// Silence says that no chain answers, so that nobody knows.
type Silence struct {
	Reason, Message string
}

func (s *Silence) Error() string { return s.Message }

// Dataset is what stands on chain of a dataset; nil without an error where it names no NFT. A *Fault says why nothing counts.
// With a *Silence comes what stood there when the chain last answered, if the dataset is still what that says. Any other answer
// is at most as old as age.
func (b *Book) Dataset(ctx context.Context, d *v1alpha1.Dataset, age time.Duration) (*v1alpha1.Publication, error) {
	return b.look(ctx, d.Spec.NFT, d.Status.Published, age, func(doc *ocean.DDO) ([]ocean.Mismatch, error) {
		return ocean.MatchDataset(doc, d, b.Cluster)
	})
}

// Algorithm is what stands on chain of an algorithm, as Dataset.
func (b *Book) Algorithm(ctx context.Context, a *v1alpha1.Algorithm, age time.Duration) (*v1alpha1.Publication, error) {
	return b.look(ctx, a.Spec.NFT, a.Status.Published, age, func(doc *ocean.DDO) ([]ocean.Mismatch, error) {
		return ocean.MatchAlgorithm(doc, a, b.Cluster)
	})
}

func (b *Book) look(ctx context.Context, nft *v1alpha1.NFT, believed *v1alpha1.Publication, age time.Duration, match matcher) (*v1alpha1.Publication, error) {
	if nft == nil {
		return nil, nil
	}
	address, err := ocean.ParseAddress(string(nft.Address))
	if err != nil {
		return nil, &Fault{v1alpha1.ReasonDDOInvalid, sentence("spec.nft.address: %s", err)}
	}
	did := ocean.DID(nft.ChainID, address)
	if believed != nil && believed.DID != did {
		believed = nil
	}
	page, err := b.page(ctx, nft, address, believed, age)
	var silence *Silence
	if errors.As(err, &silence) {
		return b.remember(nft, did, believed, match, silence)
	}
	if err != nil {
		return nil, err
	}
	return page.judge(nft, did, match)
}

// remember what stood on chain when it last answered, in memory or, after a restart, in the status.
func (b *Book) remember(nft *v1alpha1.NFT, did string, believed *v1alpha1.Publication, match matcher, silence *Silence) (*v1alpha1.Publication, error) {
	if value, ok := b.pages.Get(*nft); ok {
		found, err := value.(*page).judge(nft, did, match)
		if err != nil {
			return nil, err
		}
		return found, silence
	}
	if believed == nil {
		return nil, silence
	}
	doc, err := ocean.ParseDDO([]byte(believed.DDO))
	if err != nil {
		return nil, silence
	}
	if err := compare(doc, match); err != nil {
		return nil, err
	}
	return believed, silence
}

// page of an NFT, at most as old as age. Where something is believed the chain is read from there on first.
func (b *Book) page(ctx context.Context, nft *v1alpha1.NFT, address common.Address, believed *v1alpha1.Publication, age time.Duration) (*page, error) {
	b.open()
	start := oldest(nft.ChainID)
	since := start
	if believed != nil {
		since = max(since, uint64(max(believed.Block, 0)))
	}
	if value, ok := b.pages.Get(*nft); ok {
		known := value.(*page)
		if time.Since(known.read) < age {
			return known, nil
		}
		if known.metadata != nil {
			since = known.metadata.Block
		}
	}
	var found *page
	err := b.ask(ctx, nft.ChainID, func(ctx context.Context, client *chain.Client, environment *v1alpha1.ComputeEnvironment) (err error) {
		found, err = readPage(ctx, client, environment, address, since)
		if err == nil && found.metadata == nil && since > start {
			// Nobody knows any more what was set there.
			found, err = readPage(ctx, client, environment, address, start)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	b.pages.Add(*nft, found, memory)
	return found, nil
}

// oldest block of a chain in which there may be something of Ocean's.
func oldest(chainID int64) uint64 {
	for _, network := range contracts.Networks() {
		if network.ChainID == uint64(chainID) {
			return network.StartBlock
		}
	}
	return 0
}

// ask a chain through one environment after the other until it answers, in the order of their names. The error is a
// *Silence, unless the context or the cluster is to blame.
func (b *Book) ask(ctx context.Context, chainID int64, question func(context.Context, *chain.Client, *v1alpha1.ComputeEnvironment) error) error {
	var list v1alpha1.ComputeEnvironmentList
	if err := b.Environments.List(ctx, &list); err != nil {
		return fmt.Errorf("list environments, which say how to reach chain %d: %w", chainID, err)
	}
	slices.SortFunc(list.Items, func(a, c v1alpha1.ComputeEnvironment) int { return strings.Compare(a.Name, c.Name) })
	bounded, cancel := context.WithTimeout(ctx, readBudget)
	defer cancel()
	var silence *Silence
	for i := range list.Items {
		environment := &list.Items[i]
		if spec := environment.Spec.Payment; spec == nil || spec.Chain.ChainID != chainID {
			continue
		}
		client, err := b.Chains.Of(bounded, environment)
		if err != nil {
			err = errors.New("it cannot be opened")
		} else if err = question(bounded, client, environment); err == nil || chain.ReasonOf(err) == "" {
			return err
		}
		if silence == nil {
			silence = &Silence{v1alpha1.ReasonChainUnavailable, sentence("chain %d, as ComputeEnvironment %s has it: %s", chainID, environment.Name, err)}
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if silence == nil {
		return &Silence{v1alpha1.ReasonChainUnknown, fmt.Sprintf(
			"No ComputeEnvironment has spec.payment.chain with chainID %d, which would say how to reach the chain of spec.nft.", chainID)}
	}
	return silence
}

func sentence(format string, args ...any) string {
	text := strings.TrimSuffix(fmt.Sprintf(format, args...), ".") + "."
	if text[0] >= 'a' && text[0] <= 'z' && !strings.HasPrefix(text, "spec.") {
		return string(text[0]-'a'+'A') + text[1:]
	}
	return text
}
