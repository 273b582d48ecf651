package crds_test

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	testToken  = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
	testEscrow = "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"
)

// payment is what an environment takes, with pairs of other fields.
func payment(pairs ...any) map[string]any {
	return with(map[string]any{
		"chain":          map[string]any{"chainID": int64(8996), "rpcURLs": []any{"http://rpc.example.org:8545"}},
		"escrow":         testEscrow,
		"payeeSecretRef": map[string]any{"name": "payee"},
		"prices":         []any{map[string]any{"token": testToken, "perMinute": map[string]any{"cpu": "1000000"}}},
	}, pairs...)
}

// TestValidationOfPayments changes one path of a valid object and looks at what the API server says.
func TestValidationOfPayments(t *testing.T) {
	did := "did:c2d:" + strings.Repeat("0", 64)
	for name, test := range map[string]struct {
		object string
		path   string
		value  any
		want   string // part of the refusal; empty: accepted
	}{
		"paid environment":                              {validEnvironment, "spec.payment", payment(), ""},
		"environment without prices":                    {validEnvironment, "spec.payment", payment("prices", []any{}), "at least 1 items"},
		"environment with two prices":                   {validEnvironment, "spec.payment", payment("prices", []any{map[string]any{"token": testToken, "perMinute": map[string]any{}}, map[string]any{"token": testToken, "perMinute": map[string]any{}}}), "Duplicate value"},
		"environment with fractions":                    {validEnvironment, "spec.payment", payment("prices", []any{map[string]any{"token": testToken, "perMinute": map[string]any{"cpu": "0.5"}}}), "perMinute.cpu"},
		"environment with a negative price":             {validEnvironment, "spec.payment", payment("prices", []any{map[string]any{"token": testToken, "perMinute": map[string]any{"cpu": "-1"}}}), "perMinute.cpu"},
		"environment with a price in hex":               {validEnvironment, "spec.payment", payment("prices", []any{map[string]any{"token": testToken, "perMinute": map[string]any{"cpu": "0x10"}}}), "perMinute.cpu"},
		"environment with unknown price":                {validEnvironment, "spec.payment", payment("prices", []any{map[string]any{"token": testToken, "perMinute": map[string]any{"memory": "1"}}}), "unknown field"},
		"environment without chain id":                  {validEnvironment, "spec.payment", payment("chain", map[string]any{"rpcURLs": []any{"http://rpc.example.org"}}), "chainID: Required value"},
		"environment with chain 0":                      {validEnvironment, "spec.payment", payment("chain", map[string]any{"chainID": int64(0), "rpcURLs": []any{"http://rpc.example.org"}}), "spec.payment.chain.chainID"},
		"environment without RPC":                       {validEnvironment, "spec.payment", payment("chain", map[string]any{"chainID": int64(1)}), "exactly one of rpcURLs and rpcURLsSecretRef"},
		"environment with secret RPC":                   {validEnvironment, "spec.payment", payment("chain", map[string]any{"chainID": int64(1), "rpcURLsSecretRef": map[string]any{"name": "rpc"}}), ""},
		"environment with RPC password":                 {validEnvironment, "spec.payment", payment("chain", map[string]any{"chainID": int64(1), "rpcURLs": []any{"https://u:p@rpc.example.org"}}), "spec.payment.chain.rpcURLs[0]"},
		"environment with RPC and secret":               {validEnvironment, "spec.payment", payment("chain", map[string]any{"chainID": int64(1), "rpcURLs": []any{"https://rpc.example.org"}, "rpcURLsSecretRef": map[string]any{"name": "rpc"}}), "exactly one of rpcURLs and rpcURLsSecretRef"},
		"environment with an external signer and a key": {validEnvironment, "spec.payment", payment("payeeSigner", map[string]any{"url": "http://signer.example.org", "api": "Clef", "address": testEscrow}), "exactly one of payeeSecretRef and payeeSigner"},
		"environment with a short address":              {validEnvironment, "spec.payment", payment("escrow", "0x12"), "spec.payment.escrow"},

		"dataset with agreement":           {validDataset, "spec.terms", map[string]any{"agreement": "Required"}, ""},
		"dataset with odd agreement":       {validDataset, "spec.terms", map[string]any{"agreement": "Sometimes"}, "Unsupported value"},
		"published dataset":                {validDataset, "spec.nft", map[string]any{"chainID": int64(8996), "address": testToken}, ""},
		"dataset on no chain":              {validDataset, "spec.nft", map[string]any{"address": testToken}, "spec.nft.chainID: Required value"},
		"published algorithm":              {validAlgorithm, "spec.nft", map[string]any{"chainID": int64(8996), "address": testToken}, ""},
		"algorithm at no address":          {validAlgorithm, "spec.nft", map[string]any{"chainID": int64(8996), "address": "tumours.eth"}, "spec.nft.address"},
		"job with agreement":               {validJob, "spec.agreement", "study", ""},
		"job with an agreement of no name": {validJob, "spec.agreement", "", "spec.agreement"},

		"agreement":                           {validAgreement, "", nil, ""},
		"agreement unsigned":                  {validAgreement, "spec.signature", "", "spec.signature"},
		"agreement with a short signature":    {validAgreement, "spec.signature", "0x" + strings.Repeat("1", 128), "spec.signature"},
		"agreement with a long signature":     {validAgreement, "spec.signature", "0x" + strings.Repeat("1", 132), "spec.signature"},
		"job by DID":                          {validJob, "spec.datasets", []any{map[string]any{"did": did}}, ""},
		"job by DIDs":                         {validJob, "spec.datasets", []any{map[string]any{"did": did}, map[string]any{"did": "did:op:" + did[8:]}, map[string]any{"name": "a"}}, ""},
		"job by a DID twice":                  {validJob, "spec.datasets", []any{map[string]any{"did": did}, map[string]any{"did": did}}, "Duplicate value"},
		"job by DID and name":                 {validJob, "spec.datasets", []any{map[string]any{"did": did, "name": "a"}}, "exactly one of name and did"},
		"job by DID and namespace":            {validJob, "spec.datasets", []any{map[string]any{"did": did, "namespace": "a"}}, "namespace goes with name"},
		"job by neither":                      {validJob, "spec.datasets", []any{map[string]any{"namespace": "a"}}, "exactly one of name and did"},
		"job by another DID method":           {validJob, "spec.datasets", []any{map[string]any{"did": "did:web:example.org"}}, "spec.datasets[0].did"},
		"algorithm by DID":                    {validJob, "spec.algorithm", map[string]any{"did": did}, ""},
		"algorithm by DID and name":           {validJob, "spec.algorithm", map[string]any{"did": did, "name": "a"}, "exactly one of name, did and raw"},
		"algorithm by neither":                {validJob, "spec.algorithm", map[string]any{}, "exactly one of name, did and raw"},
		"order without NFT":                   {validDataset, "spec.terms", map[string]any{"order": "Required"}, "terms.order can be Required only of a dataset with nft"},
		"order with NFT":                      {validDataset, "spec", map[string]any{"files": []any{map[string]any{"inline": "x"}}, "nft": map[string]any{"chainID": int64(1), "address": "0x" + strings.Repeat("ab", 20)}, "terms": map[string]any{"order": "Required"}}, ""},
		"publishers":                          {validDataset, "spec.access", map[string]any{"publishers": []any{"0x" + strings.Repeat("ab", 20)}, "consumers": map[string]any{"addresses": []any{"0x" + strings.Repeat("ab", 20)}}}, ""},
		"publisher that is no address":        {validDataset, "spec.access", map[string]any{"publishers": []any{"science.eth"}}, "spec.access.publishers[0]"},
		"agreement on no dataset":             {validAgreement, "spec.datasets", []any{}, "at least 1 items"},
		"agreement on a dataset without DID":  {validAgreement, "spec.datasets", []any{map[string]any{"namespace": "a", "name": "b"}}, "did: Required value"},
		"agreement on another DID method":     {validAgreement, "spec.datasets", []any{map[string]any{"did": "did:web:example.org", "namespace": "a", "name": "b"}}, "spec.datasets[0].did"},
		"agreement on no algorithm":           {validAgreement, "spec.algorithms", []any{}, "at least 1 items"},
		"agreement on an algorithm by name":   {validAgreement, "spec.algorithms", []any{"train"}, "spec.algorithms[0]"},
		"agreement on an algorithm":           {validAgreement, "spec.algorithms", []any{"sha256:" + strings.Repeat("0", 64), "did:op:" + strings.Repeat("0", 64)}, ""},
		"agreement on nothing to spend":       {validAgreement, "spec.payment.maxAmount", "0", "must be greater than 0"},
		"agreement on a leading zero":         {validAgreement, "spec.payment.maxAmount", "0100", "spec.payment.maxAmount"},
		"agreement on more than fits":         {validAgreement, "spec.payment.maxAmount", strings.Repeat("9", 79), "spec.payment.maxAmount"},
		"agreement that never expires":        {validAgreement, "spec.expiresAt", "", "spec.expiresAt"},
		"agreement with a nonce out of words": {validAgreement, "spec.nonce", "a b", "spec.nonce"},
		"agreement with an unknown field":     {validAgreement, "spec.price", "0", "unknown field"},
	} {
		t.Run(name, func(t *testing.T) {
			object := parse(t, test.object)
			if test.path != "" {
				if err := unstructured.SetNestedField(object.Object, test.value, strings.Split(test.path, ".")...); err != nil {
					t.Fatal(err)
				}
			}
			err := api.Create(t.Context(), object, client.DryRunAll, client.FieldValidation(metav1.FieldValidationStrict))
			switch {
			case test.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.want != "" && err == nil:
				t.Errorf("accepted, want a refusal with %q", test.want)
			case test.want != "" && !strings.Contains(err.Error(), test.want):
				t.Errorf("refused with %q, want %q", err, test.want)
			}
		})
	}
}

