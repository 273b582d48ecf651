package ocean

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const testCluster = "cluster-uid"

var (
	testNFT  = &v1alpha1.NFT{ChainID: 8996, Address: "0x7358776DACe83a4b48E698645F32B043481daCBA"}
	testTime = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
)

func testPlace() *Place {
	return &Place{
		ChainID: testNFT.ChainID, NFT: common.HexToAddress(string(testNFT.Address)),
		Datatoken: common.HexToAddress("0x12d1d7BaF6fE43805391097A63301ACfcF5f5720"),
		Endpoint:  "https://gateway.example.org", Cluster: testCluster,
	}
}

func publishableDataset() *v1alpha1.Dataset {
	return &v1alpha1.Dataset{
		ObjectMeta: metav1.ObjectMeta{Namespace: "hospital", Name: "tumours"},
		Spec: v1alpha1.DatasetSpec{
			NFT:        testNFT,
			Metadata:   v1alpha1.Metadata{Description: "569 patients", Author: "Hospital", License: "CC-BY-4.0", Tags: []string{"cancer"}},
			Files:      []v1alpha1.DatasetFile{{S3: &v1alpha1.S3Source{S3Connection: v1alpha1.S3Connection{Bucket: "secret-bucket"}, Key: "k"}}},
			Terms:      v1alpha1.Terms{Timeout: &metav1.Duration{Duration: time.Hour}},
			Parameters: []v1alpha1.Parameter{{Name: "year", Type: v1alpha1.ParameterNumber, Description: "of the study"}},
		},
	}
}

func publishableAlgorithm() *v1alpha1.Algorithm {
	return &v1alpha1.Algorithm{
		ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "train"},
		Spec: v1alpha1.AlgorithmSpec{
			NFT:      testNFT,
			Metadata: v1alpha1.Metadata{Name: "Training", Description: "Logistic regression", Author: "Lab", License: "MIT"},
			Language: "python",
			Container: v1alpha1.Container{
				Image: "registry.example.org/python", Digest: "sha256:" + strings.Repeat("a", 64), Entrypoint: "python3 $ALGO",
			},
			Code: &v1alpha1.Code{Raw: "print(1)"},
		},
	}
}

// onChain is a DDO as it comes back from the chain.
func onChain(t *testing.T, doc *DDO, err error) *DDO {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "secret-bucket") || strings.Contains(string(text), "print(1)") {
		t.Errorf("the DDO says where the files lie, or what they hold: %s", text)
	}
	if doc, err = ParseDDO(text); err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestMatchDataset changes each field of a published dataset, and of the DDO on chain.
