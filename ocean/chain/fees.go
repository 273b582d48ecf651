package chain

import (
	"context"
	"math/big"

	"github.com/ethereum/go-ethereum/common/hexutil"
)

// fees of a transaction (EIP-1559), in wei per gas.
type fees struct{ tip, cap *big.Int }

// defaultTip is for servers that suggest none: 1 gwei.
var defaultTip = big.NewInt(1_000_000_000)

// suggest fees at which a transaction is mined soon: room for the base fee to double, and the tip that servers suggest, but
// never more than the ceiling, whatever a server says.
func (c *Client) suggest(ctx context.Context, ceiling *big.Int) (fees, error) {
	head, err := c.Head(ctx)
	if err != nil {
		return fees{}, err
	}
	room := new(big.Int).Sub(ceiling, head.BaseFee)
	if room.Sign() <= 0 {
		return fees{}, fail(FeeTooHigh, nil, "the chain's base fee is %s wei per gas, the ceiling %s; wait, or raise the ceiling", head.BaseFee, ceiling)
	}
	var suggested hexutil.Big
	tip := defaultTip
	if c.ask(ctx, func(ctx context.Context, e *endpoint) error {
		return e.call(ctx, &suggested, "eth_maxPriorityFeePerGas")
	}) == nil {
		tip = suggested.ToInt()
	} else if ctx.Err() != nil {
		return fees{}, fail(Unreachable, ctx.Err(), "no fee was suggested in time")
	}
	tip = least(tip, room)
	limit := new(big.Int).Lsh(head.BaseFee, 1)
	return fees{tip: tip, cap: least(limit.Add(limit, tip), ceiling)}, nil
}

// A replacement must pay at least a tenth more in both fees; a quarter needs fewer steps.
const (
	leastBump = 110
	bump      = 125
)

// above returns fees that replace a transaction with these: at least the suggested ones. There are none when the ceiling
// is too near.
func (f fees) above(suggested fees, ceiling *big.Int) (fees, bool) {
	higher := fees{
		tip: most(raised(f.tip, bump), suggested.tip),
		cap: least(most(raised(f.cap, bump), suggested.cap), ceiling),
	}
	higher.tip = least(higher.tip, higher.cap)
	enough := higher.cap.Cmp(raised(f.cap, leastBump)) >= 0 && higher.tip.Cmp(raised(f.tip, leastBump)) >= 0
	return higher, enough
}

// raised to a percentage, and by one wei at least: nodes want more even than nothing.
func raised(amount *big.Int, percent int64) *big.Int {
	product := new(big.Int).Mul(amount, big.NewInt(percent))
	return product.Add(product.Quo(product, big.NewInt(100)), big.NewInt(1))
}

func least(a, b *big.Int) *big.Int {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

func most(a, b *big.Int) *big.Int {
	if a.Cmp(b) > 0 {
		return a
	}
	return b
}
