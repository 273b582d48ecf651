package provider

import (
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/types"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

type disclosureModel struct {
	MaxBytes     quantityValue          `tfsdk:"max_bytes"`
	MaxFileBytes quantityValue          `tfsdk:"max_file_bytes"`
	MaxFiles     types.Int32            `tfsdk:"max_files"`
	MaxDepth     types.Int32            `tfsdk:"max_depth"`
	Types        []string               `tfsdk:"types"`
	CSV          *csvModel              `tfsdk:"csv"`
	JSON         *jsonModel             `tfsdk:"json"`
	Canaries     *canariesModel         `tfsdk:"canaries"`
	Verbatim     *verbatimModel         `tfsdk:"verbatim"`
	Images       *imagesModel           `tfsdk:"images"`
	Logs         *logDisclosureModel    `tfsdk:"logs"`
	Review       *reviewDisclosureModel `tfsdk:"review"`
}

type csvModel struct {
	MaxRows          types.Int64  `tfsdk:"max_rows"`
	ForbiddenColumns []string     `tfsdk:"forbidden_columns"`
	MinCellCount     types.Int32  `tfsdk:"min_cell_count"`
	CountColumns     []string     `tfsdk:"count_columns"`
	Formulas         types.String `tfsdk:"formulas"`
}

type jsonModel struct {
	ForbiddenKeys []string    `tfsdk:"forbidden_keys"`
	MinCellCount  types.Int32 `tfsdk:"min_cell_count"`
	CountKeys     []string    `tfsdk:"count_keys"`
}

type canariesModel struct {
	SecretRef *secretRefModel `tfsdk:"secret_ref"`
}

type verbatimModel struct {
	MinRecordBytes types.Int32 `tfsdk:"min_record_bytes"`
	MaxRecords     types.Int64 `tfsdk:"max_records"`
}

type imagesModel struct {
	Metadata types.String `tfsdk:"metadata"`
}

type logDisclosureModel struct {
	Release  types.String  `tfsdk:"release"`
	MaxBytes quantityValue `tfsdk:"max_bytes"`
}

type reviewDisclosureModel struct {
	Required  types.String `tfsdk:"required"`
	Approvals types.Int32  `tfsdk:"approvals"`
	Deadline  yearValue    `tfsdk:"deadline"`
}

func (m *disclosureModel) configuration() *ac.DisclosureApplyConfiguration {
	if m == nil {
		return nil
	}
	c := &ac.DisclosureApplyConfiguration{
		MaxBytes: quantity(m.MaxBytes), MaxFileBytes: quantity(m.MaxFileBytes),
		MaxFiles: m.MaxFiles.ValueInt32Pointer(), MaxDepth: m.MaxDepth.ValueInt32Pointer(),
		Types: unordered(m.Types),
	}
	if o := m.CSV; o != nil {
		c.CSV = someOf(&ac.CSVDisclosureApplyConfiguration{
			MaxRows: o.MaxRows.ValueInt64Pointer(), ForbiddenColumns: unordered(o.ForbiddenColumns),
			MinCellCount: positive(o.MinCellCount), CountColumns: unordered(o.CountColumns), Formulas: word[v1alpha1.Formulas](o.Formulas),
		})
	}
	if o := m.JSON; o != nil {
		c.JSON = someOf(&ac.JSONDisclosureApplyConfiguration{
			ForbiddenKeys: unordered(o.ForbiddenKeys), MinCellCount: positive(o.MinCellCount), CountKeys: unordered(o.CountKeys),
		})
	}
	if o := m.Canaries; o != nil {
		c.Canaries = &ac.CanariesApplyConfiguration{SecretRef: o.SecretRef.configuration()}
	}
	if o := m.Verbatim; o != nil {
		c.Verbatim = someOf(&ac.VerbatimDisclosureApplyConfiguration{MinRecordBytes: o.MinRecordBytes.ValueInt32Pointer(), MaxRecords: o.MaxRecords.ValueInt64Pointer()})
	}
	if o := m.Images; o != nil {
		c.Images = someOf(&ac.ImageDisclosureApplyConfiguration{Metadata: word[v1alpha1.ImageMetadata](o.Metadata)})
	}
	if o := m.Logs; o != nil {
		c.Logs = &ac.LogDisclosureApplyConfiguration{Release: word[v1alpha1.LogRelease](o.Release), MaxBytes: quantity(o.MaxBytes)}
	}
	if o := m.Review; o != nil {
		c.Review = someOf(&ac.ReviewDisclosureApplyConfiguration{
			Required: word[v1alpha1.ReviewRequired](o.Required), Approvals: o.Approvals.ValueInt32Pointer(), Deadline: duration(o.Deadline),
		})
	}
	return someOf(c)
}

func disclosureOf(d v1alpha1.Disclosure) *disclosureModel {
	m := &disclosureModel{
		MaxBytes: quantityOf(d.MaxBytes), MaxFileBytes: quantityOf(d.MaxFileBytes),
		MaxFiles: types.Int32PointerValue(d.MaxFiles), MaxDepth: types.Int32PointerValue(d.MaxDepth),
		Types: copyOf(d.Types),
		Logs:  &logDisclosureModel{Release: textOf(string(d.Logs.Release)), MaxBytes: quantityOf(d.Logs.MaxBytes)},
	}
	if d.Logs.Release == "" {
		m.Logs.Release = types.StringValue(string(v1alpha1.LogReleaseNever))
	}
	if o := d.CSV; !reflect.DeepEqual(o, v1alpha1.CSVDisclosure{}) {
		m.CSV = &csvModel{
			MaxRows: types.Int64PointerValue(o.MaxRows), ForbiddenColumns: copyOf(o.ForbiddenColumns),
			MinCellCount: numberOf(o.MinCellCount), CountColumns: copyOf(o.CountColumns), Formulas: textOf(string(o.Formulas)),
		}
	}
	if o := d.JSON; !reflect.DeepEqual(o, v1alpha1.JSONDisclosure{}) {
		m.JSON = &jsonModel{ForbiddenKeys: copyOf(o.ForbiddenKeys), MinCellCount: numberOf(o.MinCellCount), CountKeys: copyOf(o.CountKeys)}
	}
	if o := d.Canaries; o != nil {
		m.Canaries = &canariesModel{SecretRef: secretRefOf(&o.SecretRef)}
	}
	if o := d.Verbatim; o != (v1alpha1.VerbatimDisclosure{}) {
		m.Verbatim = &verbatimModel{MinRecordBytes: types.Int32PointerValue(o.MinRecordBytes), MaxRecords: types.Int64PointerValue(o.MaxRecords)}
	}
	if o := d.Images; o != (v1alpha1.ImageDisclosure{}) {
		m.Images = &imagesModel{Metadata: textOf(string(o.Metadata))}
	}
	if o := d.Review; o != (v1alpha1.ReviewDisclosure{}) {
		m.Review = &reviewDisclosureModel{
			Required: textOf(string(o.Required)), Approvals: types.Int32PointerValue(o.Approvals), Deadline: durationOf[yearNotation](o.Deadline),
		}
	}
	return m
}
