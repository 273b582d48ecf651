// Package sandboxrule enforces, for this one cluster, the network policies that sandboxes need: their pods reach the
// gateway's port, those with network public addresses beside it, and nothing else; nothing reaches them.
//
// It fails closed. A pod is taken for a sandbox's until the API says that its namespace is none, and pods are joined by
// routed links (the ptp plugin), so that every packet between two of them passes these rules.
package sandboxrule

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

const (
	table = "c2d_sandbox"
	// GatewayPort is the one port that sandboxes reach, on pods labelled as the gateway.
	GatewayPort = 8443
)

// base holds everything but the rules that a mode decides on. The ptp plugin calls the node's ends of all links veth*.
var base = fmt.Sprintf(`
table inet %[1]s {
	set open { type ipv4_addr; comment "pods of namespaces that are no sandboxes"; }
	set gateway { type ipv4_addr; comment "pods that sandboxes may reach"; }
	set online { type ipv4_addr; comment "sandbox pods with network"; }
	set private { type ipv4_addr; flags interval; elements = { %[5]s }; comment "what those do not reach either"; }
	set late { type ipv4_addr; flags dynamic,timeout; timeout 1h; comment "sandbox pods that the rule does not hold for yet"; }
	set seen { type ipv4_addr; flags dynamic,timeout; timeout 1h; comment "sandbox pods that have been late once"; }

	chain forward { type filter hook forward priority -5; policy accept; jump judge; }
	chain input { type filter hook input priority -5; policy accept; jump judge; }
	chain output { type filter hook output priority -5; policy accept; jump judge; }

	chain judge {
		iifname "veth*" meta nfproto ipv6 drop
		ct state established,related accept
		jump mode
		iifname "veth*" ip saddr != @open jump from_sandbox
		oifname "veth*" ip daddr != @open drop
	}
	chain from_sandbox {
		ip daddr @gateway tcp dport %[2]d return
		ip saddr @online ip daddr != @private return
		drop
	}
	chain mode { }
}
table ip c2d_uplink {
	chain postrouting {
		type nat hook postrouting priority srcnat; policy accept;
		ip saddr %[3]s oifname "%[4]s" masquerade
	}
}
`, table, GatewayPort, layout.PodCIDR, layout.Uplink, strings.Join(private, ", "))

// private, link-local and reserved addresses (https://www.iana.org/assignments/iana-ipv4-special-registry), as the policy of
// an installation excepts them.
var private = []string{
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16",
	"198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
}

// Mode is a state of the rule, as a test wants it.
type Mode struct {
	Name  string        // on, off or late
	Delay time.Duration // with late: how long a pod is free, counted from its first packet
}

// ParseMode reads "on", "off" or "late DURATION".
func ParseMode(arguments []string) (Mode, error) {
	switch {
	case len(arguments) == 1 && (arguments[0] == "on" || arguments[0] == "off"):
		return Mode{Name: arguments[0]}, nil
	case len(arguments) == 2 && arguments[0] == "late":
		delay, err := time.ParseDuration(arguments[1])
		if err != nil || delay < time.Second || delay > time.Hour {
			return Mode{}, fmt.Errorf("late %q: expected a duration from 1s to 1h", arguments[1])
		}
		return Mode{Name: "late", Delay: delay}, nil
	}
	return Mode{}, fmt.Errorf("expected on, off, status or late DURATION, got %q", strings.Join(arguments, " "))
}

// Script is what nft has to be told to bring the mode about. The mode is kept in a comment, where CurrentMode finds it.
func (m Mode) Script() string {
	rules := []string{fmt.Sprintf("flush chain inet %s mode", table)}
	add := func(rule string, arguments ...any) {
		rules = append(rules, fmt.Sprintf("add rule inet %s mode %s", table, fmt.Sprintf(rule, arguments...)))
	}
	switch m.Name {
	case "on":
		add(`counter comment "mode=on"`)
	case "off":
		add(`accept comment "mode=off"`)
	case "late":
		rules = append(rules, fmt.Sprintf("flush set inet %s late", table), fmt.Sprintf("flush set inet %s seen", table))
		seconds := int(m.Delay.Seconds())
		add(`iifname "veth*" ip saddr != @open ip saddr != @seen add @late { ip saddr timeout %ds } comment "mode=late %ds"`, seconds, seconds)
		add(`iifname "veth*" ip saddr != @open add @seen { ip saddr }`)
		add(`ip saddr @late accept`)
		add(`ip daddr @late accept`)
	}
	return strings.Join(rules, "\n") + "\n"
}

// CurrentMode finds the mode in the output of `nft list chain inet c2d_sandbox mode`.
func CurrentMode(listing string) (string, error) {
	_, after, found := strings.Cut(listing, `comment "mode=`)
	mode, _, closed := strings.Cut(after, `"`)
	if !found || !closed {
		return "", fmt.Errorf("the sandbox's network rule is not installed")
	}
	return mode, nil
}

// ListMode is the command whose output CurrentMode reads.
var ListMode = []string{"nft", "list", "chain", "inet", table, "mode"}

// Install makes the tables in the network namespace of this process, with the rule on and no pod known.
func Install() error {
	return apply(base + Mode{Name: "on"}.Script())
}

func apply(script string) error {
	command := exec.Command("nft", "-f", "-")
	command.Stdin = strings.NewReader(script)
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("nft: %w: %s", err, bytes.TrimSpace(out))
	}
	return nil
}
