package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
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
			MarkdownDescription: "Environment to run in, by the name of a `c2d_compute_environment`.",
			Required:            true,
			Validators:          []validator.String{label("an environment")},
		},
		"datasets": schema.ListNestedAttribute{
			MarkdownDescription: "Datasets to run on. Their owners' rules must allow the job.",
			Required:            true,
			Validators:          []validator.List{listvalidator.SizeBetween(1, 16), listvalidator.UniqueValues()},
			NestedObject: schema.NestedAttributeObject{
				Attributes: map[string]schema.Attribute{
					"namespace": schema.StringAttribute{
						MarkdownDescription: "Namespace of the dataset. Default: the job's own.",
						Optional:            true,
						Validators:          []validator.String{label("a namespace")},
					},
					"name": schema.StringAttribute{
						MarkdownDescription: "Name of the dataset.",
						Required:            true,
						Validators:          []validator.String{objectName("a dataset")},
					},
				},
			},
		},
		"algorithm": schema.SingleNestedAttribute{
			MarkdownDescription: "Algorithm to run.",
			Required:            true,
			Attributes: map[string]schema.Attribute{
				"name": schema.StringAttribute{
					MarkdownDescription: "Name of an algorithm beside the job, in the same namespace.",
					Required:            true,
					Validators:          []validator.String{objectName("an algorithm")},
				},
			},
		},
		"parameters": schema.MapAttribute{
			MarkdownDescription: "Parameters of the algorithm, checked against those that it declares and handed over in `/data/inputs/algoCustomData.json`.",
			ElementType:         types.StringType,
			Optional:            true,
			Validators: []validator.Map{
				mapvalidator.SizeAtMost(64),
				mapvalidator.KeysAre(stringvalidator.LengthBetween(1, 63)),
				mapvalidator.ValueStringsAre(stringvalidator.LengthAtMost(1024)),
			},
		},
		"resources": jobResourcesAttribute(),
		"max_duration": schema.StringAttribute{
			MarkdownDescription: "The longest time that the algorithm may run; then it is stopped. Whole seconds, from `1s` to `168h`. Not set: as long as the environment allows.",
			CustomType:          durationType{},
			Optional:            true,
			PlanModifiers:       []planmodifier.String{keepSpelling[durationNotation]{}},
		},
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
		"triggers": schema.MapAttribute{
			MarkdownDescription: "Any values; when one of them changes, the job runs again: `{ code = filesha256(\"train.py\") }`. They are kept in the Terraform state alone. " +
				"A job that had none, such as one that was imported, takes note of its first triggers without running.",
			ElementType: types.StringType,
			Optional:    true,
		},
		"timeouts": timeouts.Attributes(ctx, timeouts.Opts{Create: true, Update: true, Delete: true,
			CreateDescription: waitDescription("60m"), UpdateDescription: waitDescription("60m"), DeleteDescription: deleteDescription}),
	}
	for name, attribute := range jobStatusSchema() {
		attributes[name] = attribute
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Runs an algorithm on datasets that the consumer may not see, and brings back what the owners' rules let out. " +
			"Terraform waits until the job has succeeded or failed.\n\n" +
			"What a job runs cannot change: another spec, or other `triggers`, replace the job and so run it again. " +
			"A job that fails while it is created is an error with its reason and, where the log was released, the last lines of it; Terraform marks the job as tainted, so that the " +
			"next apply runs it again (`terraform untaint` keeps it). A job that is still running when `timeouts.create` is over is left running, with a warning; the next apply goes on " +
			"waiting for it. Should it fail later it stays as it is: other `triggers`, or `terraform apply -replace=ADDRESS`, run it again.",
		Attributes: attributes,
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
		"state":        computed("State in one word: `Pending`, `Staging`, `Running`, `Releasing`, `Succeeded` or `Failed`."),
		"reason":       computed("Reason of the state, such as `Succeeded`, `PolicyDenied` or `OutOfMemory`."),
		"message":      computed("One sentence about the state."),
		"run":          number("Runs of this job, from 1."),
		"pod":          computed("Pod of the run, in the environment's sandbox namespace."),
		"started_at":   computed("When the algorithm started, in RFC 3339."),
		"completed_at": computed("When the job was done, in RFC 3339."),
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
	}
}
