package lifecycle

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"net"
	"net/netip"

	"github.com/vishvananda/netlink"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

// pool is half of the range that RFC 2544 sets aside for tests of networks: no real host has an address in it.
var pool = netip.MustParsePrefix("198.18.0.0/16")

const subnetBits = 29

// subnetAt is one of the pool's subnets; any number is some subnet.
func subnetAt(index uint32) netip.Prefix {
	size := uint32(1) << (32 - subnetBits)
	count := uint32(1) << (subnetBits - pool.Bits())
	base := pool.Addr().As4()
	address := binary.BigEndian.AppendUint32(nil, binary.BigEndian.Uint32(base[:])+(index%count)*size)
	return netip.PrefixFrom(netip.AddrFrom4([4]byte(address)), subnetBits)
}

// pickSubnet tries every subnet, from one that depends on the seed, so that two clusters which are made at the same moment
// do not pick the same one.
func pickSubnet(seed string, taken []netip.Prefix) (netip.Prefix, error) {
	hash := fnv.New32a()
	hash.Write([]byte(seed))
	for i := range uint32(1) << (subnetBits - pool.Bits()) {
		candidate := subnetAt(hash.Sum32() + i)
		if !overlapsAny(candidate, taken) {
			return candidate, nil
		}
	}
	return netip.Prefix{}, fmt.Errorf("every /%d of %s is in use on this machine; remove clusters with `devcluster down --all`", subnetBits, pool)
}

func overlapsAny(candidate netip.Prefix, taken []netip.Prefix) bool {
	for _, prefix := range taken {
		if prefix.Overlaps(candidate) {
			return true
		}
	}
	return false
}

// freeSubnet picks a subnet that no interface, route or other cluster of this machine uses.
func freeSubnet(cluster layout.Cluster) (netip.Prefix, error) {
	var taken []netip.Prefix
	add := func(network *net.IPNet) {
		if network == nil {
			return
		}
		address, ok := netip.AddrFromSlice(network.IP)
		ones, _ := network.Mask.Size()
		if ok && ones > 0 { // a default route is not in the way
			taken = append(taken, netip.PrefixFrom(address.Unmap(), ones).Masked())
		}
	}
	addresses, err := netlink.AddrList(nil, netlink.FAMILY_V4)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("list this machine's addresses: %w", err)
	}
	for _, address := range addresses {
		add(address.IPNet)
	}
	routes, err := netlink.RouteList(nil, netlink.FAMILY_V4)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("list this machine's routes: %w", err)
	}
	for _, route := range routes {
		add(route.Dst)
	}
	others, err := layout.All()
	if err != nil {
		return netip.Prefix{}, err
	}
	for _, other := range others {
		if record, err := other.ReadRecord(); err == nil && record != nil && other.Dir != cluster.Dir {
			taken = append(taken, record.Subnet)
		}
	}
	return pickSubnet(cluster.Dir, taken)
}

// connect makes the pair of interfaces that joins the cluster's network namespace to the host. It goes with the namespace.
func connect(cluster layout.Cluster, record layout.Record) error {
	link := &netlink.Veth{
		LinkAttrs: netlink.LinkAttrs{Name: cluster.HostInterface()},
		PeerName:  layout.Uplink, PeerNamespace: netlink.NsPid(record.PID),
	}
	if err := netlink.LinkAdd(link); err != nil {
		return fmt.Errorf("make the interface %s: %w", cluster.HostInterface(), err)
	}
	address := &netlink.Addr{IPNet: &net.IPNet{IP: record.HostIP().AsSlice(), Mask: net.CIDRMask(record.Subnet.Bits(), 32)}}
	if err := netlink.AddrAdd(link, address); err != nil {
		return fmt.Errorf("give %s the address %s: %w", cluster.HostInterface(), address.IPNet, err)
	}
	if err := netlink.LinkSetUp(link); err != nil {
		return fmt.Errorf("bring up %s: %w", cluster.HostInterface(), err)
	}
	return nil
}
