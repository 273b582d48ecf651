package storage_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

func TestWithQuery(t *testing.T) {
	values := func(text string) map[string]json.RawMessage {
		var parameters map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &parameters); err != nil {
			t.Fatal(err)
		}
		return parameters
	}
	const url = "https://data.example.org/a%20b"
	for name, test := range map[string]struct {
		url, parameters, want, fault string
	}{
		"none":                    {url + "?a=1", `{}`, url + "?a=1", ""},
		"every type":              {url, `{"year":2e3,"all":true,"name":"Ann"}`, url + "?all=true&name=Ann&year=2e3", ""},
		"what must be escaped":    {url, `{"q":"a b&c=d#e?é\"+"}`, url + "?q=a+b%26c%3Dd%23e%3F%C3%A9%22%2B", ""},
		"an empty text":           {url, `{"q":""}`, url + "?q=", ""},
		"the owner's query stays": {url + "?sig=a%2Fb&b=1&b=2", `{"year":1}`, url + "?sig=a%2Fb&b=1&b=2&year=1", ""},
		"a fragment":              {url + "?a=1#f", `{"b":1}`, url + "?a=1&b=1#f", ""},
		"one of the owner's":      {url + "?token=x", `{"token":"y"}`, "", `parameter "token" would replace`},
		"in other letters":        {url + "?Token=x", `{"token":"y"}`, "", `parameter "token" would replace`},
		"escaped by the owner":    {url + "?to%6Ben=x", `{"token":"y"}`, "", "would replace"},
		"behind a semicolon":      {url + "?a=1;token=x", `{"token":"y"}`, "", "would replace"},
		"without a value":         {url + "?token", `{"token":"y"}`, "", "would replace"},
		"a value that looks like": {url + "?a=token", `{"token":"y"}`, url + "?a=token&token=y", ""},
	} {
		got, err := storage.WithQuery(test.url, values(test.parameters))
		if test.fault != "" {
			if err == nil || !strings.Contains(err.Error(), test.fault) || strings.Contains(err.Error(), "example.org") {
				t.Errorf("%s: got %v, want %q and no URL", name, err, test.fault)
			}
			continue
		}
		if err != nil || got != test.want {
			t.Errorf("%s: got %s, %v, want %s", name, got, err, test.want)
		}
	}
}

// TestGateways fetches through gateways that redirect, as those of IPFS and Arweave do.
func TestGateways(t *testing.T) {
	const cid, transaction = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi", "bNbA3TEQVL60xlgCcqdz4ZPHFZ711cZ3hmkpGttDt_U"
	gateway := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.EscapedPath() {
		case "/ipfs/" + cid, "/" + transaction:
			http.Redirect(w, r, "/content"+r.URL.Path, http.StatusFound)
		case "/content/ipfs/" + cid, "/content/" + transaction, "/ipfs/" + cid + "/a%20b/50%25.csv":
			_, _ = io.WriteString(w, r.URL.Path)
		default:
			http.NotFound(w, r)
		}
	}).String()
	for name, test := range map[string]struct {
		source v1alpha1.HTTPSource
		want   string
		kind   storage.Kind
	}{
		"IPFS":           {storage.IPFS(v1alpha1.IPFSSource{CID: cid, Gateway: gateway + "/"}), "/content/ipfs/" + cid, ""},
		"a file in IPFS": {storage.IPFS(v1alpha1.IPFSSource{CID: cid + "/a b/50%.csv", Gateway: gateway}), "/ipfs/" + cid + "/a b/50%.csv", ""},
		"not there":      {storage.IPFS(v1alpha1.IPFSSource{CID: "bafynothere0000000", Gateway: gateway}), "", storage.NotFound},
		"Arweave":        {storage.Arweave(v1alpha1.ArweaveSource{TransactionID: transaction, Gateway: gateway}), "/content/" + transaction, ""},
	} {
		reading, err := newFile(t, test.source.URL, storage.Headers{}).Open(t.Context(), storage.All)
		if test.kind != "" {
			if storage.KindOf(err) != test.kind {
				t.Errorf("%s: got %v, want %s", name, err, test.kind)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		text, err := io.ReadAll(reading.Body)
		_ = reading.Body.Close()
		if err != nil || string(text) != test.want {
			t.Errorf("%s: got %q, %v, want %q", name, text, err, test.want)
		}
	}
}
