package agreement

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
)

func TestMinutes(t *testing.T) {
	for duration, want := range map[time.Duration]int64{
		-time.Minute: 0, 0: 0, 1: 1, time.Second: 1, 59 * time.Second: 1, time.Minute: 1, time.Minute + 1: 2,
		61 * time.Second: 2, time.Hour: 60, 168 * time.Hour: 10080, math.MaxInt64: 153722868,
	} {
		if got := Minutes(duration); got != want {
			t.Errorf("%s: got %d, want %d", duration, got, want)
		}
	}
}

func TestMaxCost(t *testing.T) {
	largest := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1))
	prices := func(cpu, memory, disk int64) Prices {
		return Prices{CPU: big.NewInt(cpu), MemoryGiB: big.NewInt(memory), DiskGiB: big.NewInt(disk)}
	}
	for name, test := range map[string]struct {
		prices    Prices
		resources Resources
		duration  time.Duration
		want      string
		err       error
	}{
		"each resource":         {prices(1_000_000, 200_000, 1000), testResources("2", "4Gi", "10Gi"), time.Minute, "2810000", nil},
		"half an hour":          {prices(1_000_000, 200_000, 1000), testResources("2", "4Gi", "10Gi"), 30 * time.Minute, "84300000", nil},
		"a second more":         {prices(1_000_000, 200_000, 1000), testResources("2", "4Gi", "10Gi"), 30*time.Minute + time.Second, "87110000", nil},
		"half a core":           {prices(1_000_000, 0, 0), testResources("500m", "1Gi", "1Gi"), time.Minute, "500000", nil},
		"half a GiB":            {prices(0, 200_000, 0), testResources("1", "512Mi", "1Gi"), time.Minute, "100000", nil},
		"a byte":                {prices(0, 0, 1000), testResources("1", "1Gi", "1"), time.Minute, "1", nil},
		"fractions are added":   {prices(1, 1, 1), testResources("250m", "256Mi", "512Mi"), time.Minute, "1", nil},
		"rounded up each":       {prices(1, 1, 1), testResources("250m", "256Mi", "513Mi"), 10 * time.Minute, "20", nil},
		"free":                  {prices(0, 0, 0), testResources("64", "1Ti", "1Ti"), time.Hour, "0", nil},
		"of no duration":        {prices(1, 1, 1), testResources("1", "1Gi", "1Gi"), 0, "0", nil},
		"the largest price":     {Prices{CPU: largest, MemoryGiB: new(big.Int), DiskGiB: new(big.Int)}, testResources("1", "1Gi", "1Gi"), time.Minute, largest.String(), nil},
		"too much in a minute":  {Prices{CPU: largest, MemoryGiB: big.NewInt(1), DiskGiB: new(big.Int)}, testResources("1", "1Gi", "1Gi"), time.Minute, "", ErrOverflow},
		"too much in two":       {Prices{CPU: largest, MemoryGiB: new(big.Int), DiskGiB: new(big.Int)}, testResources("1", "1Gi", "1Gi"), 2 * time.Minute, "", ErrOverflow},
		"too many of a quarter": {Prices{CPU: largest, MemoryGiB: new(big.Int), DiskGiB: new(big.Int)}, testResources("1001m", "1Gi", "1Gi"), time.Minute, "", ErrOverflow},
	} {
		got, err := MaxCost(test.prices, test.resources, test.duration)
		if !errors.Is(err, test.err) || err == nil && got.String() != test.want {
			t.Errorf("%s: got %v, %v; want %s, %v", name, got, err, test.want, test.err)
		}
	}
	if _, err := MaxCost(prices(1, 1, -1), testResources("1", "1Gi", "1Gi"), time.Minute); err == nil {
		t.Error("a negative price is taken")
	}
	if _, err := MaxCost(prices(1, 1, 1), testResources("-1", "1Gi", "1Gi"), time.Minute); err == nil {
		t.Error("a negative resource is taken")
	}
	if _, err := Cost(big.NewInt(1), -1); err == nil {
		t.Error("negative minutes are taken")
	}
}

// TestCostProperties tries random runs: a claim is never more than the lock, rounding never costs a whole base unit in a
// minute, and more of anything never costs less.
func TestCostProperties(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	amount := func() *big.Int {
		return new(big.Int).Rsh(new(big.Int).SetUint64(random.Uint64()), uint(random.IntN(64)))
	}
	for range 2000 {
		prices := Prices{CPU: amount(), MemoryGiB: amount(), DiskGiB: amount()}
		cpu, memory, disk := random.Int64N(128_000)+1, random.Int64N(1<<40)+1, random.Int64N(1<<42)+1
		resources := Resources{
			CPU:    *resource.NewMilliQuantity(cpu, resource.DecimalSI),
			Memory: *resource.NewQuantity(memory, resource.BinarySI),
			Disk:   *resource.NewQuantity(disk, resource.BinarySI),
		}
		longest := time.Duration(random.Int64N(int64(168*time.Hour)) + 1)
		used := time.Duration(random.Int64N(int64(longest)))
		perMinute, err := prices.PerMinute(resources)
		if err != nil {
			t.Fatal(err)
		}
		locked, err := MaxCost(prices, resources, longest)
		if err != nil {
			t.Fatal(err)
		}
		claimed, err := Cost(perMinute, Minutes(used))
		if err != nil {
			t.Fatal(err)
		}
		if claimed.Cmp(locked) > 0 {
			t.Fatalf("%s of %s cost %s, more than the %s locked", used, longest, claimed, locked)
		}
		exact := func(price *big.Int, quantity, unit int64) *big.Rat {
			return new(big.Rat).Mul(new(big.Rat).SetInt(price), big.NewRat(quantity, unit))
		}
		sum := exact(prices.CPU, cpu, 1000)
		sum.Add(sum, exact(prices.MemoryGiB, memory, 1<<30)).Add(sum, exact(prices.DiskGiB, disk, 1<<30))
		over := new(big.Rat).Sub(new(big.Rat).SetInt(perMinute), sum)
		if over.Sign() < 0 || over.Cmp(big.NewRat(1, 1)) >= 0 {
			t.Fatalf("a minute costs %s, exactly it is %s", perMinute, sum.FloatString(6))
		}
		resources.CPU = *resource.NewMilliQuantity(cpu+1, resource.DecimalSI)
		if more, err := prices.PerMinute(resources); err != nil || more.Cmp(perMinute) < 0 {
			t.Fatalf("more of a core costs %s, less than %s: %v", more, perMinute, err)
		}
	}
}
