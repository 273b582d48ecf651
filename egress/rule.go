// Package egress holds the one rule for every call that leaves the cluster on behalf of somebody else: sources of data,
// results buckets. A URL that a user wrote must not reach what only the cluster's own parts may reach.
package egress

import (
	"fmt"
	"net/netip"
	"strings"
)

// Rule says which addresses a call may go to. It is applied to the address that is about to be connected to, hence after
// names were resolved and redirects followed. The zero Rule refuses loopback, link-local and metadata addresses and
// everything else that is not a unicast address of another machine.
type Rule struct {
	// Cluster lists the networks of the cluster itself: pods, services, nodes. They are refused.
	Cluster []netip.Prefix
	// Allow lists networks that are allowed although they would be refused: spec.egress.allow of an environment.
	Allow []netip.Prefix
}

// RefusedError says that the rule refused an address.
type RefusedError struct {
	// Host that was called: a name or an address, without port, path and query.
	Host string
	// Class of the address, such as "a loopback address".
	Class string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s is %s, which may not be called: use an address outside the cluster, or let the environment's spec.egress.allow list its network", e.Host, e.Class)
}

// refused names the networks that no call may go to.
var refused = []struct {
	prefix netip.Prefix
	class  string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "an unspecified address"},
	{netip.MustParsePrefix("127.0.0.0/8"), "a loopback address"},
	{netip.MustParsePrefix("169.254.0.0/16"), "a link-local address"},
	{netip.MustParsePrefix("224.0.0.0/4"), "a multicast address"},
	{netip.MustParsePrefix("240.0.0.0/4"), "a reserved or broadcast address"},
	{netip.MustParsePrefix("::/128"), "an unspecified address"},
	{netip.MustParsePrefix("::1/128"), "a loopback address"},
	{netip.MustParsePrefix("fe80::/10"), "a link-local address"},
	{netip.MustParsePrefix("ff00::/8"), "a multicast address"},
	// Teredo hides an IPv4 address behind an exclusive or; nothing that holds data lives there.
	{netip.MustParsePrefix("2001::/32"), "a tunnel address"},
	// Metadata services of clouds that lie outside the link-local networks.
	{netip.MustParsePrefix("100.100.100.200/32"), metadataClass},
	{netip.MustParsePrefix("168.63.129.16/32"), metadataClass},
	{netip.MustParsePrefix("192.0.0.192/32"), metadataClass},
	{netip.MustParsePrefix("fd00:ec2::/32"), metadataClass},
	{netip.MustParsePrefix("fd20:ce::254/128"), metadataClass},
}

const metadataClass = "an address of a cloud's metadata service"

// Check an address. The error, if any, is a *RefusedError. An IPv6 address that carries an IPv4 address must be allowed
// as both.
func (r Rule) Check(addr netip.Addr) error {
	plain := addr.WithZone("")
	for _, form := range forms(plain) {
		if contains(r.Allow, form) {
			continue
		}
		for _, network := range refused {
			if network.prefix.Contains(form) {
				return &RefusedError{Host: plain.String(), Class: network.class}
			}
		}
		if contains(r.Cluster, form) {
			return &RefusedError{Host: plain.String(), Class: "an address of the cluster"}
		}
	}
	return nil
}

// embedded lists the IPv6 networks whose addresses carry an IPv4 address, and at which byte.
var embedded = []struct {
	prefix netip.Prefix
	offset int
}{
	{netip.MustParsePrefix("::/96"), 12},           // IPv4-compatible, RFC 4291
	{netip.MustParsePrefix("::ffff:0:0:0/96"), 12}, // IPv4-translated, RFC 2765
	{netip.MustParsePrefix("64:ff9b::/96"), 12},    // NAT64, RFC 6052
	{netip.MustParsePrefix("64:ff9b:1::/48"), 12},  // NAT64 of a site, RFC 8215
	{netip.MustParsePrefix("2002::/16"), 2},        // 6to4, RFC 3056
}

// forms of an address: the IPv4 address that it carries, if any, then the address itself.
func forms(addr netip.Addr) []netip.Addr {
	if addr.Is4() || addr.Is4In6() {
		return []netip.Addr{addr.Unmap()}
	}
	bytes := addr.As16()
	for _, e := range embedded {
		if e.prefix.Contains(addr) && !addr.IsLoopback() && !addr.IsUnspecified() {
			carried := netip.AddrFrom4([4]byte(bytes[e.offset : e.offset+4]))
			return []netip.Addr{carried, addr}
		}
	}
	return []netip.Addr{addr}
}

func contains(prefixes []netip.Prefix, addr netip.Addr) bool {
	for _, p := range prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// ParsePrefixes reads networks in CIDR form, such as spec.egress.allow.
func ParsePrefixes(texts []string) ([]netip.Prefix, error) {
	prefixes := make([]netip.Prefix, 0, len(texts))
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(strings.TrimSpace(text))
		if err != nil {
			return nil, fmt.Errorf("%q is not a network in CIDR form, such as 10.20.0.0/16: %w", text, err)
		}
		// A mapped prefix would never match, since addresses are compared unmapped.
		if addr := prefix.Addr(); addr.Is4In6() {
			if prefix.Bits() < 96 {
				return nil, fmt.Errorf("%q spans more than the IPv4 addresses: write it in its IPv4 form", text)
			}
			prefix = netip.PrefixFrom(addr.Unmap(), prefix.Bits()-96)
		}
		prefixes = append(prefixes, prefix.Masked())
	}
	return prefixes, nil
}
