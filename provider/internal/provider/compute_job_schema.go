package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func (r *computeJobResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"id":        idAttribute("namespace/name"),
		"namespace": namespaceAttribute("job"),
		"name":      nameAttribute("job", objectName("a job")),
		"environment": schema.StringAttribute{
			MarkdownDescription: "Environment to run in, by the name of a `c2d_compute_environment`. Another environment makes another job.",
			Required:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			Validators:          []validator.String{label("an environment")},
		},
		"agreement": schema.StringAttribute{
			MarkdownDescription: "Agreement that pays for the job, by the name of a `c2d_service_agreement` in the job's namespace. It may be left out where neither the environment nor a dataset asks for one.",
			Optional:            true,
			Validators:          []validator.String{objectName("an agreement")},
		},
		"datasets": schema.ListNestedAttribute{
			MarkdownDescription: "Datasets to run on, each by its `name` or by its `did`. Their owners' rules must allow the job.",
			Required:            true,
			Validators:          []validator.List{listvalidator.SizeBetween(1, 16), listvalidator.UniqueValues()},
			NestedObject: schema.NestedAttributeObject{
				Validators: []validator.Object{exactlyOneOf("name", "did")},
				Attributes: map[string]schema.Attribute{
					"namespace": schema.StringAttribute{
						MarkdownDescription: "Namespace of the dataset, beside its `name`. Default: the job's own.",
						Optional:            true,
						Validators:          []validator.String{label("a namespace"), stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("did"))},
					},
					"name": schema.StringAttribute{
						MarkdownDescription: "Name of the dataset.",
						Optional:            true,
						Validators:          []validator.String{objectName("a dataset")},
					},
					"did":        didAttribute("DID of the dataset, in whichever namespace of this cluster it is."),
					"parameters": parameterValuesAttribute("Parameters of the dataset, checked against those that it declares. They are added to the query of its HTTP URLs."),
				},
			},
		},
		"algorithm": schema.SingleNestedAttribute{
			MarkdownDescription: "Algorithm to run, by its `name`, by its `did`, or as it is: `raw`.",
			Required:            true,
			Validators:          []validator.Object{exactlyOneOf("name", "did", "raw")},
			Attributes: map[string]schema.Attribute{
				"name": schema.StringAttribute{
					MarkdownDescription: "Name of an algorithm beside the job, in the same namespace.",
					Optional:            true,
					Validators:          []validator.String{objectName("an algorithm")},
				},
				"did": didAttribute("DID of the algorithm. One that is published, `did:op:...`, may be in any namespace of this cluster; another must be beside the job."),
				"raw": schema.SingleNestedAttribute{
					MarkdownDescription: "Algorithm that stands in the job itself, for what is tried once. The datasets' owners must allow it with `access.allow_raw`. Its checksum is that of a `c2d_algorithm` with the same container and code.",
					Optional:            true,
					Attributes:          map[string]schema.Attribute{"container": containerAttribute(), "code": codeAttribute()},
				},
			},
		},
		"parameters": parameterValuesAttribute("Parameters of the algorithm, checked against those that it declares and handed over in `/data/inputs/algoCustomData.json`."),
		"resources":  jobResourcesAttribute(),
		"max_duration": schema.StringAttribute{
			MarkdownDescription: "The longest time that the algorithm may run; then it is stopped. Whole seconds, from `1s` to `168h`. Not set: as long as the environment allows.",
			CustomType:          durationType{},
			Optional:            true,
			PlanModifiers:       []planmodifier.String{keepSpelling[durationNotation]{}},
		},
		"network": choiceAttribute("Network that the algorithm reaches: `Deny`, the default, none, or `Allow`, the internet, as far as the environment and every dataset's owner allow.",
			v1alpha1.NetworkDeny, v1alpha1.NetworkAllow),
		"deliver": schema.SetAttribute{
			MarkdownDescription: "What the consumer wants back, as far as the owners' rules let it out: `Output`, `Logs` or both. Default: both.",
			ElementType:         types.StringType,
			Optional:            true,
			Computed:            true,
			Default: setdefault.StaticValue(types.SetValueMust(types.StringType, []attr.Value{
				types.StringValue(string(v1alpha1.DeliverOutput)), types.StringValue(string(v1alpha1.DeliverLogs)),
			})),
			Validators: []validator.Set{
				setvalidator.SizeAtLeast(1),
				setvalidator.ValueStringsAre(stringvalidator.OneOf(string(v1alpha1.DeliverOutput), string(v1alpha1.DeliverLogs))),
			},
		},
		"destination": destinationAttribute(),
		"notify":      notifyAttribute(),
		"suspend": schema.BoolAttribute{
			MarkdownDescription: "Stop the run that is under way, and let none begin. A run that was stopped does not go on: `false` again runs the job anew. Default: `false`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"triggers": schema.MapAttribute{
			MarkdownDescription: "Any values; when one of them changes, the job runs again: `{ code = filesha256(\"train.py\") }`. They are kept in the Terraform state alone. " +
				"A job that had none, such as one that was imported, takes note of its first triggers without running.",
			ElementType: types.StringType,
			Optional:    true,
		},
		"trigger": schema.StringAttribute{
			MarkdownDescription: "What started the last run: a hash over `triggers` and what runs, unless somebody else ran the job again. A plan that changes it starts a run.",
			Computed:            true,
		},
		"timeouts": timeouts.Attributes(ctx, timeouts.Opts{Create: true, Update: true, Delete: true,
			CreateDescription: waitDescription("60m"), UpdateDescription: waitDescription("60m"), DeleteDescription: deleteDescription}),
	}
	maps.Copy(attributes, jobStatusSchema())
	maps.Copy(attributes, jobCostSchema())
	resp.Schema = schema.Schema{
		MarkdownDescription: "Runs an algorithm on datasets that the consumer may not see, and brings back what the owners' rules let out. " +
			"Terraform waits until the job has succeeded, failed or, where it is suspended, stopped.\n\n" +
			"A change of what runs (`agreement`, `datasets`, `algorithm`, `parameters`, `resources`, `max_duration`, `network`, `deliver`), or of `triggers`, runs the job again: the plan shows another `trigger`. " +
			"A run that is under way is stopped first, and the results of each run stay readable until access ends. Runs that somebody else starts, with `kubectl c2d rerun`, are taken over as they are.\n\n" +
			"A job that fails while it is created is an error with its reason and, where the log was released, the last lines of it; Terraform marks the job as tainted, so that the " +
			"next apply makes it anew (`terraform untaint` keeps it). A job that fails when it runs again is an error too, and stays as it is: another spec, other `triggers`, or " +
			"`terraform apply -replace=ADDRESS` run it once more. A job that is still queued or running, or whose results wait for review, when the timeout is over is left so, with a warning; the next apply goes on waiting for it.",
		Attributes: attributes,
	}
}

func destinationAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "The consumer's own storage, to which what was released is copied; the owner's copy stays as long as it would without.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"s3": schema.SingleNestedAttribute{
				MarkdownDescription: "S3 bucket, and the prefix under which the results are put: `PREFIX/<job>/<run>/outputs/...` and so on.",
				Required:            true,
				Attributes: s3Attributes(
					secretRefAttribute("Secret beside the job with the keys `accessKeyID`, `secretAccessKey` and, where temporary, `sessionToken`. "+
						"The gateway must have been given the right to read it.", true),
					map[string]schema.Attribute{
						"prefix": schema.StringAttribute{
							MarkdownDescription: "Prefix of the objects' keys.",
							Optional:            true,
							Validators:          []validator.String{stringvalidator.LengthBetween(1, 512), noDots{}},
						},
					}),
			},
		},
	}
}

func notifyAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Tells the consumer's own systems of each end of a run: a CloudEvent is sent with POST, again and again until it is taken, for a day at most.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"url": schema.StringAttribute{
				MarkdownDescription: "URL to POST to, http or https, without user name and password in it.",
				Required:            true,
				Validators:          urlValidators(),
			},
			"secret_ref": secretRefAttribute("Secret beside the job whose key `secret` signs each event (HMAC-SHA256, as the Standard Webhooks specification says). "+
				"The gateway must have been given the right to read it.", false),
		},
	}
}

func jobResourcesAttribute() schema.Attribute {
	amount := func(description string) schema.Attribute {
		return schema.StringAttribute{
			MarkdownDescription: description,
			CustomType:          quantityType{},
			Optional:            true,
			PlanModifiers:       []planmodifier.String{keepSpelling[quantityNotation]{}},
		}
	}
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Resources to run with. What is not set is the environment's default.",
		Optional:            true,
		Validators:          []validator.Object{notEmpty{}},
		Attributes: map[string]schema.Attribute{
			"cpu":    amount("CPU in cores: `500m`, `2`."),
			"memory": amount("Memory in bytes: `512Mi`, `8Gi`."),
			"disk":   amount("Disk in bytes, for inputs, outputs and temporary files together: `1Gi`."),
		},
	}
}

