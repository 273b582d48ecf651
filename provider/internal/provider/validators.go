package provider

import (
	"context"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const (
	patternLabel     = `[a-z0-9]([-a-z0-9]*[a-z0-9])?`
	patternSubdomain = patternLabel + `(\.` + patternLabel + `)*`
	// patternSegment of a path is anything but . and ..
	patternSegment = `(\.{0,2}[A-Za-z0-9_-][A-Za-z0-9._-]*|\.{3}[A-Za-z0-9._-]*)`
)

// matches wants the whole pattern; message completes the sentence "Attribute ...".
func matches(pattern, message string) validator.String {
	return stringvalidator.RegexMatches(regexp.MustCompile(pattern), message)
}

// label wants a name as Kubernetes has it for namespaces: up to 63 characters.
func label(what string) validator.String {
	return stringvalidator.All(
		stringvalidator.LengthBetween(1, 63),
		matches(`^`+patternLabel+`$`, "must be the name of "+what+": lower-case letters, digits and dashes"),
	)
}

// objectName wants a name as Kubernetes has it for objects: up to 253 characters.
func objectName(what string) validator.String {
	return stringvalidator.All(
		stringvalidator.LengthBetween(1, 253),
		matches(`^`+patternSubdomain+`$`, "must be the name of "+what+": lower-case letters, digits, dashes and dots"),
	)
}

// jobID wants what names a job.
func jobID() validator.String {
	return matches(`^(`+patternLabel+`/)?`+patternSubdomain+`$`, "must be the id of a job: namespace/name")
}

func sha256Hex() validator.String {
	return matches(`^[0-9a-f]{64}$`, "must be a SHA-256 in lower-case hex, as filesha256() and sha256sum print it")
}

// noDots wants a path that goes nowhere but down.
type noDots struct{}

func (noDots) Description(context.Context) string { return "must not contain . or .. as a segment" }

func (v noDots) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v noDots) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	for segment := range strings.SplitSeq(req.ConfigValue.ValueString(), "/") {
		if segment == "." || segment == ".." {
			resp.Diagnostics.AddAttributeError(req.Path, "Invalid Path", fmt.Sprintf("%q %s.", req.ConfigValue.ValueString(), v.Description(ctx)))
			return
		}
	}
}

// cidr wants a network.
type cidr struct{}

func (cidr) Description(context.Context) string {
	return "must be a network in CIDR form, such as 10.20.0.0/16"
}

func (c cidr) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

func (c cidr) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := netip.ParsePrefix(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid Network", fmt.Sprintf("%q %s.", req.ConfigValue.ValueString(), c.Description(ctx)))
	}
}

// defaultWithinMax wants default to be at most max.
type defaultWithinMax struct{}

func (defaultWithinMax) Description(context.Context) string {
	return "default must not be greater than max"
}

func (v defaultWithinMax) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v defaultWithinMax) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	least, okLeast := req.ConfigValue.Attributes()["default"].(quantityValue)
	most, okMost := req.ConfigValue.Attributes()["max"].(quantityValue)
	if !okLeast || !okMost {
		return
	}
	if d, m := quantity(least), quantity(most); d != nil && m != nil && d.Cmp(*m) > 0 {
		resp.Diagnostics.AddAttributeError(req.Path.AtName("default"), "Invalid Default",
			fmt.Sprintf("The default is %s and max is %s: expected a default of at most max.", d, m))
	}
}

// oneOf wants exactly one of the attributes of an object.
type oneOf struct{ names []string }

func exactlyOneOf(names ...string) validator.Object { return oneOf{names} }

func (v oneOf) Description(context.Context) string {
	return fmt.Sprintf("exactly one of %s and %s must be set", strings.Join(v.names[:len(v.names)-1], ", "), v.names[len(v.names)-1])
}

func (v oneOf) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v oneOf) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	set, unknown := 0, 0
	for _, name := range v.names {
		switch value := req.ConfigValue.Attributes()[name]; {
		case value.IsUnknown():
			unknown++
		case !value.IsNull():
			set++
		}
	}
	if set > 1 || set+unknown == 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid Combination of Attributes", sentence(v.Description(ctx)))
	}
}

// isSet says whether an attribute of an object has a value that is known not to be null.
func isSet(object types.Object, name string) bool {
	value, exists := object.Attributes()[name]
	return exists && !value.IsNull() && !value.IsUnknown()
}

// pinsOneFile wants no hash for many files, nor for what the platform never reads.
type pinsOneFile struct{}

func (pinsOneFile) Description(context.Context) string {
	return "a sha256 pins one file that the platform reads: it cannot be set together with s3.prefix, persistent_volume_claim or image"
}

