package environment

import (
	"strings"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/yaml"
)

const good = `
metadata: {name: default-deny}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  egress:
    - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: c2d-system}}, podSelector: {matchLabels: {app.kubernetes.io/name: c2d-gateway}}}]
      ports: [{protocol: TCP, port: 8443}]
`

func TestCheckPolicies(t *testing.T) {
	replace := func(old, with string) []string { return []string{strings.Replace(good, old, with, 1)} }
	for name, test := range map[string]struct {
		policies []string
		want     string
	}{
		"good":                      {[]string{good}, ""},
		"deny all":                  {[]string{"spec: {podSelector: {}, policyTypes: [Ingress, Egress]}"}, ""},
		"none":                      {nil, "no NetworkPolicy selects all pods"},
		"some pods":                 {replace("podSelector: {}\n", "podSelector: {matchLabels: {a: b}}\n"), "no NetworkPolicy selects all pods"},
		"egress alone":              {replace("[Ingress, Egress]", "[Egress]"), "no NetworkPolicy selects all pods"},
		"another port":              {replace("8443", "8444"), "a port is not TCP 8443"},
		"a range of ports":          {replace("port: 8443", "port: 8443, endPort: 9000"), "a port is not TCP 8443"},
		"UDP":                       {replace("TCP", "UDP"), "a port is not TCP 8443"},
		"all ports":                 {replace("ports: [{protocol: TCP, port: 8443}]", "ports: []"), "allows all of them"},
		"everybody":                 {replace("to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: c2d-system}}, podSelector: {matchLabels: {app.kubernetes.io/name: c2d-gateway}}}]", "to: []"), "allows all of them"},
		"another namespace":         {replace("c2d-system", "elsewhere"), "a peer is not selected"},
		"any pod of the namespace":  {replace(", podSelector: {matchLabels: {app.kubernetes.io/name: c2d-gateway}}", ""), "a peer is not selected"},
		"addresses":                 {replace("namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: c2d-system}}, podSelector: {matchLabels: {app.kubernetes.io/name: c2d-gateway}}", "ipBlock: {cidr: 0.0.0.0/0}"), "a peer is not selected"},
		"a second one opens":        {[]string{good, "metadata: {name: open}\nspec: {podSelector: {matchLabels: {a: b}}, egress: [{}]}"}, `"open" lets out more`},
		"one for pods with network": {[]string{good, "metadata: {name: internet}\nspec: {podSelector: {matchLabels: {c2d.dev/network: Allow}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}"}, ""},
		"pods with network, alone":  {[]string{"spec: {podSelector: {matchLabels: {c2d.dev/network: Allow}}, policyTypes: [Egress], egress: [{}]}"}, "no NetworkPolicy selects all pods"},
		"pods with network, in":     {[]string{good, "metadata: {name: open}\nspec: {podSelector: {matchLabels: {c2d.dev/network: Allow}}, ingress: [{}]}"}, `"open" lets traffic in`},
		"network for all":           {[]string{good, "metadata: {name: open}\nspec: {podSelector: {matchLabels: {c2d.dev/network: Deny}}, egress: [{}]}"}, `"open" lets out more`},
		"a second one lets in":      {[]string{good, "metadata: {name: open}\nspec: {podSelector: {}, ingress: [{}]}"}, `"open" lets traffic in`},
	} {
		t.Run(name, func(t *testing.T) {
			policies := make([]networkingv1.NetworkPolicy, len(test.policies))
			for i, text := range test.policies {
				if err := yaml.UnmarshalStrict([]byte(text), &policies[i]); err != nil {
					t.Fatal(err)
				}
			}
			err := checkPolicies(policies, "c2d-system")
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
