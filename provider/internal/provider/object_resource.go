package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// objectResource is what the resources of all kinds have in common; they add their schema and how they plan.
type objectResource[M any, P modelOf[M, O], O client.Object] struct {
	kind         kind[O]
	settleWithin time.Duration // default of timeouts.create and timeouts.update
	deleteWithin time.Duration // default of timeouts.delete
	cluster      *cluster
	ledger       *ledger
	// moreOnFailure adds to the message of an object that has failed; may be nil.
	moreOnFailure func(context.Context, client.Client, O) string
	// whileWaiting adds to the warning of an object that is not finished in time; may be nil.
	whileWaiting func(O) string
	// afterFailure says what to do about an object that fails when it is no longer new.
	afterFailure string
	// complete a plan with what was not known when it was made; prior is nil for a new object. It returns the fields to write
	// even where somebody else wrote them last. May be nil.
	complete func(planned, prior P) (overwrite []string)
	// prepare a plan for writing with what only the cluster or the wallet can tell; prior is nil for a new object. May be nil.
	prepare func(ctx context.Context, api client.Client, planned, prior P) diag.Diagnostics
}

func (r *objectResource[M, P, O]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.kind.typeName
}

func (r *objectResource[M, P, O]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	attributes := map[string]identityschema.Attribute{
		"name": identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the object."},
	}
	if r.kind.namespaced {
		attributes["namespace"] = identityschema.StringAttribute{OptionalForImport: true, Description: "Namespace of the object. Default: that of the provider."}
	}
	resp.IdentitySchema = identityschema.Schema{Attributes: attributes}
}

func (r *objectResource[M, P, O]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	c := connectionsOf(req.ProviderData, &resp.Diagnostics)
	r.cluster, r.ledger = c.cluster, c.ledger
}

