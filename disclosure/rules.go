package disclosure

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Rules of a run: the strictest of the rules of all its datasets, field by field. They travel with the run, so that what
// was approved is what is judged. Rules come from Strictest; the zero value lets nothing out.
type Rules struct {
	MaxBytes     int64 `json:"maxBytes"`
	MaxFileBytes int64 `json:"maxFileBytes"`
	MaxFiles     int   `json:"maxFiles"`
	MaxDepth     int   `json:"maxDepth"`
	// Types that may leave: a file must have a type of each list. None: every type that is no archive.
	Types [][]string `json:"types,omitempty"`
	CSV   CSVRules   `json:"csv,omitzero"`
	JSON  JSONRules  `json:"json,omitzero"`
	// Canaries are the Secrets with values that must not appear.
	Canaries []Secret      `json:"canaries,omitempty"`
	Verbatim VerbatimRules `json:"verbatim,omitzero"`
	// Metadata of images.
	Metadata v1alpha1.ImageMetadata `json:"metadata"`
	Logs     LogRules               `json:"logs,omitzero"`
	Review   ReviewRules            `json:"review,omitzero"`
}

// CSVRules for tables. Names are folded; zeros mean no rule.
type CSVRules struct {
	MaxRows      int64             `json:"maxRows,omitempty"`
	Forbidden    []string          `json:"forbidden,omitempty"`
	MinCellCount int64             `json:"minCellCount,omitempty"`
	Counts       []string          `json:"counts,omitempty"`
	Formulas     v1alpha1.Formulas `json:"formulas"`
}

// JSONRules for JSON. Names are folded; zeros mean no rule.
type JSONRules struct {
	Forbidden    []string `json:"forbidden,omitempty"`
	MinCellCount int64    `json:"minCellCount,omitempty"`
	Counts       []string `json:"counts,omitempty"`
}

// Secret with canaries.
type Secret struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// VerbatimRules for records of the input.
type VerbatimRules struct {
	MinRecordBytes int `json:"minRecordBytes,omitempty"`
	// MaxRecords that may leave; -1: the check is off.
	MaxRecords int64 `json:"maxRecords"`
}

// LogRules for the log.
type LogRules struct {
	Release  v1alpha1.LogRelease `json:"release"`
	MaxBytes int64               `json:"maxBytes"`
}

// ReviewRules for the review of results.
type ReviewRules struct {
	Required  v1alpha1.ReviewRequired `json:"required"`
	Approvals int32                   `json:"approvals,omitempty"`
	Deadline  time.Duration           `json:"deadline,omitempty"`
}

// Defaults of rules that an owner did not set.
const (
	defaultMaxBytes       = 1 << 30
	defaultMaxFiles       = 10_000
	defaultMinRecordBytes = 16
	defaultMaxRecords     = 10
	defaultLogBytes       = 16 << 20
	defaultApprovals      = 1
	defaultDeadline       = 7 * 24 * time.Hour
)

// defaultCounts are the usual names of a number of people.
var defaultCounts = []string{"count", "freq", "frequency", "n"}

// Strictest of the rules of all datasets of a run. Without any, the defaults.
func Strictest(datasets ...v1alpha1.Disclosure) Rules {
	if len(datasets) == 0 {
		return rulesOf(v1alpha1.Disclosure{}, "")
	}
	rules := rulesOf(datasets[0], "")
	for _, d := range datasets[1:] {
		rules = rules.and(rulesOf(d, ""))
	}
	return rules
}

// StrictestOf the rules of datasets, with the Secrets of their namespaces.
func StrictestOf(datasets []*v1alpha1.Dataset) Rules {
	if len(datasets) == 0 {
		return Strictest()
	}
	rules := rulesOf(datasets[0].Spec.Disclosure, datasets[0].Namespace)
	for _, d := range datasets[1:] {
		rules = rules.and(rulesOf(d.Spec.Disclosure, d.Namespace))
	}
	return rules
}

// rulesOf one dataset, with defaults filled in.
func rulesOf(d v1alpha1.Disclosure, namespace string) Rules {
	r := Rules{
		MaxBytes: bytesOf(d.MaxBytes, defaultMaxBytes),
		MaxFiles: min(int(or(d.MaxFiles, defaultMaxFiles)), MaxEntries),
		MaxDepth: min(int(or(d.MaxDepth, MaxDepth)), MaxDepth),
		CSV: CSVRules{
			MaxRows:      or(d.CSV.MaxRows, 0),
			Forbidden:    names(d.CSV.ForbiddenColumns),
			MinCellCount: int64(d.CSV.MinCellCount),
			Formulas:     first(d.CSV.Formulas, v1alpha1.FormulasRefuse),
		},
		JSON: JSONRules{
			Forbidden:    names(d.JSON.ForbiddenKeys),
			MinCellCount: int64(d.JSON.MinCellCount),
		},
		Verbatim: VerbatimRules{
			MinRecordBytes: int(or(d.Verbatim.MinRecordBytes, defaultMinRecordBytes)),
			MaxRecords:     max(or(d.Verbatim.MaxRecords, defaultMaxRecords), -1),
		},
		Metadata: first(d.Images.Metadata, v1alpha1.ImageMetadataStrip),
		Logs: LogRules{
			Release:  first(d.Logs.Release, v1alpha1.LogReleaseNever),
			MaxBytes: bytesOf(d.Logs.MaxBytes, defaultLogBytes),
		},
		Review: ReviewRules{
			Required:  first(d.Review.Required, v1alpha1.ReviewNever),
			Approvals: or(d.Review.Approvals, defaultApprovals),
			Deadline:  defaultDeadline,
		},
	}
	r.MaxFileBytes = bytesOf(d.MaxFileBytes, r.MaxBytes)
	if len(d.Types) > 0 {
		r.Types = [][]string{slices.Sorted(slices.Values(d.Types))}
	}
	if r.CSV.MinCellCount > 0 {
		r.CSV.Counts = names(orDefault(d.CSV.CountColumns))
	}
	if r.JSON.MinCellCount > 0 {
		r.JSON.Counts = names(orDefault(d.JSON.CountKeys))
	}
	if d.Canaries != nil {
		r.Canaries = []Secret{{Namespace: namespace, Name: d.Canaries.SecretRef.Name}}
	}
	if d.Review.Deadline != nil {
		r.Review.Deadline = d.Review.Deadline.Duration
	}
	return r
}

