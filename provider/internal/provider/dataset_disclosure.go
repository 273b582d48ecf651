package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int32validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func disclosureAttribute() schema.Attribute {
	attributes := map[string]schema.Attribute{
		"max_bytes":      bytesAttribute("Bytes of all outputs of a run together. Default: `1Gi`."),
		"max_file_bytes": bytesAttribute("Bytes of each output. Default: `max_bytes`."),
		"max_files": schema.Int32Attribute{
			MarkdownDescription: "Number of outputs of a run. Default: `10000`.",
			Optional:            true,
			Validators:          []validator.Int32{int32validator.Between(1, 100000)},
		},
		"max_depth": schema.Int32Attribute{
			MarkdownDescription: "Depth of a path: `1` allows files without a folder. Default: `32`.",
			Optional:            true,
			Validators:          []validator.Int32{int32validator.Between(1, 32)},
		},
		"types": schema.SetAttribute{
			MarkdownDescription: "Types that may leave, by content and not by name, as media types: `text/csv`, `image/*`. A kind of a listed type is allowed with it: `text/plain` stands for every text, " +
				"`application/octet-stream` for everything. Archives and compressed files, whose content no check can see, leave only where their own type is listed: `application/zip`. Default: every other type.",
			ElementType: types.StringType,
			Optional:    true,
			Validators: []validator.Set{setvalidator.SizeBetween(1, 32), setvalidator.ValueStringsAre(
				stringvalidator.LengthAtMost(127),
				matches(`^[a-z0-9][a-z0-9!#$&^_.+-]*/(\*|[a-z0-9][a-z0-9!#$&^_.+-]*)$`, "must be a media type in lower case, such as text/csv or image/*"))},
		},
		"csv":      csvAttribute(),
		"json":     jsonAttribute(),
		"canaries": canariesAttribute(),
		"verbatim": verbatimAttribute(),
		"images": schema.SingleNestedAttribute{
			MarkdownDescription: "Images that leave.",
			Optional:            true,
			Attributes: map[string]schema.Attribute{
				"metadata": choiceAttribute("What becomes of metadata within PNG and JPEG files: text, EXIF with places and times, XMP, comments. `Strip`, the default, leaves it out of what is released, `Flag` asks for review, and `Allow` lets it out.",
					v1alpha1.ImageMetadataStrip, v1alpha1.ImageMetadataFlag, v1alpha1.ImageMetadataAllow),
			},
		},
		"logs":   logsAttribute(),
		"review": reviewAttribute(),
	}
	return schema.SingleNestedAttribute{
		MarkdownDescription: "What may leave. Every file that a run wrote passes, is flagged for review, or is refused; where one is refused nothing of the run leaves. Of all datasets of a job the strictest rule wins, field by field. " +
			"The guide [What may leave](../guides/what-may-leave.md) tells of each check.",
		Optional:   true,
		Computed:   true,
		Default:    objectdefault.StaticValue(unset(attributes, map[string]attr.Value{"logs": neverReleased()})),
		Attributes: attributes,
	}
}

func csvAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Tables as text, with whatever delimiter. Once `max_rows`, `forbidden_columns` or `min_cell_count` is set, every text that is not JSON is read as a table.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"max_rows": schema.Int64Attribute{
				MarkdownDescription: "Rows of a table, the header included. Default: no limit.",
				Optional:            true,
				Validators:          []validator.Int64{int64validator.AtLeast(1)},
			},
			"forbidden_columns": columnsAttribute("Columns that no table may have, without regard to case and surrounding space.", 0),
			"min_cell_count": cellCountAttribute("The smallest number that a column of `count_columns` may have: the number of people behind a row. A cell of such a column that is smaller, empty or no number is refused, zero too; " +
				"a table without such a column is flagged. `10` is usual. Default: `0`, no check."),
			"count_columns": columnsAttribute("Columns for `min_cell_count`. Default: `n`, `count`, `freq` and `frequency`.", 1),
			"formulas": choiceAttribute("What becomes of cells that a spreadsheet would run: those that start with `=`, `+`, `-`, `@`, a tab or a carriage return, and are no numbers. `Refuse`, the default, `Flag` or `Allow`.",
				v1alpha1.FormulasRefuse, v1alpha1.FormulasFlag, v1alpha1.FormulasAllow),
		},
	}
}

func jsonAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "JSON and JSON lines.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"forbidden_keys": columnsAttribute("Keys that no object may have, at any depth, without regard to case and surrounding space.", 0),
			"min_cell_count": cellCountAttribute("The smallest number that a key of `count_keys` may have; anything else under such a key is refused. Default: `0`, no check."),
			"count_keys":     columnsAttribute("Keys for `min_cell_count`. Default: `n`, `count`, `freq` and `frequency`.", 1),
		},
	}
}

func canariesAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Values from the data that must not appear in any output, nor in the log: plain, in base64, hexadecimal or UTF-16, backwards, or within what gzip or zlib compressed. Anything that holds one is refused.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"secret_ref": secretRefAttribute("Secret in the dataset's namespace. Each line of each of its keys is a value, of 8 to 256 bytes, at most 1000 values and 64 KiB together. "+
				"Take rows that you made up and put into the data. The gateway must be allowed to read it, as with the Secrets of sources.", true),
		},
	}
}

func verbatimAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Records of the input that are found again in the outputs. A record is a line of an input that is text, the first line of each file left out. What is compared are letters and digits alone, without regard to case.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"min_record_bytes": schema.Int32Attribute{
				MarkdownDescription: "Number of letters and digits from which on a line counts as a record. Default: `16`.",
				Optional:            true,
				Validators:          []validator.Int32{int32validator.Between(8, 65536)},
			},
			"max_records": schema.Int64Attribute{
				MarkdownDescription: "Records that the outputs of a run may have in common with the inputs; with more they are refused. `-1` switches the check off. Inputs with more than a million records are sampled; " +
					"inputs on volumes and in images are not read. Default: `10`.",
				Optional:   true,
				Validators: []validator.Int64{int64validator.AtLeast(-1)},
			},
		},
	}
}

func logsAttribute() schema.Attribute {
	never := neverReleased()
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Logs of the algorithm, and with them its exit code.",
		Optional:            true,
		Computed:            true,
		Default:             objectdefault.StaticValue(never),
		Attributes: map[string]schema.Attribute{
			"release": schema.StringAttribute{
				MarkdownDescription: "Release of the log to the consumer: `Never`, the default, `AfterReview` or `Always`. An algorithm can print what it reads: `Always` is for algorithms that you know.",
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString(string(v1alpha1.LogReleaseNever)),
				Validators:          []validator.String{oneOfWords(v1alpha1.LogReleaseNever, v1alpha1.LogReleaseAfterReview, v1alpha1.LogReleaseAlways)},
			},
			"max_bytes": bytesAttribute("Bytes of a log that may leave; a bigger one is withheld. Default: `16Mi`."),
		},
	}
}

// neverReleased is what becomes of logs where nothing is said.
func neverReleased() types.Object {
	return types.ObjectValueMust(map[string]attr.Type{"release": types.StringType, "max_bytes": quantityType{}},
		map[string]attr.Value{"release": types.StringValue(string(v1alpha1.LogReleaseNever)), "max_bytes": quantityOf(nil)})
}

func reviewAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Review of the results by people, before the consumer gets them. Who votes does so with `c2d_result_review` or `kubectl c2d`.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"required": choiceAttribute("When results wait for review: `Never`, the default, `OnFlag`, where a check flagged something, or `Always`.",
				v1alpha1.ReviewNever, v1alpha1.ReviewOnFlag, v1alpha1.ReviewAlways),
			"approvals": schema.Int32Attribute{
				MarkdownDescription: "Approvals by distinct users that a review needs. The author of a job has no vote. Default: `1`.",
				Optional:            true,
				Validators:          []validator.Int32{int32validator.Between(1, 16)},
			},
			"deadline": schema.StringAttribute{
				MarkdownDescription: "Deadline of a review, from the end of the run: `72h`. What is not approved by then is rejected. Whole seconds, from `1m` to `8760h`. Default: `168h`.",
				CustomType:          yearType{},
				Optional:            true,
				PlanModifiers:       []planmodifier.String{keepSpelling[yearNotation]{}},
			},
		},
	}
}

func bytesAttribute(description string) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		CustomType:          quantityType{},
		Optional:            true,
		PlanModifiers:       []planmodifier.String{keepSpelling[quantityNotation]{}},
	}
}

func columnsAttribute(description string, least int) schema.Attribute {
	return schema.SetAttribute{
		MarkdownDescription: description,
		ElementType:         types.StringType,
		Optional:            true,
		Validators:          []validator.Set{setvalidator.SizeBetween(least, 64), setvalidator.ValueStringsAre(stringvalidator.LengthBetween(1, 128))},
	}
}

func cellCountAttribute(description string) schema.Attribute {
	return schema.Int32Attribute{MarkdownDescription: description, Optional: true, Validators: []validator.Int32{int32validator.Between(0, 1000000)}}
}

func choiceAttribute[T ~string](description string, choices ...T) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: []validator.String{oneOfWords(choices...)}}
}

func oneOfWords[T ~string](words ...T) validator.String {
	texts := make([]string, 0, len(words))
	for _, word := range words {
		texts = append(texts, string(word))
	}
	return stringvalidator.OneOf(texts...)
}

// unset is an object of which nothing is set but these values.
func unset(attributes map[string]schema.Attribute, values map[string]attr.Value) types.Object {
	attributeTypes, all := map[string]attr.Type{}, map[string]attr.Value{}
	for name, attribute := range attributes {
		attributeTypes[name] = attribute.GetType()
		if value, set := values[name]; set {
			all[name] = value
			continue
		}
		ctx := context.Background()
		null, err := attributeTypes[name].ValueFromTerraform(ctx, tftypes.NewValue(attributeTypes[name].TerraformType(ctx), nil))
		if err != nil {
			// Each type has a null.
			panic(err)
		}
		all[name] = null
	}
	return types.ObjectValueMust(attributeTypes, all)
}