func (v pinsOneFile) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v pinsOneFile) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	s3, isObject := req.ConfigValue.Attributes()["s3"].(types.Object)
	many := isObject && isSet(s3, "prefix")
	mounted := isSet(req.ConfigValue, "persistent_volume_claim") || isSet(req.ConfigValue, "image")
	if isSet(req.ConfigValue, "sha256") && (many || mounted) {
		resp.Diagnostics.AddAttributeError(req.Path.AtName("sha256"), "Invalid Combination of Attributes", sentence(v.Description(ctx)))
	}
}

// listedOrMounted wants no prefix beside what is mounted.
type listedOrMounted struct{}

func (listedOrMounted) Description(context.Context) string {
	return "s3.prefix cannot stand beside persistent_volume_claim and image, since the indices of mounted files must be known before any is listed: make two datasets"
}

func (v listedOrMounted) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v listedOrMounted) ValidateList(ctx context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	listed, mounted := false, false
	for _, element := range req.ConfigValue.Elements() {
		file, isObject := element.(types.Object)
		if !isObject {
			continue
		}
		s3, hasS3 := file.Attributes()["s3"].(types.Object)
		listed = listed || hasS3 && isSet(s3, "prefix")
		mounted = mounted || isSet(file, "persistent_volume_claim") || isSet(file, "image")
	}
	if listed && mounted {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid Combination of Attributes", sentence(v.Description(ctx)))
	}
}

// pinsRemoteCode wants a hash for code from elsewhere, and only there.
type pinsRemoteCode struct{}

func (pinsRemoteCode) Description(context.Context) string {
	return "code from elsewhere, and no raw code, needs its sha256: owners trust an algorithm by what it is, not by where it lies"
}

func (v pinsRemoteCode) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v pinsRemoteCode) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	hash, exists := req.ConfigValue.Attributes()["sha256"]
	if !exists || hash.IsUnknown() {
		return
	}
	remote := slices.ContainsFunc([]string{"s3", "http", "ipfs", "arweave"}, func(source string) bool { return isSet(req.ConfigValue, source) })
	if remote && hash.IsNull() || isSet(req.ConfigValue, "raw") && !hash.IsNull() {
		resp.Diagnostics.AddAttributeError(req.Path.AtName("sha256"), "Invalid Combination of Attributes", sentence(v.Description(ctx)))
	}
}

// optionsMatchType wants options for a parameter of type select, and a default among them.
type optionsMatchType struct{}

func (optionsMatchType) Description(context.Context) string {
	return "a parameter of type select, and no other, needs options, and its default must be one of them"
}

func (v optionsMatchType) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v optionsMatchType) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	kind, _ := req.ConfigValue.Attributes()["type"].(types.String)
	options, isSetOfOptions := req.ConfigValue.Attributes()["options"].(types.Set)
	if !isSetOfOptions || kind.IsNull() || kind.IsUnknown() || options.IsUnknown() {
		return
	}
	if (kind.ValueString() == string(v1alpha1.ParameterSelect)) == options.IsNull() {
		resp.Diagnostics.AddAttributeError(req.Path.AtName("options"), "Invalid Combination of Attributes", "A parameter of type select, and no other, needs options.")
		return
	}
	if options.IsNull() || !isSet(req.ConfigValue, "default") {
		return
	}
	for _, option := range options.Elements() {
		if option.IsUnknown() || option.Equal(req.ConfigValue.Attributes()["default"]) {
			return
		}
	}
	resp.Diagnostics.AddAttributeError(req.Path.AtName("default"), "Invalid Default", "The default must be one of the options.")
}

// notEmpty wants at least one attribute of an object: an empty one means the same as none.
type notEmpty struct{}

func (notEmpty) Description(context.Context) string { return "at least one attribute must be set" }

func (v notEmpty) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v notEmpty) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	for _, value := range req.ConfigValue.Attributes() {
		if !value.IsNull() {
			return
		}
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid Combination of Attributes", sentence(v.Description(ctx)+", or the whole left out"))
}

// budgeted wants a budget that limits something.
type budgeted struct{}

func (budgeted) Description(context.Context) string { return "runs or output_bytes must be set" }

func (v budgeted) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v budgeted) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	attributes := req.ConfigValue.Attributes()
	if attributes["runs"].IsNull() && attributes["output_bytes"].IsNull() {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid Combination of Attributes", sentence(v.Description(ctx)))
	}
}

// namesJob wants namespace and name of a job.
type namesJob struct{}

func (namesJob) Description(context.Context) string {
	return "namespace and name of the job must be set"
}

func (v namesJob) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v namesJob) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if attributes := req.ConfigValue.Attributes(); attributes["namespace"].IsNull() || attributes["name"].IsNull() {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid Combination of Attributes", sentence(v.Description(ctx)))
	}
}