// TestWhatWasSignedIsImmutable tries to change each field of an agreement.
func TestWhatWasSignedIsImmutable(t *testing.T) {
	agreement := parse(t, validAgreement)
	agreement.SetName("signed")
	if err := api.Create(t.Context(), agreement); err != nil {
		t.Fatal(err)
	}
	spec := agreement.Object["spec"].(map[string]any)
	for field, value := range map[string]any{
		"consumer":    testToken,
		"environment": "other",
		"datasets":    append([]any{map[string]any{"did": "did:c2d:" + strings.Repeat("0", 64), "namespace": "a", "name": "b"}}, spec["datasets"].([]any)...),
		"algorithms":  []any{"sha256:" + strings.Repeat("0", 64)},
		"payment":     map[string]any{"token": testToken, "maxAmount": "25000001"},
		"expiresAt":   "2028-01-01T00:00:00Z",
		"nonce":       "2",
	} {
		changed := agreement.DeepCopy()
		changed.Object["spec"].(map[string]any)[field] = value
		if err := api.Update(t.Context(), changed, client.DryRunAll); err == nil || !strings.Contains(err.Error(), "what was signed cannot change") {
			t.Errorf("%s: got %v, want a refusal", field, err)
		}
	}
	again := agreement.DeepCopy()
	again.Object["spec"].(map[string]any)["signature"] = "0x" + strings.Repeat("2", 130)
	if err := api.Update(t.Context(), again, client.DryRunAll); err != nil {
		t.Errorf("another signature over the same terms: %v", err)
	}
}

// TestAgreementChangesWithTrigger, since it says who pays for what runs.
func TestAgreementChangesWithTrigger(t *testing.T) {
	job := parse(t, validJob)
	job.SetName("paid")
	if err := api.Create(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	spec := job.Object["spec"].(map[string]any)
	spec["agreement"] = "study"
	if err := api.Update(t.Context(), job.DeepCopy(), client.DryRunAll); err == nil || !strings.Contains(err.Error(), "only together with trigger") {
		t.Errorf("without a trigger: got %v, want a refusal", err)
	}
	spec["trigger"] = "again"
	if err := api.Update(t.Context(), job.DeepCopy(), client.DryRunAll); err != nil {
		t.Errorf("with a trigger: %v", err)
	}
}
