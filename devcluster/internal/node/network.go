package node

import (
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/vishvananda/netlink"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

// sysctls of the network namespace.
var sysctls = []struct{ path, value string }{
	{"net/ipv4/ip_forward", "1"},
	// A pod cannot send from another pod's address.
	{"net/ipv4/conf/all/rp_filter", "1"},
	{"net/ipv4/conf/default/rp_filter", "1"},
	{"net/ipv6/conf/all/disable_ipv6", "1"},
	{"net/ipv6/conf/default/disable_ipv6", "1"},
}

// prepareNetwork gives the node its addresses. There is no default route: a cluster reaches itself and its host, and
// nothing else.
func prepareNetwork(record layout.Record) error {
	for _, s := range sysctls {
		err := os.WriteFile("/proc/sys/"+s.path, []byte(s.value), 0o644)
		if err != nil && !errors.Is(err, os.ErrNotExist) { // a kernel without IPv6 has nothing to disable
			return fmt.Errorf("set %s: %w", s.path, err)
		}
	}
	loopback, err := netlink.LinkByName("lo")
	if err != nil {
		return err
	}
	if err := netlink.LinkSetUp(loopback); err != nil {
		return fmt.Errorf("bring up lo: %w", err)
	}
	uplink, err := awaitLink(layout.Uplink, 5*time.Second)
	if err != nil {
		return err
	}
	for _, address := range []net.IP{record.NodeIP().AsSlice(), record.ServicesIP().AsSlice()} {
		network := &net.IPNet{IP: address, Mask: net.CIDRMask(record.Subnet.Bits(), 32)}
		if err := netlink.AddrAdd(uplink, &netlink.Addr{IPNet: network}); err != nil {
			return fmt.Errorf("add address %s: %w", network, err)
		}
	}
	if err := netlink.LinkSetUp(uplink); err != nil {
		return fmt.Errorf("bring up %s: %w", layout.Uplink, err)
	}
	// Without a route, a connection from the node to a Service fails before kube-proxy's rules can redirect it.
	_, services, err := net.ParseCIDR(layout.ServiceCIDR)
	if err != nil {
		return err
	}
	route := &netlink.Route{LinkIndex: uplink.Attrs().Index, Dst: services, Src: record.NodeIP().AsSlice()}
	if err := netlink.RouteAdd(route); err != nil {
		return fmt.Errorf("add a route to %s: %w", services, err)
	}
	return nil
}

func awaitLink(name string, limit time.Duration) (netlink.Link, error) {
	for deadline := time.Now().Add(limit); ; time.Sleep(10 * time.Millisecond) {
		link, err := netlink.LinkByName(name)
		if err == nil {
			return link, nil
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("interface %s did not appear within %s: %w", name, limit, err)
		}
	}
}