func TestMatchDataset(t *testing.T) {
	dataset := publishableDataset()
	doc, err := PublishDataset(dataset, testPlace(), testTime)
	doc = onChain(t, doc, err)
	if doc.ID != "did:op:e16a777d1f146dba369cf98d212f34c17d9de516fcda5c9546076cf043ba6e37" {
		t.Errorf("id is %s", doc.ID)
	}
	if _, index, ok := doc.ComputeService(); !ok || index != 0 {
		t.Errorf("service %d, %t", index, ok)
	}
	for name, test := range map[string]struct {
		change func(*DDO, *v1alpha1.Dataset)
		field  string // that does not match; empty: all does
	}{
		"nothing": {func(*DDO, *v1alpha1.Dataset) {}, ""},
		"words": {func(_ *DDO, d *v1alpha1.Dataset) {
			d.Spec.Metadata.Description, d.Spec.Metadata.Author = "other", "other"
		}, ""},
		"tags and times": {func(d *DDO, _ *v1alpha1.Dataset) { d.Metadata.Tags, d.Metadata.Updated = nil, "2027-01-01T00:00:00Z" }, ""},
		"words for a parameter": {func(d *DDO, _ *v1alpha1.Dataset) {
			d.Services[0].ConsumerParameters[0].Description, d.Services[0].ConsumerParameters[0].Label = "a", "b"
		}, ""},
		"another NFT": {func(_ *DDO, d *v1alpha1.Dataset) {
			d.Spec.NFT = &v1alpha1.NFT{ChainID: 8996, Address: "0xa072B0D477fae1aBE3537Ff66A8389B184E18F4d"}
		}, "nftAddress"},
		"another chain": {func(_ *DDO, d *v1alpha1.Dataset) {
			d.Spec.NFT = &v1alpha1.NFT{ChainID: 1, Address: testNFT.Address}
		}, "chainId"},
		"a copy under another name":    {func(_ *DDO, d *v1alpha1.Dataset) { d.Name = "other" }, "metadata.additionalInformation.c2d.object"},
		"a copy in another namespace":  {func(_ *DDO, d *v1alpha1.Dataset) { d.Namespace = "other" }, "metadata.additionalInformation.c2d.object"},
		"a DDO that binds nothing":     {func(d *DDO, _ *v1alpha1.Dataset) { d.Metadata.AdditionalInformation = nil }, "metadata.additionalInformation.c2d.object"},
		"license":                      {func(_ *DDO, d *v1alpha1.Dataset) { d.Spec.Metadata.License = "MIT" }, "metadata.license"},
		"no timeout":                   {func(_ *DDO, d *v1alpha1.Dataset) { d.Spec.Terms.Timeout = nil }, "services.timeout"},
		"parameter":                    {func(_ *DDO, d *v1alpha1.Dataset) { d.Spec.Parameters[0].Required = true }, "services.consumerParameters"},
		"no parameters":                {func(_ *DDO, d *v1alpha1.Dataset) { d.Spec.Parameters = nil }, "services.consumerParameters"},
		"an algorithm":                 {func(d *DDO, _ *v1alpha1.Dataset) { d.Metadata.Type = "algorithm" }, "metadata.type"},
		"no service":                   {func(d *DDO, _ *v1alpha1.Dataset) { d.Services = nil }, "services"},
		"two services":                 {func(d *DDO, _ *v1alpha1.Dataset) { d.Services = append(d.Services, d.Services[0]) }, "services"},
		"a service that hands out":     {func(d *DDO, _ *v1alpha1.Dataset) { d.Services[0].Type = "access" }, "services"},
		"a DDO that allows network":    {func(d *DDO, _ *v1alpha1.Dataset) { d.Services[0].Compute.AllowNetworkAccess = true }, "services.compute.allowNetworkAccess"},
		"a DDO that allows any script": {func(d *DDO, _ *v1alpha1.Dataset) { d.Services[0].Compute.AllowRawAlgorithm = true }, "services.compute.allowRawAlgorithm"},
	} {
		dataset := publishableDataset()
		doc, err := PublishDataset(dataset, testPlace(), testTime)
		doc = onChain(t, doc, err)
		test.change(doc, dataset)
		mismatches, err := MatchDataset(doc, dataset, testCluster)
		if err != nil {
			t.Fatal(err)
		}
		found := test.field == "" && len(mismatches) == 0
		for _, m := range mismatches {
			found = found || m.Field == test.field
		}
		if !found {
			t.Errorf("%s: got %v, want a mismatch of %q", name, mismatches, test.field)
		}
	}
	if mismatches, err := MatchDataset(doc, dataset, "other-cluster"); err != nil || len(mismatches) != 1 {
		t.Errorf("in another cluster: %v, %v", mismatches, err)
	}
	dataset.Spec.NFT = nil
	if _, err := MatchDataset(doc, dataset, testCluster); err == nil {
		t.Error("a dataset without spec.nft matches")
	}
}

