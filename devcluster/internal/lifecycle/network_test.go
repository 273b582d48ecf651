package lifecycle

import (
	"net/netip"
	"testing"
)

const subnetCount = 1 << 13 // /29s in a /16

func TestSubnetsAreDistinctAndInThePool(t *testing.T) {
	seen := map[netip.Prefix]bool{}
	for i := range uint32(subnetCount) {
		subnet := subnetAt(i)
		if seen[subnet] || subnet != subnet.Masked() || !pool.Contains(subnet.Addr()) {
			t.Fatalf("subnet %d is %s: twice, not a network, or outside of %s", i, subnet, pool)
		}
		seen[subnet] = true
	}
	if subnetAt(subnetCount) != subnetAt(0) {
		t.Error("numbers beyond the pool do not wrap")
	}
}

func TestPickSubnet(t *testing.T) {
	first, err := pickSubnet("seed", nil)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := pickSubnet("seed", nil); again != first {
		t.Errorf("one seed leads to %s and to %s", first, again)
	}
	if other, _ := pickSubnet("another seed", nil); other == first {
		t.Errorf("two seeds lead to %s", first)
	}
	// A single address, or a wide network around the first choice, is in the way just as well.
	for _, taken := range []netip.Prefix{first, netip.PrefixFrom(first.Addr().Next(), 32), netip.PrefixFrom(first.Addr(), 20).Masked()} {
		got, err := pickSubnet("seed", []netip.Prefix{taken})
		if err != nil || got.Overlaps(taken) {
			t.Errorf("with %s taken: got %s, %v", taken, got, err)
		}
	}
	if got, err := pickSubnet("seed", []netip.Prefix{pool}); err == nil {
		t.Errorf("with everything taken: got %s, want an error", got)
	}
}
