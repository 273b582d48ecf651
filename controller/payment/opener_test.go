package payment

import (
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"k8s.io/apimachinery/pkg/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// TestExternalSigners are opened by every name that the API has for them.
func TestExternalSigners(t *testing.T) {
	const payee = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
	for _, api := range []v1alpha1.SignerAPI{v1alpha1.SignerClef, v1alpha1.SignerWeb3Signer} {
		t.Run(string(api), func(t *testing.T) {
			environment := &v1alpha1.ComputeEnvironment{}
			environment.UID = types.UID(api)
			environment.Spec.Payment = &v1alpha1.Payment{
				Chain:       v1alpha1.Chain{ChainID: 8996, RPCURLs: []string{"https://rpc.example.org"}},
				Escrow:      "0x9A676e781A523b5d0C0e43731313A708CB607508",
				PayeeSigner: &v1alpha1.ExternalSigner{URL: "https://signer.example.org", API: api, Address: payee},
			}
			account, err := (&Opener{}).Of(t.Context(), environment)
			if err != nil {
				t.Fatal(err)
			}
			if account.Payee() != common.HexToAddress(payee) {
				t.Errorf("the payee is %s, want %s", account.Payee(), payee)
			}
		})
	}
}
