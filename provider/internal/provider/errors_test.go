package provider

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// proxyTo the real API server; meddle may answer a request itself, or change it, and says whether it has answered.
func proxyTo(t *testing.T, meddle func(http.ResponseWriter, *http.Request) bool) *rest.Config {
	t.Helper()
	target, err := url.Parse(admin.Host)
	if err != nil {
		t.Fatal(err)
	}
	transport, err := rest.TransportFor(admin)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Transport:     transport,
		FlushInterval: -1,
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ErrorHandler:  func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !meddle(w, r) {
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return &rest.Config{Host: server.URL}
}

func TestAccExistsAlready(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	startController(t, namespace)
	existing := &v1alpha1.Dataset{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "tumours"},
		Spec: v1alpha1.DatasetSpec{Files: []v1alpha1.DatasetFile{{Inline: "somebody's"}}}}
	if err := api.Create(t.Context(), existing); err != nil {
		t.Fatal(err)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		Steps: []resource.TestStep{{
			Config:      configuration(t, namespace, "", datasetBody("tumours", `files = [{ inline = "x" }]`)),
			ExpectError: errorText("Take it over with: terraform import c2d_dataset.NAME " + namespace + "/tumours"),
		}},
	})
	if err := api.Get(t.Context(), client.ObjectKeyFromObject(existing), existing); err != nil || existing.Spec.Files[0].Inline != "somebody's" {
		t.Errorf("the object of somebody else is %v (%v), want it untouched", existing.Spec, err)
	}
}

// Where the kinds are missing nothing is known about objects, so none may be dropped from the state.
func TestAccMissingKinds(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	startController(t, namespace)
	var missing atomic.Bool
	config := configurationAs(writeKubeconfig(t, proxyTo(t, func(_ http.ResponseWriter, r *http.Request) bool {
		if missing.Load() {
			r.URL.Path = strings.Replace(r.URL.Path, "/apis/c2d.dev/", "/apis/missing.c2d.dev/", 1)
		}
		return false
	}), nil), namespace, "", datasetBody("tumours", `files = [{ inline = "x" }]`))
	const advice = "kubectl apply --server-side -f crds/"
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{PreConfig: func() { missing.Store(true) }, Config: config, ExpectError: errorText(advice)},
			{PreConfig: func() { missing.Store(false) }, Config: config},
			{PreConfig: func() { missing.Store(true) }, Config: config, ExpectError: errorText(advice)},
			{PreConfig: func() { missing.Store(false) }, Config: config, ConfigPlanChecks: expectNoChange},
		},
	})
}

func TestAccRefused(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	body := datasetBody("tumours", `files = [{ inline = "x" }]`)
	nobody := writeKubeconfig(t, admin, func(user *clientcmdapi.AuthInfo) { user.Impersonate = "nobody" })
	closed := httptest.NewServer(nil)
	closed.Close()
	for name, test := range map[string]struct{ config, want string }{
		"forbidden":          {configurationAs(nobody, namespace, "", body), `User "nobody" cannot get resource "datasets"`},
		"unauthorized":       {configurationAs(writeKubeconfig(t, &rest.Config{Host: admin.Host, TLSClientConfig: rest.TLSClientConfig{CAData: admin.CAData}}, func(user *clientcmdapi.AuthInfo) { user.Token = "wrong" }), namespace, "", body), "The API server does not accept the credentials of the provider."},
		"unreachable":        {configurationAs(writeKubeconfig(t, &rest.Config{Host: closed.URL}, nil), namespace, "", body), "The API server cannot be reached"},
		"no such namespace":  {configuration(t, "no-such-namespace", "", body), `"no-such-namespace" not found. Create it first`},
		"no kubeconfig":      {configurationAs("/nowhere/kubeconfig", namespace, "", body), "Read the kubeconfig: stat /nowhere/kubeconfig: no such file or directory"},
		"no such context":    {configuration(t, namespace, `context = "other"`, body), `context "other" does not exist`},
		"two clusters":       {configuration(t, namespace, `host = "https://example.org"`, body), "These attributes cannot be configured together"},
		"token without host": {configuration(t, namespace, `token = "secret"`, body), `"host" must be specified when "token" is specified`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: providers(),
				Steps:                    []resource.TestStep{{Config: test.config, ExpectError: errorText(test.want)}},
			})
		})
	}
}

// A plan needs no cluster: its address may come from something that the same apply creates.
func TestAccUnknownCluster(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	startController(t, namespace)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{{
			Config: `
resource "terraform_data" "cluster" { input = "` + writeKubeconfig(t, admin, nil) + `" }
provider "c2d" {
  kubeconfig = terraform_data.cluster.output
  namespace  = "` + namespace + `"
}
` + datasetBody("tumours", `files = [{ inline = terraform_data.cluster.id }]`),
			ConfigPlanChecks: expectAction(testDataset, plancheck.ResourceActionCreate),
		}},
	})
}

// The API server may be away for a while as Terraform waits: nothing comes of it.
func TestAccServerAwayDuringWait(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	controller := startController(t, namespace)
	controller.from(keepRunning)
	var watches, refused atomic.Int32
	config := proxyTo(t, func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("watch") == "" {
			// Between the first watch and the second the server is restarting.
			if watches.Load() == 1 && refused.Add(1) <= 3 {
				http.Error(w, "the server is starting", http.StatusServiceUnavailable)
				return true
			}
			return false
		}
		switch watches.Add(1) {
		case 1:
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		case 2:
			time.AfterFunc(time.Second, func() { controller.from(succeed) })
		}
		return false
	})
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{{
			Config:            configurationAs(writeKubeconfig(t, config, nil), namespace, "", jobBody("")),
			ConfigStateChecks: []statecheck.StateCheck{expectValue(testJob, "state", knownvalue.StringExact("Succeeded"))},
		}},
	})
	if refused.Load() < 3 {
		t.Errorf("%d requests were refused, want the test to refuse 3", refused.Load())
	}
}
