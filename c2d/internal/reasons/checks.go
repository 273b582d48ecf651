package reasons

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/story"
	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/terminal"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/policy"
)

// hidden is said of what the user may not read.
const hidden = "you may not read it"

// references exist and are ready.
func references(facts *Facts) []Check {
	checks := []Check{
		reference("environment", "spec.environment", facts.Environment, func(e *v1alpha1.ComputeEnvironment) (int64, []metav1.Condition) {
			return e.Status.ObservedGeneration, e.Status.Conditions
		}),
		reference("algorithm", algorithmField(facts.Job), facts.Algorithm, func(a *v1alpha1.Algorithm) (int64, []metav1.Condition) {
			return a.Status.ObservedGeneration, a.Status.Conditions
		}),
	}
	for i, dataset := range facts.Datasets {
		checks = append(checks, reference("dataset", fmt.Sprintf("spec.datasets[%d]", i), dataset, func(d *v1alpha1.Dataset) (int64, []metav1.Condition) {
			return d.Status.ObservedGeneration, d.Status.Conditions
		}))
	}
	if facts.Job.Spec.Algorithm.Raw != nil {
		checks[1].Actual, checks[1].Verdict = "stands in the job itself", OK
	}
	if admitted(facts.Job) {
		for i := range checks {
			if checks[i].Verdict == Unknown {
				checks[i].Verdict = OK
				checks[i].Actual += "; it was ready when the job was admitted"
			}
		}
	}
	return checks
}

func algorithmField(job *v1alpha1.ComputeJob) string {
	if job.Spec.Algorithm.DID != "" {
		return "spec.algorithm.did"
	}
	if job.Spec.Algorithm.Raw != nil {
		return "spec.algorithm.raw"
	}
	return "spec.algorithm.name"
}

func reference[T client.Object](rule, field string, found Found[T], status func(T) (int64, []metav1.Condition)) Check {
	check := Check{Rule: rule, Of: found.Name, Field: field, rules: true}
	switch {
	case found.Hidden:
		check.Actual, check.Verdict = hidden, Unknown
	case found.Missing:
		check.Actual, check.Verdict = "does not exist", Fail
	default:
		observed, conditions := status(found.Object)
		ready, text := readyOf(found.Object, observed, conditions)
		check.Actual, check.Verdict = text, OK
		if !ready {
			check.Verdict = Fail
		}
	}
	return check
}

// rules of the datasets, the algorithm and the environment, as they stand now.
func rules(facts *Facts, now time.Time) []Check {
	var checks []Check
	for i, dataset := range facts.Datasets {
		checks = append(checks, access(facts, dataset)...)
		if dataset.ok() && policy.OrderNeeded(dataset.Object) {
			checks = append(checks, order(facts, dataset))
		}
		if dataset.ok() && dataset.Object.Spec.Access.Budget != nil {
			checks = append(checks, budget(facts, dataset, now))
		}
		if parameters := facts.Job.Spec.Datasets[i].Parameters; dataset.ok() && (len(parameters) > 0 || len(dataset.Object.Spec.Parameters) > 0) {
			checks = append(checks, parametersOf("dataset", dataset.Name, fmt.Sprintf("spec.datasets[%d].parameters", i), dataset.Object.Spec.Parameters, parameters, false))
		}
	}
	if facts.Algorithm.ok() {
		checks = append(checks, parametersOf("parameters", facts.Algorithm.Name, "spec.parameters", facts.Algorithm.Object.Spec.Parameters, facts.Job.Spec.Parameters, anyParameters(facts)))
	}
	if facts.Environment.ok() {
		checks = append(checks, resources(facts))
		if facts.Job.Spec.Network == v1alpha1.NetworkAllow {
			v := policy.Network(facts.Environment.Object)
			check := Check{Rule: "network", Of: v.Environment, Field: v.Field, Actual: v.Actual, Verdict: OK, rules: true}
			if !v.Allowed {
				check.Verdict, check.Actual = Fail, v.Actual+"; "+v.Advice
			}
			checks = append(checks, check)
		}
	}
	for _, dataset := range facts.Datasets {
		checks = append(checks, logs(facts, dataset))
	}
	return checks
}

