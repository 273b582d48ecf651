package publication

import (
	"context"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
)

// listed is whether an account is on a list, and when that was read.
type listed struct {
	on   bool
	read time.Time
}

// Listed says whether an account is on an access list: whether it holds a token of that contract, with the environment's
// confirmations. A contract that is none, or refuses to say, lists nobody. A *Silence says that no chain answers. The answer
// is at most as old as age.
func (b *Book) Listed(ctx context.Context, list v1alpha1.AccessList, account common.Address, age time.Duration) (bool, error) {
	b.open()
	contract := common.HexToAddress(string(list.Address))
	key := fmt.Sprint("list", list.ChainID, contract, account)
	if value, ok := b.orders.Get(key); ok {
		if known := value.(listed); time.Since(known.read) < age {
			return known.on, nil
		}
	}
	tokens := contracts.NewAccessList()
	began := time.Now()
	on := false
	err := b.ask(ctx, list.ChainID, func(ctx context.Context, client *chain.Client, _ *v1alpha1.ComputeEnvironment) error {
		on = false
		answer, err := client.ReadConfirmed(ctx, contract, tokens.PackBalanceOf(account))
		if chain.ReasonOf(err) == chain.Reverted {
			return nil
		}
		if err != nil {
			return err
		}
		balance, err := tokens.UnpackBalanceOf(answer)
		on = err == nil && balance.Sign() > 0
		return nil
	})
	if err != nil {
		b.orders.Remove(key)
		return false, err
	}
	b.orders.Add(key, listed{on, began}, memory)
	return on, nil
}
