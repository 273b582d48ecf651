package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const nftAddress = "0x7358776DACe83a4b48E698645F32B043481daCBA"

// becomes waits until what is remembered is too old to count.
func (w *world) becomes(token, path string, status int) {
	w.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		a := w.ask(token, path)
		if a.status == status {
			return
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("%s: %d %s, want %d", path, a.status, a.body, status)
		}
	}
}

// TestAssets are what is published, for whoever has a token, and nothing else is.
func TestAssets(t *testing.T) {
	w := newWorld(t)
	token := w.accountToken(w.consumer, "anybody", sandbox.ConsumerAudience)
	dataset := &v1alpha1.Dataset{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.hospital, Name: "tumours"},
		Spec: v1alpha1.DatasetSpec{
			NFT:      &v1alpha1.NFT{ChainID: 8996, Address: nftAddress},
			Metadata: v1alpha1.Metadata{Name: "Tumours", Description: "569 patients", Author: "Hospital", License: "CC-BY-4.0"},
			Files:    []v1alpha1.DatasetFile{{S3: &v1alpha1.S3Source{S3Connection: w.connection("data", "source"), Key: "very-secret-key"}}},
		},
	}
	place := &ocean.Place{
		ChainID: 8996, NFT: common.HexToAddress(nftAddress), Datatoken: common.HexToAddress("0x12d1d7BaF6fE43805391097A63301ACfcF5f5720"),
		Endpoint: "https://gateway.example.org", Cluster: "cluster",
	}
	doc, err := ocean.PublishDataset(dataset, place, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ddo, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	w.create(dataset)
	status := v1alpha1.DatasetStatus{DID: doc.ID, Published: &v1alpha1.Publication{
		DID: doc.ID, State: 5, Datatoken: v1alpha1.Address(place.Datatoken.Hex()), DDOSHA256: strings.Repeat("a", 64), Block: 7, DDO: string(ddo),
	}}
	say := func(object client.Object) {
		t.Helper()
		if err := api.Status().Update(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	private := &v1alpha1.Algorithm{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.hospital, Name: "private"},
		Spec:       v1alpha1.AlgorithmSpec{Container: v1alpha1.Container{Image: "python", Digest: "sha256:" + strings.Repeat("0", 64), Entrypoint: "python3 $ALGO"}, Code: &v1alpha1.Code{Raw: "print(1)"}},
	}
	w.create(private)
	private.Status.DID = "did:op:" + strings.Repeat("1", 64)
	say(private)

	path := sandbox.PathAssets + "ddo/" + doc.ID
	if a := w.ask(token, path); a.status != 404 || !strings.Contains(string(a.body), `{"error":"there is no asset with DID `+doc.ID) {
		t.Errorf("before it is published: %d %s", a.status, a.body)
	}
	dataset.Status = status
	say(dataset)
	w.becomes(token, path, 200)
	got := w.ask(token, path)
	var found struct {
		*ocean.DDO
		NFT struct {
			Address string
			State   int
		}
	}
	if err := json.Unmarshal(got.body, &found); err != nil {
		t.Fatal(err)
	}
	if found.ID != doc.ID || found.Metadata.Name != "Tumours" || found.NFT.Address != nftAddress || found.NFT.State != 5 || found.Services[0].ServiceEndpoint != place.Endpoint {
		t.Errorf("got %s", got.body)
	}
	if strings.Contains(string(got.body), "very-secret-key") || !strings.HasPrefix(got.header.Get("Content-Type"), "application/json") {
		t.Errorf("got %v %s", got.header, got.body)
	}
	if a := w.ask(token, sandbox.PathAssets+"metadata/"+doc.ID); a.status != 200 || !strings.Contains(string(a.body), `"name":"Tumours"`) || strings.Contains(string(a.body), "services") {
		t.Errorf("metadata: %d %s", a.status, a.body)
	}

	for name, test := range map[string]struct {
		token, did string
		status     int
	}{
		"nobody":                 {"", doc.ID, 401},
		"a token for pods":       {w.accountToken(w.consumer, "anybody", sandbox.TokenAudience), doc.ID, 401},
		"a DID that nobody has":  {token, "did:op:" + strings.Repeat("0", 64), 404},
		"what is not published":  {token, private.Status.DID, 404},
		"what is no DID":         {token, "tumours", 404},
		"a DID of the cluster":   {token, "did:c2d:" + strings.Repeat("0", 64), 404},
		"a selector in disguise": {token, "did:op:x,metadata.name=tumours", 404},
		"a DID of a thousand":    {token, "did:op:" + strings.Repeat("0", 1000), 404},
	} {
		if a := w.ask(test.token, sandbox.PathAssets+"ddo/"+test.did); a.status != test.status {
			t.Errorf("%s: %d %s, want %d", name, a.status, a.body, test.status)
		}
	}

	// What the chain no longer confirms is gone, and so is a DDO that is not that of its DID.
	forged := *status.Published
	forged.DDO = strings.Replace(string(ddo), doc.ID, "did:op:"+strings.Repeat("2", 64), 1)
	dataset.Status.Published = &forged
	say(dataset)
	w.becomes(token, path, 404)
	dataset.Status = status
	say(dataset)
	w.becomes(token, path, 200)
	dataset.Status = v1alpha1.DatasetStatus{DID: "did:c2d:" + strings.Repeat("0", 64)}
	say(dataset)
	w.becomes(token, path, 404)
}
