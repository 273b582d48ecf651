package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"sigs.k8s.io/yaml"
)

const (
	validEnvironment = `
name: default
resources: {cpu: {default: 500m, max: "4"}, memory: {default: 512Mi, max: 8Gi}, disk: {default: 1Gi, max: 20Gi}}
results: {s3: {bucket: results, credentials_secret_ref: {name: s3}}}`
	validDataset   = `{name: tumours, files: [{inline: x}]}`
	validAlgorithm = `
name: train
container: {image: "registry.example.org:5000/python", digest: "sha256:0000000000000000000000000000000000000000000000000000000000000000", entrypoint: python3 $ALGO}`
	validJob = `{name: train, environment: default, datasets: [{namespace: hospital, name: tumours}], algorithm: {name: train}}`
)

// TestValidation changes one attribute of a valid configuration and looks at what the provider says while it plans.
func TestValidation(t *testing.T) {
	t.Parallel()
	server := providerserver.NewProtocol6(New("test")())()
	hash := strings.Repeat("0", 64)
	for name, test := range map[string]struct {
		kind, config string
		attribute    string
		value        string // YAML
		want         string // part of the refusal; empty: accepted
		at           string // the attribute that the refusal names
	}{
		"environment":                 {"compute_environment", validEnvironment, "", "", "", ""},
		"environment name":            {"compute_environment", validEnvironment, "name", "Default", "must be the name of an environment", "name"},
		"environment quantity":        {"compute_environment", validEnvironment, "resources", `{cpu: {default: lots, max: "4"}, memory: {default: 1, max: 1}, disk: {default: 1, max: 1}}`, `"lots" is not a quantity`, "resources.cpu.default"},
		"environment zero":            {"compute_environment", validEnvironment, "resources", `{cpu: {default: "0", max: "4"}, memory: {default: 1, max: 1}, disk: {default: 1, max: 1}}`, "not greater than 0", "resources.cpu.default"},
		"environment above max":       {"compute_environment", validEnvironment, "resources", `{cpu: {default: "5", max: 4000m}, memory: {default: 1, max: 1}, disk: {default: 1, max: 1}}`, "default is 5 and max is 4", "resources.cpu.default"},
		"environment duration":        {"compute_environment", validEnvironment, "max_job_duration", "soon", "is not a duration", "max_job_duration"},
		"environment long":            {"compute_environment", validEnvironment, "max_job_duration", "169h", "not between 1s and 168h", "max_job_duration"},
		"environment split second":    {"compute_environment", validEnvironment, "max_job_duration", "1500ms", "not a whole number of seconds", "max_job_duration"},
		"environment host":            {"compute_environment", validEnvironment, "egress", "{allow: [minio.example.org]}", "must be a network in CIDR form", "egress.allow"},
		"environment network":         {"compute_environment", validEnvironment, "egress", "{allow: [10.0.0.0/8]}", "", ""},
		"environment credentials":     {"compute_environment", validEnvironment, "results", "{s3: {bucket: results, endpoint: 'https://user:pw@s3.example.org', credentials_secret_ref: {name: s3}}}", "without credentials and path", "results.s3.endpoint"},
		"environment prefix up":       {"compute_environment", validEnvironment, "results", "{s3: {bucket: results, prefix: a/../b, credentials_secret_ref: {name: s3}}}", "without . or .. as a segment", "results.s3.prefix"},
		"environment prefix":          {"compute_environment", validEnvironment, "results", "{s3: {bucket: results, prefix: a.b/..c/.d/..., credentials_secret_ref: {name: s3}}}", "", ""},
		"environment no slots":        {"compute_environment", validEnvironment, "max_concurrent_jobs", "0", "between 1 and 10000", "max_concurrent_jobs"},
		"environment many slots":      {"compute_environment", validEnvironment, "max_concurrent_jobs", "10001", "between 1 and 10000", "max_concurrent_jobs"},
		"environment queue":           {"compute_environment", validEnvironment, "queue_timeout", "0s", "not between 1s and 168h", "queue_timeout"},
		"environment retention":       {"compute_environment", validEnvironment, "results", "{s3: {bucket: results, credentials_secret_ref: {name: s3}}, retention: 59s}", "not between 1m and 87600h", "results.retention"},
		"environment long retention":  {"compute_environment", validEnvironment, "results", "{s3: {bucket: results, credentials_secret_ref: {name: s3}}, retention: 87600h}", "", ""},
		"dataset":                     {"dataset", validDataset, "", "", "", ""},
		"dataset no limit":            {"dataset", validDataset, "terms", "{timeout: 0s}", "", ""},
		"dataset day":                 {"dataset", validDataset, "terms", "{timeout: 24h}", "", ""},
		"dataset short limit":         {"dataset", validDataset, "terms", "{timeout: 30s}", "not between 1m and 87600h", "terms.timeout"},
		"dataset parameters":          {"dataset", validDataset, "parameters", "{year: {type: number, required: true}}", "", ""},
		"dataset parameter options":   {"dataset", validDataset, "parameters", "{year: {type: select}}", "type select, and no other, needs options", "parameters[year].options"},
		"dataset ipfs":                {"dataset", validDataset, "files", "[{ipfs: {cid: bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi/a.csv, gateway: 'https://ipfs.example.org'}}]", "", ""},
		"dataset cid":                 {"dataset", validDataset, "files", "[{ipfs: {cid: short, gateway: 'https://ipfs.example.org'}}]", "must be a CID", "files[0].ipfs.cid"},
		"dataset cid up":              {"dataset", validDataset, "files", "[{ipfs: {cid: bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi/../a, gateway: 'https://ipfs.example.org'}}]", "must not contain . or ..", "files[0].ipfs.cid"},
		"dataset gateway path":        {"dataset", validDataset, "files", "[{ipfs: {cid: bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi, gateway: 'https://ipfs.example.org/ipfs'}}]", "must be a URL of scheme and host", "files[0].ipfs.gateway"},
		"dataset arweave":             {"dataset", validDataset, "files", "[{arweave: {transaction_id: bNbA3TEQVL60xlgCcqdz4ZPHFZ711cZ3hmkpGttDt_U, gateway: 'https://arweave.net'}}]", "", ""},
		"dataset transaction":         {"dataset", validDataset, "files", "[{arweave: {transaction_id: bNbA, gateway: 'https://arweave.net'}}]", "43 characters of base64url", "files[0].arweave.transaction_id"},
		"dataset volume":              {"dataset", validDataset, "files", "[{persistent_volume_claim: {claim_name: scans, path: 2026/ct}}]", "", ""},
		"dataset volume up":           {"dataset", validDataset, "files", "[{persistent_volume_claim: {claim_name: scans, path: ../other}}]", "must not contain . or ..", "files[0].persistent_volume_claim.path"},
		"dataset volume root":         {"dataset", validDataset, "files", "[{persistent_volume_claim: {claim_name: scans, path: /ct}}]", "must not begin with a slash", "files[0].persistent_volume_claim.path"},
		"dataset pinned volume":       {"dataset", validDataset, "files", "[{persistent_volume_claim: {claim_name: scans}, sha256: '" + hash + "'}]", "A sha256 pins one file", "files[0].sha256"},
		"dataset image":               {"dataset", validDataset, "files", "[{image: {reference: 'registry.example.org/data/tumours@sha256:" + hash + "'}}]", "", ""},
		"dataset image tag":           {"dataset", validDataset, "files", "[{image: {reference: 'registry.example.org/data/tumours:1'}}]", "must be an image by digest", "files[0].image.reference"},
		"dataset pinned image":        {"dataset", validDataset, "files", "[{image: {reference: 'registry.example.org/data/tumours@sha256:" + hash + "'}, sha256: '" + hash + "'}]", "A sha256 pins one file", "files[0].sha256"},
		"dataset no files":            {"dataset", validDataset, "files", "[]", "at least 1", "files"},
		"dataset no source":           {"dataset", validDataset, "files", "[{}]", "Exactly one of s3, http, ipfs, arweave, persistent_volume_claim, image and inline", "files[0]"},
		"dataset two sources":         {"dataset", validDataset, "files", "[{inline: x, http: {url: 'https://example.org/a'}}]", "Exactly one of s3, http, ipfs, arweave, persistent_volume_claim, image and inline", "files[0]"},
		"dataset key and prefix":      {"dataset", validDataset, "files", "[{s3: {bucket: private, key: a, prefix: b}}]", "2 attributes specified when one (and only one)", "files[0].s3.key"},
		"dataset no key":              {"dataset", validDataset, "files", "[{s3: {bucket: private}}]", "No attribute specified when one (and only one)", "files[0].s3.key"},
		"dataset prefix and volume":   {"dataset", validDataset, "files", "[{s3: {bucket: private, prefix: a/}}, {persistent_volume_claim: {claim_name: scans}}]", "make two datasets", "files"},
		"dataset pinned prefix":       {"dataset", validDataset, "files", "[{s3: {bucket: private, prefix: a/}, sha256: '" + hash + "'}]", "A sha256 pins one file", "files[0].sha256"},
		"dataset wrong hash":          {"dataset", validDataset, "files", "[{inline: x, sha256: ABC}]", "must be a SHA-256 in lower-case hex", "files[0].sha256"},
		"dataset password":            {"dataset", validDataset, "files", "[{http: {url: 'https://user:pw@example.org/a'}}]", "without user name and password", "files[0].http.url"},
		"dataset bucket":              {"dataset", validDataset, "files", "[{s3: {bucket: My_Bucket, key: a}}]", "must be the name of a bucket", "files[0].s3.bucket"},
		"dataset for everybody":       {"dataset", validDataset, "access", "{consumers: {namespaces: ['*']}, algorithms: [{checksum: '*'}]}", "", ""},
		"dataset namespace pattern":   {"dataset", validDataset, "access", "{consumers: {namespaces: ['team-*']}}", "must be the name of a namespace", "access.consumers.namespaces"},
		"dataset checksum":            {"dataset", validDataset, "access", "{algorithms: [{checksum: 'sha256:beef'}]}", "must be a checksum", "access.algorithms[0].checksum"},
		"dataset log release":         {"dataset", validDataset, "disclosure", "{logs: {release: Sometimes}}", `"Never" "AfterReview" "Always"`, "disclosure.logs.release"},
		"dataset log after review":    {"dataset", validDataset, "disclosure", "{logs: {release: AfterReview, max_bytes: 1Mi}}", "", ""},
		"dataset log limit":           {"dataset", validDataset, "disclosure", "{logs: {max_bytes: '0'}}", "not greater than 0", "disclosure.logs.max_bytes"},
		"dataset types":               {"dataset", validDataset, "disclosure", "{types: [text/csv, 'image/*']}", "", ""},
		"dataset type without kind":   {"dataset", validDataset, "disclosure", "{types: [csv]}", "must be a media type", "disclosure.types"},
		"dataset no types":            {"dataset", validDataset, "disclosure", "{types: []}", "at least 1", "disclosure.types"},
		"dataset no outputs":          {"dataset", validDataset, "disclosure", "{max_files: 0}", "between 1 and 100000", "disclosure.max_files"},
		"dataset depth":               {"dataset", validDataset, "disclosure", "{max_depth: 33}", "between 1 and 32", "disclosure.max_depth"},
		"dataset no rows":             {"dataset", validDataset, "disclosure", "{csv: {max_rows: 0}}", "at least 1", "disclosure.csv.max_rows"},
		"dataset negative cell":       {"dataset", validDataset, "disclosure", "{csv: {min_cell_count: -1}}", "between 0 and 1000000", "disclosure.csv.min_cell_count"},
		"dataset no count columns":    {"dataset", validDataset, "disclosure", "{csv: {count_columns: []}}", "at least 1", "disclosure.csv.count_columns"},
		"dataset formulas":            {"dataset", validDataset, "disclosure", "{csv: {formulas: Run}}", "value must be one of", "disclosure.csv.formulas"},
		"dataset nameless key":        {"dataset", validDataset, "disclosure", "{json: {forbidden_keys: ['']}}", "between 1 and 128", "disclosure.json.forbidden_keys"},
		"dataset canaries":            {"dataset", validDataset, "disclosure", "{canaries: {secret_ref: {name: canaries}}}", "", ""},
		"dataset short records":       {"dataset", validDataset, "disclosure", "{verbatim: {min_record_bytes: 7}}", "between 8 and 65536", "disclosure.verbatim.min_record_bytes"},
		"dataset no verbatim check":   {"dataset", validDataset, "disclosure", "{verbatim: {max_records: -1}}", "", ""},
		"dataset verbatim":            {"dataset", validDataset, "disclosure", "{verbatim: {max_records: -2}}", "at least -1", "disclosure.verbatim.max_records"},
		"dataset image metadata":      {"dataset", validDataset, "disclosure", "{images: {metadata: Keep}}", "value must be one of", "disclosure.images.metadata"},
		"dataset review":              {"dataset", validDataset, "disclosure", "{review: {required: OnFlag, approvals: 2, deadline: 72h}}", "", ""},
		"dataset review of nobody":    {"dataset", validDataset, "disclosure", "{review: {approvals: 0}}", "between 1 and 16", "disclosure.review.approvals"},
		"dataset review for years":    {"dataset", validDataset, "disclosure", "{review: {deadline: 8761h}}", "not between 1m and 8760h", "disclosure.review.deadline"},
		"dataset Ocean's checksums":   {"dataset", validDataset, "access", "{algorithms: [{files_checksum: '" + hash + "', container_section_checksum: '" + hash + "'}]}", "", ""},
		"dataset half of Ocean's":     {"dataset", validDataset, "access", "{algorithms: [{files_checksum: '" + hash + "'}]}", "container_section_checksum", "access.algorithms[0].files_checksum"},
		"dataset two kinds of sums":   {"dataset", validDataset, "access", "{algorithms: [{checksum: '*', files_checksum: '" + hash + "', container_section_checksum: '" + hash + "'}]}", "Exactly one of checksum and files_checksum", "access.algorithms[0]"},
		"dataset no checksum":         {"dataset", validDataset, "access", "{algorithms: [{ref: {namespace: lab, name: train}}]}", "Exactly one of checksum and files_checksum", "access.algorithms[0]"},
		"dataset access list":         {"dataset", validDataset, "access", "{consumers: {access_lists: [{chain_id: 1, address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'}]}}", "", ""},
		"dataset access list of none": {"dataset", validDataset, "access", "{consumers: {access_lists: [{chain_id: 0, address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'}]}}", "at least 1", "access.consumers.access_lists[0].chain_id"},
		"dataset companions":          {"dataset", validDataset, "access", "{companions: [clinic/scans, 'did:op:" + hash + "']}", "", ""},
		"dataset companion":           {"dataset", validDataset, "access", "{companions: [scans]}", "must be namespace/name of a dataset", "access.companions"},
		"dataset parameters of jobs":  {"dataset", validDataset, "access", "{parameters: Some}", "value must be one of", "access.parameters"},
		"dataset internet":            {"dataset", validDataset, "access", "{network: Some}", "value must be one of", "access.network"},
		"dataset budget":              {"dataset", validDataset, "access", "{budget: {window: 24h}}", "Runs or output_bytes must be set", "access.budget"},
		"dataset budget of runs":      {"dataset", validDataset, "access", "{budget: {runs: 101}}", "between 1 and 100", "access.budget.runs"},
		"environment key":             {"compute_environment", validEnvironment, "signing", "{secret_ref: {name: key}}", "", ""},
		"environment two keys":        {"compute_environment", validEnvironment, "signing", "{secret_ref: {name: key}, vault: {url: 'https://vault.example.org', key: c2d, token_secret_ref: {name: vault}}}", "Exactly one of secret_ref and vault", "signing"},
		"environment vault mount":     {"compute_environment", validEnvironment, "signing", "{vault: {url: 'https://vault.example.org', mount: a/, key: c2d, token_secret_ref: {name: vault}}}", "without slashes at its ends", "signing.vault.mount"},
		"algorithm":                   {"algorithm", validAlgorithm, "", "", "", ""},
		"algorithm tag":               {"algorithm", validAlgorithm, "container", "{image: 'reg/python:3', digest: 'sha256:" + hash + "', command: [/x]}", "without tag and digest", "container.image"},
		"algorithm digest":            {"algorithm", validAlgorithm, "container", "{image: python, digest: 'sha256:beef', command: [/x]}", "must be sha256: and 64 digits", "container.digest"},
		"algorithm both starts":       {"algorithm", validAlgorithm, "container", "{image: python, digest: 'sha256:" + hash + "', command: [/x], entrypoint: y}", "Exactly one of entrypoint and command", "container"},
		"algorithm no start":          {"algorithm", validAlgorithm, "container", "{image: python, digest: 'sha256:" + hash + "'}", "Exactly one of entrypoint and command", "container"},
		"algorithm platform variable": {"algorithm", validAlgorithm, "container", "{image: python, digest: 'sha256:" + hash + "', command: [/x], env: {DIDS: x}}", "must be none of", "container.env"},
		"algorithm raw with hash":     {"algorithm", validAlgorithm, "code", "{raw: x, sha256: '" + hash + "'}", "Code from elsewhere, and no raw code, needs its sha256", "code.sha256"},
		"algorithm code without hash": {"algorithm", validAlgorithm, "code", "{http: {url: 'https://example.org/a'}}", "Code from elsewhere, and no raw code, needs its sha256", "code.sha256"},
		"algorithm ipfs without hash": {"algorithm", validAlgorithm, "code", "{ipfs: {cid: bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi, gateway: 'https://ipfs.example.org'}}", "Code from elsewhere, and no raw code, needs its sha256", "code.sha256"},
		"algorithm two codes":         {"algorithm", validAlgorithm, "code", "{raw: x, http: {url: 'https://example.org/a'}}", "Exactly one of raw, s3, http, ipfs and arweave", "code"},
		"algorithm select":            {"algorithm", validAlgorithm, "parameters", "{a: {type: select}}", "type select, and no other, needs options", "parameters[a].options"},
		"algorithm text options":      {"algorithm", validAlgorithm, "parameters", "{a: {type: text, options: [x]}}", "type select, and no other, needs options", "parameters[a].options"},
		"algorithm other default":     {"algorithm", validAlgorithm, "parameters", "{a: {type: select, options: [x], default: y}}", "The default must be one of the options", "parameters[a].default"},
		"algorithm type":              {"algorithm", validAlgorithm, "parameters", "{a: {type: integer}}", "value must be one of", "parameters[a].type"},
		"algorithm parameter name":    {"algorithm", validAlgorithm, "parameters", "{9a: {type: text}}", "must be the name of a parameter", "parameters"},
		"job":                         {"compute_job", validJob, "", "", "", ""},
		"job no datasets":             {"compute_job", validJob, "datasets", "[]", "at least 1", "datasets"},
		"job raw":                     {"compute_job", validJob, "algorithm", "{raw: {container: {image: python, digest: 'sha256:" + hash + "', entrypoint: python3 $ALGO}, code: {raw: print(1)}}}", "", ""},
		"job raw and named":           {"compute_job", validJob, "algorithm", "{name: train, raw: {container: {image: python, digest: 'sha256:" + hash + "', entrypoint: x}}}", "Exactly one of name, did and raw", "algorithm"},
		"job raw without start":       {"compute_job", validJob, "algorithm", "{raw: {container: {image: python, digest: 'sha256:" + hash + "'}}}", "Exactly one of entrypoint and command", "algorithm.raw.container"},
		"job network":                 {"compute_job", validJob, "network", "Some", "value must be one of", "network"},
		"job dataset twice":           {"compute_job", validJob, "datasets", "[{name: a}, {name: a}]", "duplicate", "datasets"},
		"job namesakes":               {"compute_job", validJob, "datasets", "[{name: a}, {name: a, namespace: b}]", "", ""},
		"job delivers nothing":        {"compute_job", validJob, "deliver", "[]", "at least 1", "deliver"},
		"job delivers inputs":         {"compute_job", validJob, "deliver", "[Inputs]", "value must be one of", "deliver"},
		"job no duration":             {"compute_job", validJob, "max_duration", "0s", "not between 1s and 168h", "max_duration"},
		"job long parameter":          {"compute_job", validJob, "parameters", "{a: " + strings.Repeat("x", 1025) + "}", "at most 1024", "parameters"},
		"job destination":             {"compute_job", validJob, "destination", "{s3: {bucket: own, prefix: a/../b, credentials_secret_ref: {name: own}}}", "must not contain . or ..", "destination.s3.prefix"},
		"job notify":                  {"compute_job", validJob, "notify", "{url: 'https://user:pw@example.org/hook'}", "without user name and password", "notify.url"},
		"job dataset parameter":       {"compute_job", validJob, "datasets", "[{name: a, parameters: {a: " + strings.Repeat("x", 1025) + "}}]", "at most 1024", "datasets[0].parameters"},
		"job quantity":                {"compute_job", validJob, "resources", "{cpu: lots}", "is not a quantity", "resources.cpu"},
		"job no resources":            {"compute_job", validJob, "resources", "{}", "At least one attribute must be set", "resources"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := map[string]any{}
			must(yaml.Unmarshal([]byte(test.config), &config))
			if test.attribute != "" {
				var value any
				must(yaml.Unmarshal([]byte(test.value), &value))
				config[test.attribute] = value
			}
			response, err := server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
				TypeName: "c2d_" + test.kind, Config: &tfprotov6.DynamicValue{JSON: []byte(jsonOf(config))},
			})
			if err != nil {
				t.Fatal(err)
			}
			if test.want == "" {
				for _, d := range response.Diagnostics {
					t.Errorf("refused at %s: %s", d.Attribute, d.Detail)
				}
				return
			}
			var said []string
			for _, d := range response.Diagnostics {
				where := attributeText(d)
				if strings.Contains(d.Detail, test.want) && strings.HasPrefix(where, test.at) {
					return
				}
				said = append(said, where+": "+d.Detail)
			}
			t.Errorf("said %q, want %q at %s", said, test.want, test.at)
		})
	}
}
