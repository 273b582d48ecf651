package certificate

import (
	"context"
	"crypto/tls"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const name = "c2d-gateway.c2d-system.svc"

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestCheckServer(t *testing.T) {
	authority := must(newAuthority(now))
	foreign := must(newAuthority(now))
	good := must(newServer(authority, name, now))
	for what, test := range map[string]struct {
		pair pair
		at   time.Time
		ok   bool
	}{
		"good":                       {good, now, true},
		"good for two months":        {good, now.Add(59 * 24 * time.Hour), true},
		"renewed a month before end": {good, now.Add(61 * 24 * time.Hour), false},
		"signed by another":          {must(newServer(foreign, name, now)), now, false},
		"for another name":           {must(newServer(authority, "elsewhere", now)), now, false},
		"an authority is no server":  {authority, now, false},
		"the key of another":         {pair{good.certificate, must(newServer(authority, name, now)).key}, now, false},
		"nothing":                    {pair{}, now, false},
	} {
		if err := test.pair.checkServer(authority, name, test.at); (err == nil) != test.ok {
			t.Errorf("%s: got %v, want ok %t", what, err, test.ok)
		}
	}
}

func must(p pair, err error) pair {
	if err != nil {
		panic(err)
	}
	return p
}

// TestEnsure makes Secrets, leaves good ones alone, renews what grows old and mends what is broken.
func TestEnsure(t *testing.T) {
	api := fake.NewClientBuilder().Build()
	keeper := &Keeper{Client: api, Reader: api, Namespace: "c2d-system", Name: name}
	ensure := func(at time.Time) (authority, server corev1.Secret) {
		t.Helper()
		if err := keeper.Ensure(context.Background(), at); err != nil {
			t.Fatal(err)
		}
		for secret, into := range map[string]*corev1.Secret{AuthoritySecret: &authority, ServerSecret: &server} {
			if err := api.Get(t.Context(), types.NamespacedName{Namespace: "c2d-system", Name: secret}, into); err != nil {
				t.Fatal(err)
			}
		}
		if string(server.Data["ca.crt"]) != string(authority.Data[corev1.TLSCertKey]) {
			t.Error("pods would trust another authority than the one that signed")
		}
		var published corev1.ConfigMap
		if err := api.Get(t.Context(), types.NamespacedName{Namespace: "c2d-system", Name: sandbox.AuthorityConfigMap}, &published); err != nil {
			t.Fatal(err)
		}
		if published.Data[AuthorityKey] != string(authority.Data[corev1.TLSCertKey]) || len(published.Data) != 1 {
			t.Errorf("consumers are told %v", published.Data)
		}
		return authority, server
	}
	authority, server := ensure(now)
	if _, err := tls.X509KeyPair(server.Data[corev1.TLSCertKey], server.Data[corev1.TLSPrivateKeyKey]); err != nil {
		t.Fatal(err)
	}
	if a, s := ensure(now.Add(time.Hour)); a.ResourceVersion != authority.ResourceVersion || s.ResourceVersion != server.ResourceVersion {
		t.Error("good certificates were written again")
	}
	later, renewed := ensure(now.Add(70 * 24 * time.Hour))
	if later.ResourceVersion != authority.ResourceVersion || renewed.ResourceVersion == server.ResourceVersion {
		t.Error("after 70 days the server's certificate, and it alone, must be another one")
	}
	renewed.Data[corev1.TLSPrivateKeyKey] = []byte("broken")
	if err := api.Update(t.Context(), &renewed, &client.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, mended := ensure(now.Add(70 * 24 * time.Hour)); string(mended.Data[corev1.TLSPrivateKeyKey]) == "broken" {
		t.Error("a broken key was left")
	}
}
