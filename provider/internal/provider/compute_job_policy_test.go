package provider

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
)

// TestPlanWarnsOfDenials plans a new job beside the rules of two datasets. It speaks the protocol itself, since the CLI hides warnings from tests.
func TestPlanWarnsOfDenials(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	create := func(object client.Object, spec string) {
		t.Helper()
		var whole map[string]any
		must(yaml.Unmarshal([]byte(spec), &whole))
		must(convert(map[string]any{"spec": whole}, object))
		if err := api.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	named := func(name string) v1alpha1.Dataset {
		var d v1alpha1.Dataset
		d.Namespace, d.Name = namespace, name
		return d
	}
	digest := "sha256:" + strings.Repeat("0", 64)
	train := &v1alpha1.Algorithm{}
	train.Namespace, train.Name = namespace, "train"
	create(train, "{container: {image: python, digest: '"+digest+"', entrypoint: python3 $ALGO}, code: {raw: print(1)}, parameters: [{name: epochs, type: number}]}")
	checksum, err := ocean.AlgorithmChecksum(&train.Spec)
	must(err)
	environment := &v1alpha1.ComputeEnvironment{}
	environment.Name = namespace
	create(environment, strings.Join(strings.Split(validEnvironment, "\n")[2:3], "")+"\nresults: {s3: {bucket: results, credentialsSecretRef: {name: s3}}}")
	t.Cleanup(func() { _ = api.Delete(t.Context(), environment) })
	for name, access := range map[string]string{
		"open":    "{consumers: {namespaces: ['*']}, algorithms: [{checksum: '*'}], allowRaw: true}",
		"pinned":  "{consumers: {namespaces: ['*']}, algorithms: [{checksum: '" + checksum + "'}], allowRaw: true}",
		"online":  "{consumers: {namespaces: ['*']}, algorithms: [{checksum: '*'}], network: Allow}",
		"closed":  "{consumers: {namespaces: [somebody-else]}, algorithms: [{checksum: '*'}]}",
		"chained": "{consumers: {accessLists: [{chainID: 1, address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'}]}, algorithms: [{checksum: '*'}]}",
	} {
		d := named(name)
		create(&d, "{files: [{inline: x}], access: "+access+"}")
	}
	plan := planner(t, writeKubeconfig(t, admin, nil), namespace)
	base := "{name: job, environment: " + namespace + ", datasets: [{name: open}], algorithm: {name: train}}"
	raw := "{raw: {container: {image: python, digest: '" + digest + "', entrypoint: python3 $ALGO}, code: {raw: print(%s)}}}"
	for name, test := range map[string]struct {
		attribute, value string
		want, at         string // of a warning, and where all are; empty: none
	}{
		"allowed":                     {"", "", "", ""},
		"allowed by checksum":         {"datasets", "[{name: pinned}]", "", ""},
		"for somebody else":           {"datasets", "[{name: closed}]", `spec.access.consumers.namespaces does not allow namespace "` + namespace + `"`, "datasets"},
		"who is asked on chain":       {"datasets", "[{name: chained}]", "", ""},
		"no such dataset":             {"datasets", "[{name: closed}, {name: none}]", "", ""},
		"by DID":                      {"datasets", "[{did: 'did:op:" + strings.Repeat("1", 64) + "'}]", "", ""},
		"no such algorithm":           {"algorithm", "{name: none}", "", ""},
		"no such environment":         {"environment", "nowhere", "", ""},
		"parameter":                   {"parameters", "{epochs: '20'}", "", ""},
		"parameter of nobody":         {"parameters", "{epoch: '20'}", "spec.access.parameters does not allow parameters that the algorithm does not declare: epoch", "parameters"},
		"parameter that is no number": {"parameters", "{epochs: many}", "epochs", "parameters"},
		"network":                     {"network", "Allow", "spec.access.network does not allow", "network"},
		"network of the environment":  {"datasets", "[{name: online}]", "", ""},
		"without its companion":       {"datasets", "[{name: open}, {name: pinned}]", "spec.access.companions does not allow", "datasets"},
		"raw":                         {"algorithm", strings.Replace(raw, "%s", "2", 1), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			config := map[string]any{}
			must(yaml.Unmarshal([]byte(base), &config))
			if test.attribute != "" {
				var value any
				must(yaml.Unmarshal([]byte(test.value), &value))
				config[test.attribute] = value
			}
			expectWarning(t, plan(t, config), test.want, test.at)
		})
	}
	t.Run("raw of another checksum", func(t *testing.T) {
		config := map[string]any{}
		must(yaml.Unmarshal([]byte(strings.Replace(strings.Replace(base, "open", "pinned", 1), "{name: train}", strings.Replace(raw, "%s", "2", 1), 1)), &config))
		expectWarning(t, plan(t, config), "spec.access.algorithms does not allow", "algorithm")
		must(yaml.Unmarshal([]byte(strings.Replace(strings.Replace(base, "open", "pinned", 1), "{name: train}", strings.Replace(raw, "%s", "1", 1), 1)), &config))
		expectWarning(t, plan(t, config), "", "")
	})
}

