package policy

import (
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// open is a dataset that denies nothing of what TestEvaluate looks at.
func open(name string, change func(*v1alpha1.DatasetAccess)) *v1alpha1.Dataset {
	d := dataset([]string{"lab"}, v1alpha1.TrustedAlgorithm{Checksum: trusted})
	d.Name = name
	if change != nil {
		change(&d.Spec.Access)
	}
	return d
}

// Each rule is asked of every dataset: one that denies is enough, whichever it is.
func TestEveryDatasetIsAsked(t *testing.T) {
	for field, test := range map[string]struct {
		allow func(*v1alpha1.DatasetAccess)
		want  func(*Request)
	}{
		"spec.access.allowRaw":   {func(a *v1alpha1.DatasetAccess) { a.AllowRaw = true }, func(r *Request) { r.Algorithm.Raw = true }},
		"spec.access.network":    {func(a *v1alpha1.DatasetAccess) { a.Network = v1alpha1.NetworkAllow }, func(r *Request) { r.Network = true }},
		"spec.access.parameters": {func(a *v1alpha1.DatasetAccess) { a.Parameters = v1alpha1.ParametersAny }, func(r *Request) { r.Parameters = []string{"undeclared"} }},
		"spec.access.companions": {func(a *v1alpha1.DatasetAccess) { a.Companions = []string{"*"} }, func(*Request) {}},
		"spec.access.publishers": {func(a *v1alpha1.DatasetAccess) { a.Publishers = nil }, func(*Request) {}},
	} {
		for refusing := -1; refusing < 3; refusing++ {
			request := Request{Namespace: "lab", Algorithm: Algorithm{Namespace: "lab", Name: "train", Checksum: trusted}}
			for i, name := range []string{"a", "b", "c"} {
				request.Datasets = append(request.Datasets, open(name, func(a *v1alpha1.DatasetAccess) {
					a.Companions = []string{"*"}
					a.Publishers = []v1alpha1.Address{"0x01"}
					if field != "spec.access.publishers" {
						a.Publishers = nil
					}
					if field == "spec.access.companions" {
						a.Companions = nil
					}
					if i != refusing {
						test.allow(a)
					}
				}))
			}
			test.want(&request)
			denials := Denials(Evaluate(request))
			if refusing < 0 && len(denials) > 0 {
				t.Errorf("%s: all allow, and it is denied: %s", field, Sentence(denials))
			}
			for _, d := range denials {
				if d.Field != field || d.Dataset != name(request.Datasets[refusing]) {
					t.Errorf("%s: dataset %d refuses, and the verdict is %s", field, refusing, d)
				}
			}
			if refusing >= 0 && len(denials) == 0 {
				t.Errorf("%s: dataset %d refuses, and nobody says so", field, refusing)
			}
		}
	}
}

func TestCompanions(t *testing.T) {
	for name, test := range map[string]struct {
		first, second []string
		denied        []string
	}{
		"none by default":     {nil, nil, []string{"hospital/a", "hospital/b"}},
		"only one of the two": {[]string{"hospital/b"}, nil, []string{"hospital/b"}},
		"by name and DID":     {[]string{"hospital/b"}, []string{"did:c2d:a"}, nil},
		"all":                 {[]string{"*"}, []string{"*"}, nil},
		"another's name":      {[]string{"clinic/b"}, []string{"*"}, []string{"hospital/a"}},
		"its own name is no permission for another": {[]string{"hospital/a"}, []string{"*"}, []string{"hospital/a"}},
	} {
		request := Request{
			Namespace: "lab", Algorithm: Algorithm{Checksum: trusted},
			Datasets: []*v1alpha1.Dataset{
				open("a", func(a *v1alpha1.DatasetAccess) { a.Companions = test.first }),
				open("b", func(a *v1alpha1.DatasetAccess) { a.Companions = test.second }),
			},
			DIDs: [][]string{{"did:c2d:a"}, {"did:c2d:b", "did:op:b"}},
		}
		var denied []string
		for _, d := range Denials(Evaluate(request)) {
			denied = append(denied, d.Dataset)
		}
		if !slices.Equal(denied, test.denied) {
			t.Errorf("%s: denied by %v, want %v", name, denied, test.denied)
		}
	}
}

func TestParameterAccess(t *testing.T) {
	for name, test := range map[string]struct {
		access  v1alpha1.ParameterAccess
		given   []string
		allowed bool
	}{
		"declared by default": {"", []string{"epochs"}, true}, "undeclared by default": {"", []string{"epochs", "rate"}, false},
		"declared": {v1alpha1.ParametersDeclared, []string{"epochs"}, true}, "undeclared": {v1alpha1.ParametersDeclared, []string{"rate"}, false},
		"any": {v1alpha1.ParametersAny, []string{"rate"}, true}, "none": {v1alpha1.ParametersNone, []string{"epochs"}, false},
		"none given": {v1alpha1.ParametersNone, nil, true}, "a value of tomorrow": {"Some", []string{"epochs"}, false},
	} {
		denials := Denials(Evaluate(Request{
			Namespace: "lab", Parameters: test.given,
			Algorithm: Algorithm{Checksum: trusted, Declared: []v1alpha1.Parameter{{Name: "epochs"}}},
			Datasets:  []*v1alpha1.Dataset{open("a", func(a *v1alpha1.DatasetAccess) { a.Parameters = test.access })},
		}))
		if (len(denials) == 0) != test.allowed {
			t.Errorf("%s: %v", name, denials)
		}
	}
	if got, err := ParametersWith(nil, map[string]string{"rate": "1"}, true); err != nil || string(got["rate"]) != `"1"` {
		t.Errorf("an undeclared parameter is %s, %v: want text", got["rate"], err)
	}
	loose := open("a", func(a *v1alpha1.DatasetAccess) { a.Parameters = v1alpha1.ParametersAny })
	if AnyParameters(nil) || AnyParameters([]*v1alpha1.Dataset{loose, open("b", nil)}) || !AnyParameters([]*v1alpha1.Dataset{loose}) {
		t.Error("any parameters are for all datasets to allow")
	}
}

// A list on chain lets an account in that is on it, on the chain of the environment.
func TestAccessLists(t *testing.T) {
	list := v1alpha1.AccessList{ChainID: 1, Address: "0xAb"}
	d := open("a", func(a *v1alpha1.DatasetAccess) {
		a.Consumers = v1alpha1.Consumers{AccessLists: []v1alpha1.AccessList{list}, Addresses: []v1alpha1.Address{"0x02"}}
	})
	on := []v1alpha1.AccessList{{ChainID: 1, Address: "0xaB"}}
	for name, test := range map[string]struct {
		request Request
		who     string
	}{
		"on it":                  {Request{Namespace: "lab", Consumer: "0x01", Lists: on}, "account/0x01"},
		"not on it":              {Request{Namespace: "lab", Consumer: "0x01"}, ""},
		"without an account":     {Request{Namespace: "lab", Lists: on}, ""},
		"that of another chain":  {Request{Namespace: "lab", Consumer: "0x01", Lists: []v1alpha1.AccessList{{ChainID: 2, Address: "0xab"}}}, ""},
		"listed by its address":  {Request{Namespace: "lab", Consumer: "0x02"}, "account/0x02"},
		"an upper-case spelling": {Request{Namespace: "lab", Consumer: "0X02"}, "account/0x02"},
	} {
		if got := Identity(test.request, d); got != test.who || Consumer(test.request, d).Allowed != (test.who != "") {
			t.Errorf("%s: it is let in as %q, want %q", name, got, test.who)
		}
	}
	if got := ListsNeeded(Request{Consumer: "0x01"}, d, 1); len(got) != 1 {
		t.Errorf("lists to ask: %v", got)
	}
	for name, got := range map[string][]v1alpha1.AccessList{
		"another chain": ListsNeeded(Request{Consumer: "0x01"}, d, 2), "no chain": ListsNeeded(Request{Consumer: "0x01"}, d, 0),
		"no account": ListsNeeded(Request{}, d, 1), "let in anyway": ListsNeeded(Request{Consumer: "0x02"}, d, 1),
	} {
		if len(got) > 0 {
			t.Errorf("%s: lists to ask: %v", name, got)
		}
	}
	listed := open("a", nil)
	if got := Identity(Request{Namespace: "lab", Consumer: "0x01"}, listed); got != "namespace/lab" {
		t.Errorf("a namespace that is listed counts as %q", got)
	}
}

// Ocean's two checksums say nothing of a command and of environment variables: an algorithm that has any is not known by them.
func TestOceanChecksums(t *testing.T) {
	spec := v1alpha1.AlgorithmSpec{
		Container: v1alpha1.Container{Image: "python", Digest: "sha256:" + strings.Repeat("0", 64), Entrypoint: "python3 $ALGO"},
		Code:      &v1alpha1.Code{Raw: "print(1)"},
	}
	published := &v1alpha1.Publication{DID: "did:op:1"}
	known := OceanChecksumsOf(&spec, published)
	if known == nil {
		t.Fatal("a published algorithm has no Ocean checksums")
	}
	entry := v1alpha1.TrustedAlgorithm{FilesChecksum: known.Files, ContainerSectionChecksum: known.ContainerSection}
	for name, test := range map[string]struct {
		change    func(*v1alpha1.AlgorithmSpec)
		published *v1alpha1.Publication
		entry     func(*v1alpha1.TrustedAlgorithm)
		trusted   bool
	}{
		"as it is":          {nil, published, nil, true},
		"not published":     {nil, nil, nil, false},
		"other code":        {func(s *v1alpha1.AlgorithmSpec) { s.Code = &v1alpha1.Code{Raw: "print(2)"} }, published, nil, false},
		"no code":           {func(s *v1alpha1.AlgorithmSpec) { s.Code = nil }, published, nil, false},
		"another entry":     {func(s *v1alpha1.AlgorithmSpec) { s.Container.Entrypoint = "sh $ALGO" }, published, nil, false},
		"another image":     {func(s *v1alpha1.AlgorithmSpec) { s.Container.Digest = "sha256:1" }, published, nil, false},
		"with environment":  {func(s *v1alpha1.AlgorithmSpec) { s.Container.Env = []v1alpha1.EnvVar{{Name: "A"}} }, published, nil, false},
		"with a command":    {func(s *v1alpha1.AlgorithmSpec) { s.Container.Command = []string{"sh"} }, published, nil, false},
		"one of the two":    {nil, published, func(e *v1alpha1.TrustedAlgorithm) { e.ContainerSectionChecksum = strings.Repeat("1", 64) }, false},
		"checksum too":      {nil, published, func(e *v1alpha1.TrustedAlgorithm) { e.Checksum = trusted }, true},
		"another checksum":  {nil, published, func(e *v1alpha1.TrustedAlgorithm) { e.Checksum = other }, false},
		"an entry of none":  {nil, published, func(e *v1alpha1.TrustedAlgorithm) { *e = v1alpha1.TrustedAlgorithm{} }, false},
		"half of an entry":  {nil, published, func(e *v1alpha1.TrustedAlgorithm) { e.FilesChecksum = "" }, false},
		"narrowed to a DID": {nil, published, func(e *v1alpha1.TrustedAlgorithm) { e.DID = "did:op:2" }, false},
	} {
		spec, entry := *spec.DeepCopy(), entry
		if test.change != nil {
			test.change(&spec)
		}
		if test.entry != nil {
			test.entry(&entry)
		}
		asked := Algorithm{Checksum: trusted, DIDs: []string{"did:op:1"}, Ocean: OceanChecksumsOf(&spec, test.published)}
		d := dataset([]string{"lab"}, entry)
		if got := len(Denials(Evaluate(Request{Namespace: "lab", Algorithm: asked, Datasets: []*v1alpha1.Dataset{d}}))) == 0; got != test.trusted {
			t.Errorf("%s: trusted is %t, want %t", name, got, test.trusted)
		}
	}
}

func TestEnvironmentNetwork(t *testing.T) {
	environment := &v1alpha1.ComputeEnvironment{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	denied := Network(environment)
	if denied.Allowed || !strings.Contains(denied.String(), "ComputeEnvironment default: spec.isolation.network does not allow") {
		t.Errorf("by default: %s", denied)
	}
	environment.Spec.Isolation.Network = v1alpha1.NetworkAllow
	if !Network(environment).Allowed {
		t.Error("it is allowed, and denied all the same")
	}
}