// TestMatchAlgorithm changes what runs.
func TestMatchAlgorithm(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*v1alpha1.AlgorithmSpec)
		field  string
	}{
		"nothing":    {func(*v1alpha1.AlgorithmSpec) {}, ""},
		"language":   {func(s *v1alpha1.AlgorithmSpec) { s.Language = "python3" }, ""},
		"a mirror":   {func(s *v1alpha1.AlgorithmSpec) { s.Container.Image = "mirror.example.org/python" }, ""},
		"code":       {func(s *v1alpha1.AlgorithmSpec) { s.Code.Raw = "print(2)" }, "metadata.additionalInformation.c2d.checksum"},
		"digest":     {func(s *v1alpha1.AlgorithmSpec) { s.Container.Digest = "sha256:bb" }, "metadata.algorithm.container.checksum"},
		"entrypoint": {func(s *v1alpha1.AlgorithmSpec) { s.Container.Entrypoint = "sh" }, "metadata.algorithm.container.entrypoint"},
		"command": {func(s *v1alpha1.AlgorithmSpec) {
			s.Container.Entrypoint, s.Container.Command = "", []string{"python3", "$ALGO"}
		}, "metadata.additionalInformation.c2d.checksum"},
		"environment": {func(s *v1alpha1.AlgorithmSpec) { s.Container.Env = []v1alpha1.EnvVar{{Name: "A"}} }, "metadata.additionalInformation.c2d.checksum"},
		"parameters":  {func(s *v1alpha1.AlgorithmSpec) { s.Parameters = []v1alpha1.Parameter{{Name: "a"}} }, "metadata.algorithm.consumerParameters"},
	} {
		algorithm := publishableAlgorithm()
		doc, err := PublishAlgorithm(algorithm, testPlace(), testTime)
		doc = onChain(t, doc, err)
		test.change(&algorithm.Spec)
		mismatches, err := MatchAlgorithm(doc, algorithm, testCluster)
		if err != nil {
			t.Fatal(err)
		}
		found := test.field == "" && len(mismatches) == 0
		for _, m := range mismatches {
			found = found || m.Field == test.field
		}
		if !found {
			t.Errorf("%s: got %v, want a mismatch of %q", name, mismatches, test.field)
		}
	}
	doc, err := PublishAlgorithm(publishableAlgorithm(), testPlace(), testTime)
	doc = onChain(t, doc, err)
	if mismatches, err := MatchDataset(doc, publishableDataset(), testCluster); err != nil || len(mismatches) == 0 {
		t.Errorf("a dataset that claims the NFT of an algorithm: %v, %v", mismatches, err)
	}
}

// TestPublishNeedsWords lists what Ocean's data model wants.
func TestPublishNeedsWords(t *testing.T) {
	dataset := publishableDataset()
	dataset.Spec.Metadata = v1alpha1.Metadata{Name: "abc"}
	_, err := PublishDataset(dataset, testPlace(), testTime)
	for _, field := range []string{"metadata.name", "metadata.description", "metadata.author", "metadata.license"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s is not in: %v", field, err)
		}
	}
	place := testPlace()
	place.Endpoint = ""
	if _, err := PublishDataset(publishableDataset(), place, testTime); err == nil || !strings.Contains(err.Error(), "serviceEndpoint") {
		t.Errorf("without an endpoint: %v", err)
	}
}

// TestHostileDDO tries what somebody may write on a chain to be claimed for something else, or to do harm.
func TestHostileDDO(t *testing.T) {
	doc, err := PublishDataset(publishableDataset(), testPlace(), testTime)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	valid := string(text)
	replace := func(old, with string) string {
		if !strings.Contains(valid, old) {
			t.Fatalf("%s is not in %s", old, valid)
		}
		return strings.Replace(valid, old, with, 1)
	}
	for name, test := range map[string]struct{ text, want string }{
		"empty":                   {"", "not JSON"},
		"no object":               {"[]", "not JSON"},
		"null":                    {"null", "version"},
		"binary":                  {"\x5d\x00\x00\x80\x00\xff", "not UTF-8"},
		"cut":                     {valid[:len(valid)/2], "not JSON"},
		"too large":               {replace(`"569 patients"`, `"`+strings.Repeat("x", maxDDOBytes)+`"`), "bytes, expected at most"},
		"too deep":                {strings.Repeat("[", 100_000), "nested deeper"},
		"too deep where unread":   {replace(`"version"`, `"x":`+strings.Repeat("[", 20)+strings.Repeat("]", 20)+`,"version"`), "nested deeper"},
		"brackets in a text":      {replace(`"569 patients"`, `"`+strings.Repeat(`[\"{`, 50)+`"`), ""},
		"a field twice":           {replace(`"version"`, `"id":"did:op:00","version"`), "same thing twice"},
		"a field in another case": {replace(`"version"`, `"ID":"did:op:00","version"`), ""},
		"an unknown field":        {replace(`"version"`, `"stats":{"orders":1},"version"`), ""},
		"version 5":               {replace(`"4.7.0"`, `"5.0.0"`), "version"},
		"the id of another":       {replace("did:op:e16a", "did:op:e16b"), "expected that of its NFT"},
		"another chain":           {replace(`"chainId":8996`, `"chainId":1`), "expected that of its NFT"},
		"no chain":                {replace(`"chainId":8996`, `"chainId":0`), "a chain id and an address"},
		"chain as text":           {replace(`"chainId":8996`, `"chainId":"8996"`), "not JSON"},
		"chain out of bounds":     {replace(`"chainId":8996`, `"chainId":1e99`), "not JSON"},
		"no address":              {replace(string(testNFT.Address), "0x12"), "a chain id and an address"},
		"no datatoken":            {replace("0x12d1d7BaF6fE43805391097A63301ACfcF5f5720", "token"), "datatokenAddress"},
		"negative timeout":        {replace(`"timeout":3600`, `"timeout":-1`), "timeout"},
		"too many services":       {replace(`"services":[`, `"services":[`+strings.Repeat(`{"type":"access","datatokenAddress":"0x12d1d7BaF6fE43805391097A63301ACfcF5f5720"},`, 64)), "services, expected at most"},
	} {
		_, err := ParseDDO([]byte(test.text))
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
		if err != nil && len(err.Error()) > 1000 {
			t.Errorf("%s: the error has %d bytes", name, len(err.Error()))
		}
	}
}