func jobStatusSchema() map[string]schema.Attribute {
	computed := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	number := func(description string) schema.Attribute {
		return schema.Int64Attribute{MarkdownDescription: description, Computed: true}
	}
	return map[string]schema.Attribute{
		"state":             computed("State in one word: `Pending`, `Queued`, `Funding`, `Staging`, `Running`, `Releasing`, `Settling`, `AwaitingReview`, `Succeeded`, `Failed`, `Stopped`, or `Expired` once access to the results is over."),
		"reason":            computed("Reason of the state, such as `Succeeded`, `PolicyDenied` or `OutOfMemory`. That of a job that succeeded becomes `Expired` once access to its results is over; one that failed keeps its own."),
		"message":           computed("One sentence about the state."),
		"run":               number("Number of the run, from 1."),
		"pod":               computed("Pod of the run, in the environment's sandbox namespace."),
		"started_at":        computed("When the algorithm started, in RFC 3339."),
		"completed_at":      computed("When the run was over, in RFC 3339."),
		"access_expires_at": computed("When access to datasets and results ends, in RFC 3339; null where the datasets' terms set no limit."),
		"results_expire_at": computed("When the results are deleted, in RFC 3339."),
		"exit": schema.SingleNestedAttribute{
			MarkdownDescription: "Exit of the algorithm.",
			Computed:            true,
			Attributes: map[string]schema.Attribute{
				"class": computed("Class of the end: `Completed`, or the reason of the failure."),
				"code":  number("Code of the process, shown only where the owners' rules release the log."),
			},
		},
		"results": schema.ListNestedAttribute{
			MarkdownDescription: "Results that were released, at most 20; the manifest lists all. Their addresses grant nothing: presigned URLs come from the ephemeral resource `c2d_results`.",
			Computed:            true,
			NestedObject: schema.NestedAttributeObject{
				Attributes: map[string]schema.Attribute{
					"name":   computed("Name of the file, with its sub-folders."),
					"type":   computed("`Output`, `Log` or `Manifest`."),
					"bytes":  number("Bytes of the file."),
					"sha256": computed("SHA-256 of the file's bytes, in lower-case hex."),
					"uri":    computed("Address of the object: `s3://bucket/key`."),
				},
			},
		},
		"manifest": schema.SingleNestedAttribute{
			MarkdownDescription: "Manifest of all that was released.",
			Computed:            true,
			Attributes: map[string]schema.Attribute{
				"sha256":  computed("SHA-256 of the manifest's bytes, in lower-case hex."),
				"outputs": number("Number of output files that the manifest lists."),
				"bytes":   number("Bytes of all outputs together."),
			},
		},
		"review": schema.SingleNestedAttribute{
			MarkdownDescription: "Review of the results by the data's owners; null where their rules ask for none.",
			Computed:            true,
			Attributes: map[string]schema.Attribute{
				"state":    computed("`Pending` until all owners that are asked have decided, then `Approved`, `Rejected`, `Expired` or `Withdrawn`."),
				"since":    computed("When the results began to wait, in RFC 3339."),
				"deadline": computed("Deadline of the review, in RFC 3339. What is not approved by then is not released."),
				"reviews": schema.ListNestedAttribute{
					MarkdownDescription: "Reviews that were asked for, in the owners' namespaces.",
					Computed:            true,
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"namespace": computed("Namespace of the review."), "name": computed("Name of the review."),
					}},
				},
			},
		},
		"payment": schema.SingleNestedAttribute{
			MarkdownDescription: "Money of the run, in base units of the token; null where it costs nothing. `locked` = `claimed` + `refunded` once it is settled.",
			Computed:            true,
			Attributes: map[string]schema.Attribute{
				"state":       computed("`Locking`, `Locked`, `Claiming`, `Settled`, or `Unsettled`, which a person or time must resolve."),
				"agreement":   computed("Agreement that pays."),
				"token":       computed("Token that is paid with."),
				"lock_id":     computed("Id under which the escrow contract holds the money."),
				"per_minute":  computed("What a minute of this run costs."),
				"max_minutes": number("Minutes of the longest duration of the run."),
				"locked":      computed("Amount that was locked before the run: the cost of `max_minutes`."),
				"minutes":     number("Minutes that are billed; 0 where the environment's side failed. Null until the run is over."),
				"claimed":     computed("Amount that the environment was paid."),
				"refunded":    computed("Amount that went back to the consumer's deposit."),
				"lock_tx":     computed("Transaction that locked the money."),
				"claim_tx":    computed("Transaction that settled the run."),
			},
		},
	}
}