// access to one dataset.
func access(facts *Facts, dataset Found[*v1alpha1.Dataset]) []Check {
	names := map[string]string{
		"spec.access.consumers": "consumer", "spec.access.consumers.namespaces": "consumer", "spec.access.consumers.addresses": "consumer",
		"spec.access.consumers.accessLists": "consumer",
		"spec.access.algorithms":            "trusted", "spec.access.publishers": "publisher", "spec.access.allowRaw": "raw",
		"spec.access.parameters": "parameters", "spec.access.companions": "companions", "spec.access.network": "network",
	}
	if !dataset.ok() || !facts.Algorithm.ok() {
		check := Check{Rule: "access", Of: dataset.Name, Field: "spec.access", Verdict: Unknown, rules: true}
		switch c := meta.FindStatusCondition(facts.Job.Status.Conditions, v1alpha1.ConditionAdmitted); {
		case admitted(facts.Job):
			check.Actual, check.Verdict = "allowed when the job was admitted", OK
		case c != nil && strings.Contains(c.Message, dataset.Name):
			check.Actual = "the controller says what is said above"
			if c.Reason == v1alpha1.ReasonPolicyDenied {
				check.Verdict = Fail
			}
		case dataset.Hidden:
			check.Actual = "its rules are not yours to read"
		default:
			check.Actual = "cannot be asked without the algorithm and the dataset"
		}
		return []Check{check}
	}
	checksum, err := ocean.AlgorithmChecksum(&facts.Algorithm.Object.Spec)
	if err != nil {
		return []Check{{Rule: "trusted", Of: facts.Algorithm.Name, Field: "spec", Actual: err.Error(), Verdict: Fail, rules: true}}
	}
	of := facts.Algorithm.Object
	asked := policy.Algorithm{
		Namespace: of.Namespace, Name: of.Name, Checksum: checksum, DIDs: policy.DIDs(of.Status.DID, of.Status.Published),
		Raw: facts.Job.Spec.Algorithm.Raw != nil, Ocean: policy.OceanChecksumsOf(&of.Spec, of.Status.Published), Declared: of.Spec.Parameters,
	}
	if of.Status.Published != nil {
		asked.Publisher = of.Status.Published.Publisher
	}
	request := policy.Request{
		Namespace: facts.Job.Namespace, Consumer: facts.Consumer, Algorithm: asked,
		Parameters: slices.Sorted(maps.Keys(facts.Job.Spec.Parameters)), Network: facts.Job.Spec.Network == v1alpha1.NetworkAllow,
	}
	for _, other := range facts.Datasets {
		// Of a dataset that the user may not read the name is enough.
		object, dids := other.Object, []string{}
		if other.ok() {
			dids = policy.DIDs(object.Status.DID, object.Status.Published)
		} else if namespace, name, named := strings.Cut(other.Name, "/"); named {
			object = &v1alpha1.Dataset{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
		} else {
			object, dids = &v1alpha1.Dataset{ObjectMeta: metav1.ObjectMeta{Name: other.Name}}, []string{other.Name}
		}
		request.Datasets, request.DIDs = append(request.Datasets, object), append(request.DIDs, dids)
	}
	var checks []Check
	for _, v := range policy.Evaluate(request) {
		// Parameters that are allowed are shown below, with what is declared.
		if v.Dataset != dataset.Name || v.Allowed && v.Field == "spec.access.parameters" {
			continue
		}
		check := Check{Rule: cmp.Or(names[v.Field], "access"), Of: v.Dataset, Field: v.Field, Actual: v.Actual, Verdict: OK, rules: true}
		if !v.Allowed {
			check.Verdict = Fail
			check.Actual += "; " + v.Advice
			if names[v.Field] == "consumer" && onLists(facts, dataset.Object) {
				check.Verdict, check.Actual = Unknown, v.Actual+"; the controller asks the chain whether its access lists have it"
				if admitted(facts.Job) {
					check.Verdict, check.Actual = OK, v.Actual+"; an access list had it when the job was admitted"
				}
			}
		}
		checks = append(checks, check)
	}
	return checks
}

// onLists says whether it is for a chain to say whether a dataset is for the consumer.
func onLists(facts *Facts, dataset *v1alpha1.Dataset) bool {
	payment := facts.Environment.ok() && facts.Environment.Object.Spec.Payment != nil
	return payment && len(policy.ListsNeeded(policy.Request{Namespace: facts.Job.Namespace, Consumer: facts.Consumer}, dataset,
		facts.Environment.Object.Spec.Payment.Chain.ChainID)) > 0
}

// budget of a dataset, as far as its ledger may be read.
func budget(facts *Facts, dataset Found[*v1alpha1.Dataset], now time.Time) Check {
	check := Check{Rule: "budget", Of: dataset.Name, Field: "spec.access.budget", Verdict: OK, rules: true}
	rule := dataset.Object.Spec.Access.Budget
	if reason, said := story.Reason(facts.Job); reason == v1alpha1.ReasonBudgetExceeded && strings.Contains(said, dataset.Name) {
		check.Actual, check.Verdict = "the controller says what is said above", Fail
		return check
	}
	usage, known := facts.Usages[dataset.Name]
	if !known {
		check.Actual, check.Verdict = "what was used is not yours to read", Unknown
		if len(facts.Job.Status.Usages) > 0 {
			check.Actual, check.Verdict = "counted when the job was admitted", OK
		}
		return check
	}
	b := policy.BudgetOf(rule)
	left, over := b.Left(usage.Status.Entries, string(facts.Job.UID)+"/"+strconv.FormatInt(facts.Job.Status.Run, 10), now)
	check.Actual = fmt.Sprintf("%s of %s used", terminal.Count(usage.Status.Runs, "run"), b.Runs())
	if rule.OutputBytes != nil {
		check.Actual += fmt.Sprintf(", %d bytes left for this run", left)
	}
	if over != nil && !facts.Job.Status.State.Terminal() {
		verdict := policy.Budgeted(dataset.Object, over)
		check.Verdict, check.Actual = Fail, verdict.Actual+"; "+verdict.Advice
	}
	return check
}

// order of a dataset, which only the controller looks for on its chain.
func order(facts *Facts, dataset Found[*v1alpha1.Dataset]) Check {
	check := Check{Rule: "order", Of: dataset.Name, Field: "spec.terms.order", Actual: "the chain is asked when the job is admitted", Verdict: Unknown, rules: true}
	switch c := meta.FindStatusCondition(facts.Job.Status.Conditions, v1alpha1.ConditionAdmitted); {
	case admitted(facts.Job):
		check.Actual, check.Verdict = "ordered when the job was admitted", OK
	case c != nil && c.Reason == v1alpha1.ReasonOrderMissing && strings.Contains(c.Message, dataset.Name):
		check.Actual, check.Verdict = "the controller says what is said above", Fail
	}
	return check
}

func anyParameters(facts *Facts) bool {
	var datasets []*v1alpha1.Dataset
	for _, d := range facts.Datasets {
		if !d.ok() {
			// It was so when the job was admitted.
			return admitted(facts.Job)
		}
		datasets = append(datasets, d.Object)
	}
	return policy.AnyParameters(datasets)
}

func parametersOf(rule, of, field string, declared []v1alpha1.Parameter, values map[string]v1alpha1.ParameterValue, others bool) Check {
	check := Check{Rule: rule, Of: of, Field: field, Actual: fmt.Sprintf("%d given, %d declared", len(values), len(declared)), Verdict: OK, rules: true}
	if _, err := policy.ParametersWith(declared, values, others); err != nil {
		check.Actual, check.Verdict = err.Error(), Fail
	}
	return check
}

func resources(facts *Facts) Check {
	check := Check{Rule: "resources", Of: facts.Environment.Name, Field: "spec.resources", Verdict: OK, rules: true}
	granted, err := policy.Grant(&facts.Job.Spec, &facts.Environment.Object.Spec)
	if err != nil {
		check.Actual, check.Verdict = err.Error(), Fail
		return check
	}
	check.Actual = fmt.Sprintf("cpu %s, memory %s, disk %s, duration %s", &granted.CPU, &granted.Memory, &granted.Disk, granted.Duration)
	return check
}

// logs of a run may leave only if every dataset lets them.
func logs(facts *Facts, dataset Found[*v1alpha1.Dataset]) Check {
	check := Check{Rule: "logs", Of: dataset.Name, Field: "spec.disclosure.logs.release", Verdict: OK}
	switch {
	case !slices.Contains(facts.Job.Spec.Deliver, v1alpha1.DeliverLogs):
		check.Of, check.Field, check.Actual = facts.Job.Namespace+"/"+facts.Job.Name, "spec.deliver", "not asked for"
	case dataset.Hidden && log(facts.Job):
		check.Actual = "the log was released"
	case !dataset.ok():
		check.Actual, check.Verdict = hidden, Unknown
		if dataset.Missing {
			check.Actual = "does not exist"
		}
	default:
		check.Actual = string(cmp.Or(dataset.Object.Spec.Disclosure.Logs.Release, v1alpha1.LogReleaseNever))
		if !policy.LogsReleased([]*v1alpha1.Dataset{dataset.Object}) {
			check.Verdict = Withheld
		}
	}
	return check
}

// progress of the run.
func progress(facts *Facts, now time.Time) []Check {
	job := facts.Job
	self := job.Namespace + "/" + job.Name
	var checks []Check
	if job.Spec.Suspend {
		checks = append(checks, Check{Rule: "suspend", Of: self, Field: "spec.suspend", Actual: "true", Verdict: Waits})
	}
	if stop := job.Status.Stop; stop != nil {
		checks = append(checks, Check{Rule: "stop", Of: self, Field: "status.stop", Actual: stop.Reason + " at " + stop.Time.UTC().Format(time.RFC3339), Verdict: Fail})
	}
	if check, asked := queue(facts, now); asked {
		checks = append(checks, check)
	}
	if at := job.Status.AccessExpiresAt; at != nil {
		check := Check{Rule: "term", Of: self, Field: "status.accessExpiresAt", Verdict: OK,
			Actual: fmt.Sprintf("until %s, in %s", at.UTC().Format(time.RFC3339), terminal.Duration(at.Sub(now)))}
		if !now.Before(at.Time) {
			check.Verdict, check.Actual = Fail, fmt.Sprintf("ended at %s, %s ago", at.UTC().Format(time.RFC3339), terminal.Duration(now.Sub(at.Time)))
		}
		checks = append(checks, check)
	}
	if !admitted(job) {
		return checks
	}
	checks = append(checks, isolation(facts))
	for _, step := range []struct{ rule, condition string }{
		{"funding", v1alpha1.ConditionFunded},
		{"staging", v1alpha1.ConditionStaged}, {"execution", v1alpha1.ConditionExecuted}, {"settlement", v1alpha1.ConditionSettled}, {"release", v1alpha1.ConditionReleased},
		{"destination", v1alpha1.ConditionDelivered}, {"notice", v1alpha1.ConditionNotified},
	} {
		c := meta.FindStatusCondition(job.Status.Conditions, step.condition)
		check := Check{Rule: step.rule, Of: self, Field: "condition " + step.condition}
		switch {
		case c != nil && c.Status == metav1.ConditionTrue:
			check.Actual, check.Verdict = strings.TrimSuffix(c.Message, "."), OK
		case c != nil:
			check.Actual, check.Verdict = c.Reason, Fail
			if _, said := story.Reason(job); c.Message != "" && c.Message != said {
				check.Actual += ": " + c.Message
			}
		case job.Status.Payment == nil && slices.Contains([]string{v1alpha1.ConditionFunded, v1alpha1.ConditionSettled}, step.condition),
			step.condition == v1alpha1.ConditionDelivered && job.Spec.Destination == nil,
			step.condition == v1alpha1.ConditionNotified && job.Spec.Notify == nil,
			job.Status.State.Terminal() && slices.Contains([]string{v1alpha1.ConditionStaged, v1alpha1.ConditionExecuted, v1alpha1.ConditionReleased}, step.condition):
			continue
		default:
			check.Verdict = Waits
		}
		if step.condition == v1alpha1.ConditionExecuted {
			check.Actual = strings.TrimPrefix(check.Actual+execution(facts, now), "; ")
		}
		checks = append(checks, check)
	}
	return checks
}

// queue of the environment.
func queue(facts *Facts, now time.Time) (Check, bool) {
	q := facts.Job.Status.Queue
	check := Check{Rule: "queue", Of: facts.Job.Spec.Environment, Field: "spec.maxConcurrentJobs", Verdict: OK}
	reason, _ := story.Reason(facts.Job)
	switch {
	case reason == v1alpha1.ReasonQueueTimeout:
		check.Field, check.Verdict, check.Actual = "spec.queueTimeout", Fail, "no slot became free in time"
	case q == nil:
		return check, false
	case facts.Job.Status.State == v1alpha1.StateQueued:
		check.Verdict, check.Actual = Waits, fmt.Sprintf("about number %d, for %s", q.Position, terminal.Duration(now.Sub(q.Since.Time)))
	default:
		check.Actual = "since " + q.Since.UTC().Format(time.RFC3339)
	}
	if facts.Environment.ok() && check.Verdict == Waits {
		spec := &facts.Environment.Object.Spec
		check.Actual += fmt.Sprintf(" (%d at a time", spec.MaxConcurrentJobs)
		if t := spec.QueueTimeout; t != nil {
			check.Actual += ", fails after " + t.Duration.String()
		}
		check.Actual += ")"
	}
	return check, true
}

// isolation of the pod, proven by the first that it does.
func isolation(facts *Facts) Check {
	check := Check{Rule: "isolation", Of: facts.Job.Spec.Environment, Field: "spec.isolation.requireEnforcedNetworkPolicy"}
	c := meta.FindStatusCondition(facts.Job.Status.Conditions, v1alpha1.ConditionStaged)
	required := true
	if facts.Environment.ok() {
		if asked := facts.Environment.Object.Spec.Isolation.RequireEnforcedNetworkPolicy; asked != nil {
			required = *asked
		}
	}
	switch {
	case !required:
		check.Actual, check.Verdict = "false: no proof is asked for", OK
	case c != nil && c.Status == metav1.ConditionTrue:
		check.Actual, check.Verdict = "proven", OK
	case c != nil && c.Reason == v1alpha1.ReasonIsolationUnverified:
		check.Actual, check.Verdict = c.Message, Fail
	case facts.Job.Status.State.Terminal():
		check.Actual, check.Verdict = "not known to have been proven", Unknown
	default:
		check.Actual, check.Verdict = "not proven yet", Waits
	}
	return check
}

// execution in numbers: how long, of how long, and how it ended.
func execution(facts *Facts, now time.Time) string {
	job := facts.Job
	text := ""
	if exit := job.Status.Exit; exit != nil && exit.Code != nil && *exit.Code != 0 {
		text += fmt.Sprintf("; exit code %d", *exit.Code)
	}
	if start := job.Status.StartTime; start != nil {
		if end := job.Status.CompletionTime; end != nil {
			text += fmt.Sprintf("; over %s after its start", terminal.Duration(end.Sub(start.Time)))
		} else {
			text += fmt.Sprintf("; running for %s", terminal.Duration(now.Sub(start.Time)))
		}
		if facts.Environment.ok() {
			if granted, err := policy.Grant(&job.Spec, &facts.Environment.Object.Spec); err == nil {
				text += fmt.Sprintf(", allowed are %s", granted.Duration)
			}
		}
	}
	return text
}

func maxDuration(environment *v1alpha1.ComputeEnvironmentSpec) time.Duration {
	granted, err := policy.Grant(&v1alpha1.ComputeJobSpec{}, environment)
	if err != nil {
		return 0
	}
	return granted.Duration
}