// ReviewOf the results that the owner of a dataset asks for; nil: none.
func ReviewOf(dataset *v1alpha1.Dataset) *ReviewRules {
	rules := StrictestOf([]*v1alpha1.Dataset{dataset})
	if rules.Review.Required == v1alpha1.ReviewNever && rules.Logs.Release != v1alpha1.LogReleaseAfterReview {
		return nil
	}
	return &rules.Review
}

// and is what both let out.
func (r Rules) and(o Rules) Rules {
	r.MaxBytes = min(r.MaxBytes, o.MaxBytes)
	r.MaxFileBytes = min(r.MaxFileBytes, o.MaxFileBytes)
	r.MaxFiles = min(r.MaxFiles, o.MaxFiles)
	r.MaxDepth = min(r.MaxDepth, o.MaxDepth)
	for _, list := range o.Types {
		if !slices.ContainsFunc(r.Types, func(have []string) bool { return slices.Equal(have, list) }) {
			r.Types = append(slices.Clip(r.Types), list)
		}
	}
	if o.CSV.MaxRows > 0 && (r.CSV.MaxRows == 0 || o.CSV.MaxRows < r.CSV.MaxRows) {
		r.CSV.MaxRows = o.CSV.MaxRows
	}
	r.CSV.Forbidden = union(r.CSV.Forbidden, o.CSV.Forbidden)
	r.CSV.MinCellCount = max(r.CSV.MinCellCount, o.CSV.MinCellCount)
	r.CSV.Counts = union(r.CSV.Counts, o.CSV.Counts)
	r.CSV.Formulas = stricter(r.CSV.Formulas, o.CSV.Formulas, v1alpha1.FormulasRefuse, v1alpha1.FormulasFlag)
	r.JSON.Forbidden = union(r.JSON.Forbidden, o.JSON.Forbidden)
	r.JSON.MinCellCount = max(r.JSON.MinCellCount, o.JSON.MinCellCount)
	r.JSON.Counts = union(r.JSON.Counts, o.JSON.Counts)
	for _, secret := range o.Canaries {
		if !slices.Contains(r.Canaries, secret) {
			r.Canaries = append(slices.Clip(r.Canaries), secret)
		}
	}
	r.Verbatim = r.Verbatim.and(o.Verbatim)
	// What is stripped cannot leave, whatever a reviewer overlooks.
	r.Metadata = stricter(r.Metadata, o.Metadata, v1alpha1.ImageMetadataStrip, v1alpha1.ImageMetadataFlag)
	r.Logs.Release = stricter(r.Logs.Release, o.Logs.Release, v1alpha1.LogReleaseNever, v1alpha1.LogReleaseAfterReview)
	r.Logs.MaxBytes = min(r.Logs.MaxBytes, o.Logs.MaxBytes)
	r.Review.Required = stricter(r.Review.Required, o.Review.Required, v1alpha1.ReviewAlways, v1alpha1.ReviewOnFlag)
	r.Review.Approvals = max(r.Review.Approvals, o.Review.Approvals)
	r.Review.Deadline = min(r.Review.Deadline, o.Review.Deadline)
	return r
}

func (v VerbatimRules) and(o VerbatimRules) VerbatimRules {
	switch {
	case o.MaxRecords < 0:
		return v
	case v.MaxRecords < 0:
		return o
	}
	return VerbatimRules{MinRecordBytes: min(v.MinRecordBytes, o.MinRecordBytes), MaxRecords: min(v.MaxRecords, o.MaxRecords)}
}

// On says whether records are compared.
func (v VerbatimRules) On() bool { return v.MaxRecords >= 0 }

// stricter of two: the first of the order that either of them is, else what they are.
func stricter[T comparable](a, b T, order ...T) T {
	for _, choice := range order {
		if a == choice || b == choice {
			return choice
		}
	}
	return a
}

func or[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}

func first[T ~string](value, otherwise T) T {
	if value == "" {
		return otherwise
	}
	return value
}

// bytesOf a quantity; one below zero lets nothing out.
func bytesOf(quantity *resource.Quantity, otherwise int64) int64 {
	if quantity == nil {
		return otherwise
	}
	return max(quantity.Value(), 0)
}

func orDefault(list []string) []string {
	if len(list) == 0 {
		return defaultCounts
	}
	return list
}

// names folded as those in files are, without doubles.
func names(list []string) []string {
	var folded []string
	for _, name := range list {
		folded = append(folded, foldName(name))
	}
	slices.Sort(folded)
	return slices.Compact(folded)
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// foldName of a column or key: case, surrounding space and quotes, and a byte order mark do not count.
func foldName(name string) string {
	name = strings.TrimFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '"' || r == '\'' || r == '\ufeff' })
	if strings.IndexFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return strings.ToLower(name)
	}
	return fold(name)
}
