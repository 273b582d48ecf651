package environment

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// checkPolicies says whether the network policies of a namespace, which add up, deny every pod everything but the
// gateway's port.
func checkPolicies(policies []networkingv1.NetworkPolicy, gatewayNamespace string) error {
	denied := false
	for i := range policies {
		policy := &policies[i]
		if len(policy.Spec.Ingress) > 0 {
			return fmt.Errorf("NetworkPolicy %q lets traffic in; nothing may reach a sandbox pod", policy.Name)
		}
		if opensNetwork(policy) {
			continue
		}
		for _, rule := range policy.Spec.Egress {
			if err := checkHole(rule, gatewayNamespace); err != nil {
				return fmt.Errorf("NetworkPolicy %q lets out more than the gateway's port: %w", policy.Name, err)
			}
		}
		selectsAll := len(policy.Spec.PodSelector.MatchLabels) == 0 && len(policy.Spec.PodSelector.MatchExpressions) == 0
		bothWays := slices.Contains(policy.Spec.PolicyTypes, networkingv1.PolicyTypeIngress) &&
			slices.Contains(policy.Spec.PolicyTypes, networkingv1.PolicyTypeEgress)
		denied = denied || selectsAll && bothWays
	}
	if !denied {
		return fmt.Errorf("no NetworkPolicy selects all pods for Ingress and Egress")
	}
	return nil
}

// opensNetwork says whether a policy is for the pods alone that their owners let reach the internet. What it opens is for the
// cluster's administrator to say; what must stay closed is proven by each of these pods.
func opensNetwork(policy *networkingv1.NetworkPolicy) bool {
	return policy.Spec.PodSelector.MatchLabels[sandbox.LabelNetwork] == sandbox.NetworkAllow
}

// checkHole says whether a rule leads to the gateway's port alone.
func checkHole(rule networkingv1.NetworkPolicyEgressRule, gatewayNamespace string) error {
	if len(rule.To) == 0 || len(rule.Ports) == 0 {
		return fmt.Errorf("a rule without peers or ports allows all of them")
	}
	for _, port := range rule.Ports {
		if port.Protocol != nil && *port.Protocol != corev1.ProtocolTCP || port.EndPort != nil ||
			port.Port == nil || *port.Port != intstr.FromInt32(sandbox.GatewayPort) {
			return fmt.Errorf("a port is not TCP %d", sandbox.GatewayPort)
		}
	}
	for _, peer := range rule.To {
		if peer.IPBlock != nil || peer.PodSelector == nil || peer.PodSelector.MatchLabels[sandbox.LabelName] != sandbox.GatewayName ||
			peer.NamespaceSelector == nil || peer.NamespaceSelector.MatchLabels[corev1.LabelMetadataName] != gatewayNamespace {
			return fmt.Errorf("a peer is not selected by the label %s=%s in namespace %s", sandbox.LabelName, sandbox.GatewayName, gatewayNamespace)
		}
	}
	return nil
}
