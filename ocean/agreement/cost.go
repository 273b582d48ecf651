package agreement

import (
	"errors"
	"fmt"
	"math/big"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
)

// amountBits is the size of an amount on chain.
const amountBits = 256

// ErrOverflow says that an amount does not fit into the 256 bits that it has on chain.
var ErrOverflow = errors.New("the amount is 2^256 or more")

// Prices of one minute, in base units of a token: of a core, of a GiB of memory, of a GiB of disk.
type Prices struct {
	CPU, MemoryGiB, DiskGiB *big.Int
}

// Resources that a run gets and pays for, used or not.
type Resources struct {
	CPU, Memory, Disk resource.Quantity
}

// parts of a resource, in which it is measured: of a core, and of a GiB.
var (
	partsOfCore = big.NewInt(1000)
	partsOfGiB  = big.NewInt(1 << 30)
)

// PerMinute is what one minute of a run costs. Parts of a core and of a GiB are paid in proportion; a fraction of a base
// unit at the end counts as one.
func (p Prices) PerMinute(resources Resources) (*big.Int, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	sum := new(big.Rat)
	for _, part := range []struct {
		price          *big.Int
		quantity       int64
		partsOfTheUnit *big.Int
	}{
		{p.CPU, resources.CPU.MilliValue(), partsOfCore},
		{p.MemoryGiB, resources.Memory.Value(), partsOfGiB},
		{p.DiskGiB, resources.Disk.Value(), partsOfGiB},
	} {
		if part.quantity < 0 {
			return nil, fmt.Errorf("resources of a run cannot be negative: cpu %s, memory %s, disk %s", &resources.CPU, &resources.Memory, &resources.Disk)
		}
		cost := new(big.Int).Mul(part.price, big.NewInt(part.quantity))
		sum.Add(sum, new(big.Rat).SetFrac(cost, part.partsOfTheUnit))
	}
	return fits(roundUp(sum))
}

// Minutes that a run of this duration is billed for: whole ones, rounded up, as Ocean does. What has not run costs nothing.
func Minutes(duration time.Duration) int64 {
	if duration <= 0 {
		return 0
	}
	return int64((duration-1)/time.Minute) + 1
}

// Cost of so many minutes.
func Cost(perMinute *big.Int, minutes int64) (*big.Int, error) {
	if minutes < 0 || perMinute.Sign() < 0 {
		return nil, fmt.Errorf("neither minutes (%d) nor the price of one (%s) can be negative", minutes, perMinute)
	}
	return fits(new(big.Int).Mul(perMinute, big.NewInt(minutes)))
}

// MaxCost is what a run costs at most: what is locked for it.
func MaxCost(prices Prices, resources Resources, maxDuration time.Duration) (*big.Int, error) {
	perMinute, err := prices.PerMinute(resources)
	if err != nil {
		return nil, err
	}
	return Cost(perMinute, Minutes(maxDuration))
}

// lockMargin is what a lock lives longer than the algorithm may run: an hour to stage and one to publish, after which the
// pod is stopped, and two to claim in spite of a chain that cannot be reached. A claim that comes later cancels the lock.
const lockMargin = 4 * time.Hour

// LockLife is how long the money for a run is locked at most. Consumers authorise at least that.
func LockLife(maxDuration time.Duration) time.Duration { return maxDuration + lockMargin }

func (p Prices) validate() error {
	for _, price := range []*big.Int{p.CPU, p.MemoryGiB, p.DiskGiB} {
		if price == nil || price.Sign() < 0 || price.BitLen() > amountBits {
			return errors.New("a price is missing, negative, or 2^256 and more: expected base units for a minute of cpu, memoryGiB and diskGiB")
		}
	}
	return nil
}

func roundUp(value *big.Rat) *big.Int {
	quotient, rest := new(big.Int).QuoRem(value.Num(), value.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		quotient.Add(quotient, big.NewInt(1))
	}
	return quotient
}

func fits(amount *big.Int) (*big.Int, error) {
	if amount.BitLen() > amountBits {
		return nil, ErrOverflow
	}
	return amount, nil
}
