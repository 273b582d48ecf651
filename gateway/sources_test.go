package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const (
	cid         = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
	transaction = "bNbA3TEQVL60xlgCcqdz4ZPHFZ711cZ3hmkpGttDt_U"
)

// web is a server that answers with what it was asked for, and redirects once where a gateway of IPFS or Arweave would.
type web struct {
	*httptest.Server
	mutex sync.Mutex
	asked []string
}

func newWeb(t *testing.T) *web {
	w := &web{}
	w.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ipfs/"+cid || r.URL.Path == "/"+transaction {
			http.Redirect(rw, r, "/content"+r.URL.Path, http.StatusFound)
			return
		}
		if r.Method == http.MethodPost {
			// A client of another test, whose own server had this port before.
			rw.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		w.mutex.Lock()
		w.asked = append(w.asked, r.Method+" "+r.URL.RequestURI())
		w.mutex.Unlock()
		_, _ = io.WriteString(rw, r.URL.RequestURI())
	}))
	t.Cleanup(w.Close)
	return w
}

// A dataset of mounts and of what comes by HTTP in all its forms: the indices fit together, parameters reach the owner's
// URLs and no other, and what is mounted cannot be fetched.
func TestSourcesBesideS3(t *testing.T) {
	w := newWorld(t)
	server := newWeb(t)
	r := w.newRun([]v1alpha1.DatasetFile{
		{Inline: "in line"},
		{PersistentVolumeClaim: &v1alpha1.VolumeSource{ClaimName: "scans", Path: "2026"}},
		{HTTP: &v1alpha1.HTTPSource{URL: server.URL + "/table?sig=a%2Fb"}},
		{Image: &v1alpha1.ImageSource{Reference: "registry.example.org/data@sha256:" + strings.Repeat("a", 64)}},
		{IPFS: &v1alpha1.IPFSSource{CID: cid, Gateway: server.URL}},
		{Arweave: &v1alpha1.ArweaveSource{TransactionID: transaction, Gateway: server.URL + "/"}},
	}, nil, func(r *testRun) {
		r.Datasets[0].Parameters = map[string]json.RawMessage{"year": json.RawMessage("2026"), "ward": json.RawMessage(`"a b"`)}
		r.Datasets[0].Mounts = []sandbox.Mount{{Index: 1, Claim: "scans", Path: "2026"}, {Index: 3}}
	})

	plan := r.plan()
	wants := []string{"in line", "", "/table?sig=a%2Fb&ward=a+b&year=2026", "", "/content/ipfs/" + cid, "/content/" + transaction}
	if len(plan.Datasets[0].Files) != len(wants) {
		t.Fatalf("files %+v", plan.Datasets[0].Files)
	}
	for i, file := range plan.Datasets[0].Files {
		want := sandbox.PlanFile{Source: i, Bytes: int64(len(wants[i])), Mounted: wants[i] == ""}
		if file != want {
			t.Errorf("file %d: %+v, want %+v", i, file, want)
		}
		a := r.get(sandbox.InputPath(0, file))
		if file.Mounted && a.status != http.StatusForbidden || !file.Mounted && (a.status != http.StatusOK || string(a.body) != wants[i]) {
			t.Errorf("file %d: %d %q, want %q", i, a.status, a.body, wants[i])
		}
	}
	if text := strings.Join(w.log.all(), "\n"); strings.Contains(text, "sig=") || strings.Contains(text, "a+b") {
		t.Error("a query is in the log")
	}
}

// A parameter that would speak in the owner's place ends the run, also where the controller let it pass.
func TestParametersReplaceNothing(t *testing.T) {
	w := newWorld(t)
	server := newWeb(t)
	r := w.newRun([]v1alpha1.DatasetFile{{HTTP: &v1alpha1.HTTPSource{URL: server.URL + "/table?token=of-the-owner"}}}, nil, func(r *testRun) {
		r.Datasets[0].Parameters = map[string]json.RawMessage{"token": json.RawMessage(`"mine"`)}
	})
	for _, path := range []string{sandbox.PathPlan, input(0, 0)} {
		a := r.get(path)
		if failure := a.failure(); failure.Retry || failure.Reason != v1alpha1.ReasonInputFetchFailed ||
			!strings.Contains(failure.Message, `parameter "token"`) || strings.Contains(failure.Message, "of-the-owner") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	if len(server.asked) > 0 {
		t.Errorf("the source was asked: %v", server.asked)
	}
}

// Code comes from the same sources, and the hash that it was trusted by goes along.
func TestCodeThroughGateways(t *testing.T) {
	w := newWorld(t)
	server := newWeb(t)
	sum := strings.Repeat("c", 64)
	for want, code := range map[string]*v1alpha1.Code{
		"/content/ipfs/" + cid:    {IPFS: &v1alpha1.IPFSSource{CID: cid, Gateway: server.URL}, SHA256: sum},
		"/content/" + transaction: {Arweave: &v1alpha1.ArweaveSource{TransactionID: transaction, Gateway: server.URL}, SHA256: sum},
	} {
		r := w.newRun(inline("x"), code)
		if plan := r.plan(); !plan.Algorithm.Code || plan.Algorithm.SHA256 != ocean.CodeSHA256(code) {
			t.Errorf("plan of the code: %+v", plan.Algorithm)
		}
		if a := r.get(sandbox.PathCode); a.status != http.StatusOK || string(a.body) != want {
			t.Errorf("code: %d %q, want %q", a.status, a.body, want)
		}
	}
}

// The egress rule holds for gateways of IPFS and Arweave as for any URL: here the loopback is not allowed.
func TestGatewaysKeepToTheEgressRule(t *testing.T) {
	w := newWorld(t)
	server := newWeb(t)
	w.environment.Spec.Egress.Allow = nil
	if err := api.Update(t.Context(), w.environment); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]v1alpha1.DatasetFile{
		"ipfs":    {IPFS: &v1alpha1.IPFSSource{CID: cid, Gateway: server.URL}},
		"arweave": {Arweave: &v1alpha1.ArweaveSource{TransactionID: transaction, Gateway: server.URL}},
	} {
		r := w.newRun([]v1alpha1.DatasetFile{file}, nil)
		if a := r.get(sandbox.PathPlan); a.status != http.StatusFailedDependency || !strings.Contains(string(a.body), "may not be called") {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if len(server.asked) > 0 {
		t.Errorf("the source was asked: %v", server.asked)
	}
}