// TestAsset looks at what Ocean's clients look for in the answers of its metadata API.
func TestAsset(t *testing.T) {
	dataset := publishableDataset()
	doc, err := PublishDataset(dataset, testPlace(), testTime)
	if err != nil {
		t.Fatal(err)
	}
	ddo, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	// What the publisher says of the index does not count.
	ddo = []byte(strings.Replace(string(ddo), `"version"`, `"purgatory":{"state":true},"more":1,"version"`, 1))
	text, err := Asset(&v1alpha1.NFT{ChainID: testNFT.ChainID, Address: testNFT.Address}, &v1alpha1.Publication{
		DID: doc.ID, Datatoken: "0x12d1d7BaF6fE43805391097A63301ACfcF5f5720", DDOSHA256: strings.Repeat("a", 64), Block: 7, DDO: string(ddo),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"id":"` + doc.ID + `"`, `"chainId":8996`, `"nftAddress":"0x7358776DACe83a4b48E698645F32B043481daCBA"`, `"more":1`,
		`"nft":{"address":"0x7358776DACe83a4b48E698645F32B043481daCBA","state":0}`,
		`"datatokens":[{"address":"0x12d1d7BaF6fE43805391097A63301ACfcF5f5720","serviceId":"compute"}]`,
		`"datatokenAddress":"0x12d1d7BaF6fE43805391097A63301ACfcF5f5720"`,
		`"event":{"block":7,"contract":"0x7358776DACe83a4b48E698645F32B043481daCBA"}`, `"purgatory":{"state":false}`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is not in %s", want, text)
		}
	}
}

// TestDDOUnderDID is the one on chain under the DID that it is published under, and under no other.
func TestDDOUnderDID(t *testing.T) {
	const did, text = "did:op:aa", `{"id":"did:op:aa"}`
	dataset, algorithm := publishableDataset(), publishableAlgorithm()
	dataset.Status.Published = &v1alpha1.Publication{DID: did, DDO: text}
	algorithm.Status.Published = dataset.Status.Published
	for asked, chain := range map[string]bool{did: true, "did:c2d:bb": false} {
		of, err := DatasetDDO(dataset, asked)
		by, failure := AlgorithmDDO(algorithm, asked)
		if err != nil || failure != nil {
			t.Fatal(err, failure)
		}
		for _, got := range []string{string(of), string(by)} {
			if (got == text) != chain || !strings.Contains(got, `"id":"`+asked+`"`) {
				t.Errorf("under %s: %s", asked, got)
			}
		}
	}
}

func ExampleMismatch() {
	fmt.Println(Mismatch{Field: "metadata.license", OnChain: "MIT", Expected: "CC-BY-4.0"})
	// Output: metadata.license is "MIT" on chain, expected "CC-BY-4.0"
}