func (r *objectResource[M, P, O]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m := P(new(M))
	resp.Diagnostics.Append(req.Plan.Get(ctx, m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	within, diags := m.limits().Create(ctx, r.settleWithin)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.complete != nil {
		r.complete(m, nil)
	}
	key, action := m.key(), "create "+r.kind.describe(m.key())
	api, err := r.cluster.client()
	if err != nil {
		resp.Diagnostics.Append(explain(action, err)...)
		return
	}
	// Server-side apply cannot be told to only create. Should somebody create the object between this look and the apply,
	// then it has another field manager, and any difference is a conflict.
	switch err := r.lookBeforeCreate(ctx, api, key); {
	case err == nil:
		resp.Diagnostics.AddError(fmt.Sprintf("%s Exists Already", title(r.kind.title)),
			fmt.Sprintf("There is a %s already, which this resource has not created.\n\n"+
				"Take it over with: terraform import c2d_%s.NAME %s\nor give the resource another name, or delete the object with kubectl.",
				r.kind.describe(key), r.kind.typeName, objectID(key)))
		return
	case missingKind(err) || !apierrors.IsNotFound(err):
		resp.Diagnostics.Append(explain(action, err)...)
		return
	}
	if r.prepare != nil {
		resp.Diagnostics.Append(r.prepare(ctx, api, m, nil)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	object, err := apply[M, P](ctx, r.cluster, api, r.kind, m)
	if err != nil {
		resp.Diagnostics.Append(explain(action, err)...)
		return
	}
	tflog.Info(ctx, "created "+r.kind.describe(key))
	// State and identity come before the wait: whatever happens in it, Terraform must know the object.
	resp.Diagnostics.Append(r.setIdentity(ctx, resp.Identity, key)...)
	resp.Diagnostics.Append(save[M, P](ctx, req.Plan, &resp.State, m, object)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.settle(ctx, api, m, object, within, phaseCreate)...)
	resp.Diagnostics.Append(save[M, P](ctx, req.Plan, &resp.State, m, object)...)
}

// save what is known of an object. Terraform holds a provider to its plan: what changed since shows in the next one.
func save[M any, P modelOf[M, O], O client.Object](ctx context.Context, plan tfsdk.Plan, state *tfsdk.State, m P, object O) diag.Diagnostics {
	m.setStatus(object)
	diags := state.Set(ctx, m)
	if diags.HasError() {
		return diags
	}
	found := attributesOf(state.Raw)
	for name, planned := range attributesOf(plan.Raw) {
		if planned.IsFullyKnown() {
			found[name] = planned
		}
	}
	state.Raw = tftypes.NewValue(state.Raw.Type(), found)
	return diags
}

// crdGrace is how long a kind may be missing: CRDs that were installed by the same apply take a moment to be served.
const crdGrace = 15 * time.Second

// lookBeforeCreate returns nil where the object exists already.
func (r *objectResource[M, P, O]) lookBeforeCreate(ctx context.Context, api client.Client, key client.ObjectKey) error {
	var result error
	_ = wait.PollUntilContextTimeout(ctx, time.Second, crdGrace, true, func(ctx context.Context) (bool, error) {
		err := api.Get(ctx, key, r.kind.newObject())
		if ctx.Err() == nil || result == nil {
			result = err
		}
		return !missingKind(err), nil
	})
	return result
}

func (r *objectResource[M, P, O]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m := P(new(M))
	resp.Diagnostics.Append(req.State.Get(ctx, m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// Before anything else: the framework wants an identity even of an object that is found to be gone.
	resp.Diagnostics.Append(r.setIdentity(ctx, resp.Identity, m.key())...)
	action := "read " + r.kind.describe(m.key())
	api, err := r.cluster.client()
	if err != nil {
		resp.Diagnostics.Append(explain(action, err)...)
		return
	}
	object := r.kind.newObject()
	switch err := api.Get(ctx, m.key(), object); {
	case missingKind(err):
		resp.Diagnostics.Append(explain(action, err)...)
		return
	case apierrors.IsNotFound(err):
		tflog.Info(ctx, r.kind.describe(m.key())+" is gone")
		// A Terraform that keeps no identities (before 1.12) sends none, and the framework asks for one even here.
		resp.Diagnostics.Append(r.setIdentity(ctx, resp.Identity, m.key())...)
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		resp.Diagnostics.Append(explain(action, err)...)
		return
	}
	found := P(new(M))
	found.setSpec(object)
	found.setStatus(object)
	m.setStatus(object)
	if !sameSpec[O](m, found) {
		m.setSpec(object)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (r *objectResource[M, P, O]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, prior := P(new(M)), P(new(M))
	resp.Diagnostics.Append(req.Plan.Get(ctx, m)...)
	resp.Diagnostics.Append(req.State.Get(ctx, prior)...)
	if resp.Diagnostics.HasError() {
		return
	}
	within, diags := m.limits().Update(ctx, r.settleWithin)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(r.setIdentity(ctx, resp.Identity, m.key())...)
	if resp.Diagnostics.HasError() {
		return
	}
	action := "update " + r.kind.describe(m.key())
	api, err := r.cluster.client()
	if err != nil {
		resp.Diagnostics.Append(explain(action, err)...)
		return
	}
	var overwrite []string
	if r.complete != nil {
		overwrite = r.complete(m, prior)
	}
	if r.prepare != nil {
		resp.Diagnostics.Append(r.prepare(ctx, api, m, prior)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	var object O
	if sameSpec[O](m, prior) {
		object = r.kind.newObject()
		err = api.Get(ctx, m.key(), object)
	} else {
		object, err = apply[M, P](ctx, r.cluster, api, r.kind, m, overwrite...)
	}
	if err != nil {
		resp.Diagnostics.Append(explain(action, err)...)
		return
	}
	resp.Diagnostics.Append(save[M, P](ctx, req.Plan, &resp.State, m, object)...)
	if req.Plan.Raw.IsFullyKnown() {
		// Nothing is planned to come of it.
		return
	}
	resp.Diagnostics.Append(r.settle(ctx, api, m, object, within, phaseUpdate)...)
	resp.Diagnostics.Append(save[M, P](ctx, req.Plan, &resp.State, m, object)...)
}

func (r *objectResource[M, P, O]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m := P(new(M))
	resp.Diagnostics.Append(req.State.Get(ctx, m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	within, diags := m.limits().Delete(ctx, r.deleteWithin)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	action := "delete " + r.kind.describe(m.key())
	api, err := r.cluster.client()
	if err != nil {
		resp.Diagnostics.Append(explain(action, err)...)
		return
	}
	object := r.kind.newObject()
	err = api.Get(ctx, m.key(), object)
	if err == nil {
		uid := object.GetUID()
		err = api.Delete(ctx, object, client.Preconditions{UID: &uid})
	}
	if err == nil {
		var told progress
		err = follow(ctx, api, r.kind, object, func(object O) bool {
			r.tell(ctx, object, &told)
			return false
		})
	}
	switch {
	case errors.Is(err, errGone), apierrors.IsNotFound(err) && !missingKind(err):
	case errors.Is(err, context.DeadlineExceeded) && object.GetDeletionTimestamp() != nil:
		said := ""
		if p := r.kind.progress(object); p.message != "" {
			said = " The controller says: " + sentence(p.message)
		}
		resp.Diagnostics.AddError("Timeout While Deleting "+title(r.kind.title),
			fmt.Sprintf("%s is still there after %s. It waits for its finalizers: %s.%s\n\n"+
				"The controller removes them once it has cleaned up: check that it is running. timeouts.delete gives it more time.",
				sentenceStart(r.kind.describe(m.key())), within, strings.Join(object.GetFinalizers(), ", "), said))
	default:
		resp.Diagnostics.Append(explain(action, err)...)
	}
}

func (r *objectResource[M, P, O]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	key, err := r.importKey(ctx, req)
	if err != nil {
		resp.Diagnostics.AddError("Invalid Import ID", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), key.Name)...)
	if r.kind.namespaced {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("namespace"), key.Namespace)...)
	}
	resp.Diagnostics.Append(r.setIdentity(ctx, resp.Identity, key)...)
}

func (r *objectResource[M, P, O]) importKey(ctx context.Context, req resource.ImportStateRequest) (client.ObjectKey, error) {
	var key client.ObjectKey
	if req.ID != "" {
		namespace, name, both := strings.Cut(req.ID, "/")
		if !both {
			namespace, name = "", req.ID
		}
		if name == "" || strings.Contains(name, "/") || both && (namespace == "" || !r.kind.namespaced) {
			expected := "the object's name"
			if r.kind.namespaced {
				expected = "namespace/name, or name alone for the provider's namespace"
			}
			return key, fmt.Errorf("%q does not name a %s: expected %s", req.ID, r.kind.title, expected)
		}
		key = client.ObjectKey{Namespace: namespace, Name: name}
	} else if req.Identity != nil {
		diags := req.Identity.GetAttribute(ctx, path.Root("name"), &key.Name)
		if r.kind.namespaced {
			var namespace *string
			diags.Append(req.Identity.GetAttribute(ctx, path.Root("namespace"), &namespace)...)
			if namespace != nil {
				key.Namespace = *namespace
			}
		}
		if diags.HasError() {
			return key, fmt.Errorf("read the identity: %s", diags[0].Detail())
		}
	}
	if r.kind.namespaced && key.Namespace == "" {
		namespace, known := r.cluster.namespace()
		if !known {
			return key, fmt.Errorf("the import names no namespace and the provider's is not known: expected namespace/name")
		}
		key.Namespace = namespace
	}
	return key, nil
}

func (r *objectResource[M, P, O]) setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, key client.ObjectKey) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	diags := identity.SetAttribute(ctx, path.Root("name"), key.Name)
	if r.kind.namespaced {
		diags.Append(identity.SetAttribute(ctx, path.Root("namespace"), key.Namespace)...)
	}
	return diags
}

// attributesOf a plan or state, by name.
func attributesOf(object tftypes.Value) map[string]tftypes.Value {
	attributes := map[string]tftypes.Value{}
	if object.IsNull() || object.As(&attributes) != nil {
		return nil
	}
	return attributes
}
