package v1alpha1

import (
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Disclosure says what may leave. Every file that a run wrote passes, is flagged for review, or is refused; where one is
// refused nothing of the run leaves. A rule that is not set has the default that its description names.
type Disclosure struct {
	// MaxBytes of all outputs of a run together. Default: 1Gi.
	// +optional
	MaxBytes *resource.Quantity `json:"maxBytes,omitempty"`

	// MaxFileBytes of each output. Default: maxBytes.
	// +optional
	MaxFileBytes *resource.Quantity `json:"maxFileBytes,omitempty"`

	// MaxFiles of a run. Default: 10000.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000
	// +optional
	MaxFiles *int32 `json:"maxFiles,omitempty"`

	// MaxDepth of a path: 1 allows files without a folder. Default: 32.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=32
	// +optional
	MaxDepth *int32 `json:"maxDepth,omitempty"`

	// Types that may leave, by content and not by name, as media types: text/csv, image/*. A kind of a listed type is
	// allowed with it: text/plain stands for every text, application/octet-stream for everything. Archives and
	// compressed files, whose content no check can see, leave only where their own type is listed: application/zip.
	// Default: every other type.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MaxLength=127
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9][a-z0-9!#$&^_.+-]*/(\*|[a-z0-9][a-z0-9!#$&^_.+-]*)$`
	// +listType=set
	// +optional
	Types []string `json:"types,omitempty"`

	// CSV is for tables as text.
	// +optional
	CSV CSVDisclosure `json:"csv,omitzero"`

	// JSON is for JSON and JSON lines.
	// +optional
	JSON JSONDisclosure `json:"json,omitzero"`

	// Canaries are values from the data that must not appear in any output, nor in the log.
	// +optional
	Canaries *Canaries `json:"canaries,omitempty"`

	// Verbatim is for records of the input that are found again in the outputs.
	// +optional
	Verbatim VerbatimDisclosure `json:"verbatim,omitzero"`

	// Images that leave.
	// +optional
	Images ImageDisclosure `json:"images,omitzero"`

	// Logs of the algorithm, and with them its exit code.
	// +optional
	Logs LogDisclosure `json:"logs,omitzero"`

	// Review of the results by people, before the consumer gets them.
	// +optional
	Review ReviewDisclosure `json:"review,omitzero"`
}

// CSVDisclosure is for tables as text, with whatever delimiter. Once maxRows, forbiddenColumns or minCellCount is set,
// every text that is not JSON is read as a table.
type CSVDisclosure struct {
	// MaxRows of a table, the header included. Default: no limit.
	// +kubebuilder:validation:Minimum=1
	// +optional
	MaxRows *int64 `json:"maxRows,omitempty"`

	// ForbiddenColumns that no table may have, without regard to case and surrounding space.
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=128
	// +listType=set
	// +optional
	ForbiddenColumns []string `json:"forbiddenColumns,omitempty"`

	// MinCellCount is the smallest number that a column of countColumns may have: the number of people behind a row. A
	// cell of such a column that is smaller, empty or no number is refused, zero too; a table without such a column is
	// flagged. 10 is usual. Default: 0, no check.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000
	// +optional
	MinCellCount int32 `json:"minCellCount,omitempty"`

	// CountColumns for minCellCount. Default: n, count, freq and frequency.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=128
	// +listType=set
	// +optional
	CountColumns []string `json:"countColumns,omitempty"`

	// Formulas says what becomes of cells that a spreadsheet would run: those that start with =, +, -, @, a tab or a
	// carriage return, and are no numbers. Default: Refuse.
	// +optional
	Formulas Formulas `json:"formulas,omitempty"`
}

// Formulas says what becomes of cells that a spreadsheet would run.
//
// +kubebuilder:validation:Enum=Refuse;Flag;Allow
type Formulas string

// What becomes of cells that a spreadsheet would run.
const (
	FormulasRefuse Formulas = "Refuse"
	FormulasFlag   Formulas = "Flag"
	FormulasAllow  Formulas = "Allow"
)

// JSONDisclosure is for JSON and JSON lines.
type JSONDisclosure struct {
	// ForbiddenKeys that no object may have, at any depth, without regard to case and surrounding space.
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=128
	// +listType=set
	// +optional
	ForbiddenKeys []string `json:"forbiddenKeys,omitempty"`

	// MinCellCount is the smallest number that a key of countKeys may have; anything else under such a key is refused.
	// Default: 0, no check.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000
	// +optional
	MinCellCount int32 `json:"minCellCount,omitempty"`

	// CountKeys for minCellCount. Default: n, count, freq and frequency.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=128
	// +listType=set
	// +optional
	CountKeys []string `json:"countKeys,omitempty"`
}

// Canaries are values from the data that must not appear in any output: plain, in base64, hexadecimal or UTF-16,
// backwards, or within what gzip or zlib compressed. Anything that holds one is refused.
type Canaries struct {
	// SecretRef names a Secret in the dataset's namespace. Each line of each of its keys is a value, of 8 to 256 bytes,
	// at most 1000 values and 64 KiB together. Take rows that you made up and put into the data. The gateway must be
	// allowed to read it, as with the Secrets of sources.
	// +required
	SecretRef LocalSecretReference `json:"secretRef"`
}

// VerbatimDisclosure is for records of the input that are found again in the outputs. A record is a line of an input
// that is text, the first line of each file left out. What is compared are letters and digits alone, without regard to
// case: other delimiters and quotes do not hide a record, other columns do.
type VerbatimDisclosure struct {
	// MinRecordBytes is the number of letters and digits from which on a line counts as a record. Default: 16.
	// +kubebuilder:validation:Minimum=8
	// +kubebuilder:validation:Maximum=65536
	// +optional
	MinRecordBytes *int32 `json:"minRecordBytes,omitempty"`

	// MaxRecords that the outputs of a run may have in common with the inputs, which are then refused; -1 switches
	// the check off. Inputs with more than a million records are sampled: a few copied records may then pass, many do
	// not. Inputs on volumes and in images are not read. Default: 10.
	// +kubebuilder:validation:Minimum=-1
	// +optional
	MaxRecords *int64 `json:"maxRecords,omitempty"`
}

// ImageDisclosure is for images that leave.
type ImageDisclosure struct {
	// Metadata within PNG and JPEG files: text, EXIF with places and times, XMP, comments. Strip leaves it out of what
	// is released, Flag asks for review. Default: Strip.
	// +optional
	Metadata ImageMetadata `json:"metadata,omitempty"`
}

// ImageMetadata says what becomes of metadata within images.
//
// +kubebuilder:validation:Enum=Strip;Flag;Allow
type ImageMetadata string

// What becomes of metadata within images.
const (
	ImageMetadataStrip ImageMetadata = "Strip"
	ImageMetadataFlag  ImageMetadata = "Flag"
	ImageMetadataAllow ImageMetadata = "Allow"
)

// LogDisclosure says whether the algorithm's log may leave.
type LogDisclosure struct {
	// Release of the log to the consumer. An algorithm can print what it reads: Always is for algorithms that you know.
	// +kubebuilder:default=Never
	// +optional
	Release LogRelease `json:"release,omitempty"`

	// MaxBytes of a log that may leave; a bigger one is withheld. Default: 16Mi.
	// +optional
	MaxBytes *resource.Quantity `json:"maxBytes,omitempty"`
}

// LogRelease says when a log may leave.
//
// +kubebuilder:validation:Enum=Never;AfterReview;Always
type LogRelease string

// When a log may leave.
const (
	LogReleaseNever       LogRelease = "Never"
	LogReleaseAfterReview LogRelease = "AfterReview"
	LogReleaseAlways      LogRelease = "Always"
)

// ReviewDisclosure is for the review of results by people.
type ReviewDisclosure struct {
	// Required says when results wait for review: never, where a check flagged something, or always. Default: Never.
	// +optional
	Required ReviewRequired `json:"required,omitempty"`

	// Approvals by distinct users that a review needs. Default: 1.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=16
	// +optional
	Approvals *int32 `json:"approvals,omitempty"`

	// Deadline of a review, from the end of the run: 72h. What is not approved by then is rejected. Default: 168h.
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1m') && duration(self) <= duration('8760h')",message="must be between 1m and 8760h"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=duration
	// +optional
	Deadline *metav1.Duration `json:"deadline,omitempty"`
}

// ReviewRequired says when results wait for review.
//
// +kubebuilder:validation:Enum=Never;OnFlag;Always
type ReviewRequired string

// When results wait for review.
const (
	ReviewNever  ReviewRequired = "Never"
	ReviewOnFlag ReviewRequired = "OnFlag"
	ReviewAlways ReviewRequired = "Always"
)
