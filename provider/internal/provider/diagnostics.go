package provider

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
)

// explain turns an error of the Kubernetes API into diagnostics that say what happened and what to do next. Action
// completes the sentence "Unable to ...": create compute job demo/train.
func explain(action string, err error) diag.Diagnostics {
	var diags diag.Diagnostics
	summary := "Unable to " + title(action)
	say := func(what, next string) { diags.AddError(summary, what+"\n\n"+next) }

	var status apierrors.APIStatus
	var unreachable net.Error
	var foreign *foreignFieldsError
	switch {
	case errors.Is(err, errUnknownSettings):
		say(sentence(err.Error()),
			"These attributes of the provider \"c2d\" come from something that Terraform has not created yet. Apply that first "+
				"(terraform apply -target=...), or give the provider values that are known while planning.")
	case clientcmd.IsConfigurationInvalid(err), clientcmd.IsEmptyConfig(err):
		say(sentence(err.Error()),
			"Set kubeconfig, or host and its credentials, in the configuration of the provider \"c2d\", or point $KUBECONFIG to a kubeconfig file. "+
				"kubectl --kubeconfig FILE config get-contexts lists the contexts that there are.")
	case missingKind(err):
		say("The cluster does not know this kind: the CRDs of compute-to-data are not installed, or not in this version.",
			"Install them, and the controller, before anything else: kubectl apply --server-side -f crds/")
	case apierrors.IsForbidden(err):
		say(sentence(apiMessage(err)),
			"Give the user of the provider the right to do this, or configure the provider with another user. To follow an object it needs the verbs "+
				"get, watch, create, patch, update and delete.")
	case apierrors.IsUnauthorized(err):
		say("The API server does not accept the credentials of the provider.",
			"Check token, client_certificate or the kubeconfig's user: they may have expired.")
	case apierrors.IsConflict(err), errors.As(err, &foreign):
		say(sentence(apiMessage(err)),
			"Somebody else has changed these fields. Take their change over into the configuration, or set force_conflicts = true in the provider "+
				"configuration, which overwrites it and makes the fields Terraform's.")
	case apierrors.IsInvalid(err) && errors.As(err, &status) && status.Status().Details != nil:
		for _, cause := range status.Status().Details.Causes {
			where, what := attributePath(cause.Field), sentence(cause.Message)
			if len(where.Steps()) == 0 {
				diags.AddError(summary, what)
				continue
			}
			diags.AddAttributeError(where, summary, fmt.Sprintf("%s: %s", attributeName(cause.Field), what))
		}
		if !diags.HasError() {
			diags.AddError(summary, sentence(apiMessage(err)))
		}
	case apierrors.IsNotFound(err):
		say(sentence(apiMessage(err)), "Create it first; for a namespace: kubectl create namespace NAME.")
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &unreachable):
		say("The API server cannot be reached: "+sentence(withoutURL(err).Error()),
			"Check host or the kubeconfig's server in the configuration of the provider \"c2d\", and that the cluster is running.")
	default:
		diags.AddError(summary, sentence(apiMessage(err)))
	}
	return diags
}

// missingKind says whether the API server does not serve the kind at all. Then nothing can be said about an object of
// that kind, least of all that it does not exist.
func missingKind(err error) bool {
	return apierrors.IsNotFound(err) && apierrors.HasStatusCause(err, metav1.CauseTypeUnexpectedServerResponse)
}

// apiMessage without the package paths and verbs that wrapping added.
func apiMessage(err error) string {
	var status apierrors.APIStatus
	if errors.As(err, &status) && status.Status().Message != "" {
		return status.Status().Message
	}
	return err.Error()
}

// withoutURL takes the address out of an error of net/http: it may grant access, and is never worth the risk.
func withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// attributePath of the top-level attribute that a field of the API belongs to. It stops there, since the elements of a
// set have no path that the API server could know.
func attributePath(field string) path.Path {
	first, _, _ := strings.Cut(attributeName(field), ".")
	first, _, _ = strings.Cut(first, "[")
	if first == "" {
		return path.Empty()
	}
	return path.Root(first)
}

// attributeName spells a field of the API as Terraform does: spec.results.s3.forcePathStyle is results.s3.force_path_style.
func attributeName(field string) string {
	field = strings.TrimPrefix(field, "spec.")
	switch {
	case field == "spec", field == "<nil>":
		return ""
	case strings.HasPrefix(field, "metadata.name"):
		return strings.TrimPrefix(field, "metadata.")
	}
	return snakeCase(field)
}

func snakeCase(field string) string {
	var b strings.Builder
	runes := []rune(field)
	for i, r := range runes {
		if unicode.IsUpper(r) {
			if i > 0 && unicode.IsLower(runes[i-1]) {
				b.WriteByte('_')
			}
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// title writes the first letter of each of the leading words in upper case, up to a name.
func title(action string) string {
	words := strings.Fields(action)
	for i, word := range words {
		if strings.ContainsAny(word, "/\"") {
			break
		}
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, " ")
}

// sentence begins with an upper-case letter and ends with a full stop.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return text
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}