func expectWarning(t *testing.T, diags []*tfprotov6.Diagnostic, want, at string) {
	t.Helper()
	if want == "" && len(diags) == 0 {
		return
	}
	if want != "" && slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return strings.Contains(d.Detail, want) }) &&
		!slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool {
			return d.Severity != tfprotov6.DiagnosticSeverityWarning || attributeText(d) != at
		}) {
		return
	}
	for _, d := range diags {
		t.Errorf("said at %s: %s: %s", attributeText(d), d.Summary, d.Detail)
	}
	t.Errorf("want warnings, one with %q at %s", want, at)
}

// planner of new jobs by a provider of its own.
func planner(t *testing.T, kubeconfig, namespace string) func(*testing.T, map[string]any) []*tfprotov6.Diagnostic {
	server := providerserver.NewProtocol6(New("test")())()
	configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: &tfprotov6.DynamicValue{
		JSON: []byte(jsonOf(map[string]any{"kubeconfig": kubeconfig, "namespace": namespace})),
	}})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatal(err, configured.Diagnostics)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	must(err)
	object := schemas.ResourceSchemas["c2d_compute_job"].ValueType()
	none, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, nil))
	must(err)
	return func(t *testing.T, config map[string]any) []*tfprotov6.Diagnostic {
		t.Helper()
		value := &tfprotov6.DynamicValue{JSON: []byte(jsonOf(config))}
		planned, err := server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: "c2d_compute_job", PriorState: &none, Config: value, ProposedNewState: value,
		})
		if err != nil {
			t.Fatal(err)
		}
		return planned.Diagnostics
	}
}

// TestAccUnchangedJobAsksForNothing counts the requests of a plan that changes nothing: the refresh alone.
func TestAccUnchangedJobAsksForNothing(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	startController(t, namespace).from(succeed)
	var mu sync.Mutex
	var asked []string
	target, err := url.Parse(admin.Host)
	must(err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport, err = rest.TransportFor(admin)
	must(err)
	proxy.FlushInterval = -1
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.Method+" "+r.URL.Path)
		mu.Unlock()
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	config := "provider \"c2d\" {\n  host = \"" + front.URL + "\"\n  namespace = \"" + namespace + "\"\n}\n" + jobBody("")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					mu.Lock()
					defer mu.Unlock()
					asked = nil
				},
				Config:           config,
				ConfigPlanChecks: expectNoChange,
			},
			{
				PreConfig: func() {
					mu.Lock()
					defer mu.Unlock()
					for _, request := range asked {
						if !strings.HasSuffix(request, "/computejobs/train") || !strings.HasPrefix(request, "GET ") {
							t.Errorf("asked for %s, want the job alone", request)
						}
					}
					if len(asked) == 0 {
						t.Error("asked for nothing, not even the job: the test counts in vain")
					}
				},
				Config: config,
			},
		},
	})
}
