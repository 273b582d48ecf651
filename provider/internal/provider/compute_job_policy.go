package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/policy"
)

// policyInputs decide what the owners' rules say to a job.
var policyInputs = []string{"namespace", "environment", "agreement", "datasets", "algorithm", "parameters", "network"}

// planDenials warns of rules that would deny the next run as they stand now. What cannot be read says nothing, and nothing
// here fails a plan: the rules may be changed by the same apply, and it is the controller that decides.
func planDenials(ctx context.Context, look *outlook) diag.Diagnostics {
	if look.offer(ctx) == nil {
		// Nothing to run in, or nobody to ask.
		return nil
	}
	request, readable := look.request(ctx)
	if !readable {
		return nil
	}
	verdicts := policy.Evaluate(request)
	if request.Network {
		verdicts = append(verdicts, policy.Network(look.environment))
	}
	var diags diag.Diagnostics
	// refused says that the parameters are, by a rule: what the algorithm says to them is no news.
	refused := false
	for _, denial := range policy.Denials(verdicts) {
		if asksChain(request, denial) {
			continue
		}
		at := path.Root("datasets")
		switch denial.Field {
		case "spec.access.algorithms", "spec.access.allowRaw", "spec.access.publishers":
			at = path.Root("algorithm")
		case "spec.access.parameters":
			at, refused = path.Root("parameters"), true
		case "spec.access.network", "spec.isolation.network":
			at = path.Root("network")
		}
		diags.AddAttributeWarning(at, "Job Would Be Denied",
			denial.String()+"\n\nThat is what the rules say now: a run that starts under them fails with "+v1alpha1.ReasonPolicyDenied+
				". Rules and algorithms that this very plan changes are not taken into account.")
	}
	if declared, given := look.declared, look.job.Spec.Parameters; declared != nil && !refused {
		if _, err := policy.ParametersWith(*declared, given, policy.AnyParameters(request.Datasets)); err != nil {
			diags.AddAttributeWarning(path.Root("parameters"), "Job Would Be Denied",
				fmt.Sprintf("The algorithm does not take these parameters as it is now: %s.\n\nA run fails with %s.", err, v1alpha1.ReasonParametersInvalid))
		}
	}
	return diags
}

// asksChain says whether a denial may be none: an owner lets in who is on a list on chain, which plans do not ask.
func asksChain(request policy.Request, denial policy.Verdict) bool {
	return strings.HasPrefix(denial.Field, "spec.access.consumers") && slices.ContainsFunc(request.Datasets, func(d *v1alpha1.Dataset) bool {
		return d.Namespace+"/"+d.Name == denial.Dataset && len(d.Spec.Access.Consumers.AccessLists) > 0
	})
}

// outlook on the next run of a job: what of the cluster a plan looks at, each object once at most.
type outlook struct {
	api client.Reader
	job *v1alpha1.ComputeJob

	environment *v1alpha1.ComputeEnvironment
	agreement   *v1alpha1.ServiceAgreement
	declared    *[]v1alpha1.Parameter // by the algorithm; nil where it was not read
	asked       map[string]bool
}

// once says whether something was not asked for before.
func (o *outlook) once(what string) bool {
	if o.asked == nil {
		o.asked = map[string]bool{}
	}
	before := o.asked[what]
	o.asked[what] = true
	return !before
}

// offer is the environment of the job; nil where it cannot be read (yet).
func (o *outlook) offer(ctx context.Context) *v1alpha1.ComputeEnvironment {
	if o.once("environment") {
		if found, err := readEnvironment(ctx, o.api, o.job.Spec.Environment); err == nil {
			o.environment = found
		}
	}
	return o.environment
}

// signed is the agreement of the job; nil where there is none, or it cannot be read (yet).
func (o *outlook) signed(ctx context.Context) *v1alpha1.ServiceAgreement {
	if o.once("agreement") {
		o.agreement = agreementOf(ctx, o.api, client.ObjectKey{Namespace: o.job.Namespace, Name: o.job.Spec.Agreement})
	}
	return o.agreement
}

// request to the owners' rules; false where something that it takes cannot be read (yet).
func (o *outlook) request(ctx context.Context) (policy.Request, bool) {
	request := policy.Request{
		Namespace: o.job.Namespace, Parameters: slices.Collect(maps.Keys(o.job.Spec.Parameters)), Network: o.job.Spec.Network == v1alpha1.NetworkAllow,
	}
	for _, reference := range o.job.Spec.Datasets {
		// One that is named by its DID may be anywhere: it is not looked for.
		key := client.ObjectKey{Namespace: reference.Namespace, Name: reference.Name}
		if key.Namespace == "" {
			key.Namespace = o.job.Namespace
		}
		dataset := &v1alpha1.Dataset{}
		if key.Name == "" || o.api.Get(ctx, key, dataset) != nil {
			return request, false
		}
		request.Datasets = append(request.Datasets, dataset)
		request.DIDs = append(request.DIDs, policy.DIDs(dataset.Status.DID, dataset.Status.Published))
	}
	var readable bool
	if request.Algorithm, readable = o.algorithm(ctx); !readable {
		return request, false
	}
	if slices.ContainsFunc(request.Datasets, policy.ConsumerNeeded) && o.job.Spec.Agreement != "" {
		signed := o.signed(ctx)
		if signed == nil {
			return request, false
		}
		request.Consumer = signed.Spec.Consumer
	}
	return request, true
}

// algorithm that the job runs, as the rules look at it.
func (o *outlook) algorithm(ctx context.Context) (policy.Algorithm, bool) {
	found := &v1alpha1.Algorithm{}
	found.Namespace = o.job.Namespace
	switch reference := o.job.Spec.Algorithm; {
	case reference.Raw != nil:
		found.Spec.Container, found.Spec.Code = reference.Raw.Container, reference.Raw.Code
	case reference.Name == "" || o.api.Get(ctx, client.ObjectKey{Namespace: o.job.Namespace, Name: reference.Name}, found) != nil:
		return policy.Algorithm{}, false
	default:
		o.declared = &found.Spec.Parameters
	}
	checksum, err := ocean.AlgorithmChecksum(&found.Spec)
	if err != nil {
		return policy.Algorithm{}, false
	}
	asked := policy.Algorithm{
		Namespace: found.Namespace, Name: found.Name, Checksum: checksum, DIDs: policy.DIDs(found.Status.DID, found.Status.Published),
		Raw: o.job.Spec.Algorithm.Raw != nil, Declared: found.Spec.Parameters, Ocean: policy.OceanChecksumsOf(&found.Spec, found.Status.Published),
	}
	if found.Status.Published != nil {
		asked.Publisher = found.Status.Published.Publisher
	}
	return asked, true
}
