package disclosure

// Check is the name of a rule. Consumers may read it.
type Check string

// Checks of the shape of outputs. All refuse.
const (
	// CheckRegularFile wants regular files and folders: no links, devices, sockets or FIFOs.
	CheckRegularFile Check = "regular-file"
	// CheckHardLink wants one name for each file.
	CheckHardLink Check = "hard-link"
	// CheckName wants names that every system can store and every terminal can show.
	CheckName Check = "name"
	// CheckNameLength wants paths of at most MaxPathBytes.
	CheckNameLength Check = "name-length"
	// CheckDepth wants at most Rules.MaxDepth folders within each other.
	CheckDepth Check = "depth"
	// CheckCollision wants names that stay different where upper and lower case, or ways to compose a letter, are the
	// same.
	CheckCollision Check = "collision"
	// CheckCount wants at most Rules.MaxFiles files, MaxEntries files and folders, and MaxNamesBytes of their paths.
	CheckCount Check = "count"
	// CheckFileSize wants files of at most Rules.MaxFileBytes.
	CheckFileSize Check = "file-size"
	// CheckTotalSize wants at most Rules.MaxBytes of all files together.
	CheckTotalSize Check = "total-size"
	// CheckReadable wants files that can be read.
	CheckReadable Check = "readable"
	// CheckSparse wants files without holes: they claim sizes that nobody wrote.
	CheckSparse Check = "sparse"
	// CheckUnchanged wants files that stay what they are while they are judged.
	CheckUnchanged Check = "unchanged"
)

// Checks of the content of outputs. They refuse, where nothing else is said.
const (
	// CheckType wants the types of Rules.Types, by content.
	CheckType Check = "type"
	// CheckArchive wants no archives and compressed files: no check sees into them.
	CheckArchive Check = "archive"
	// CheckPolyglot wants files that are one thing alone: no archive at the end of something else, no bytes behind an
	// image.
	CheckPolyglot Check = "polyglot"
	// CheckExtension flags names that promise another content.
	CheckExtension Check = "extension"
	// CheckAttachment flags PDF files with files within.
	CheckAttachment Check = "attachment"
	// CheckEncoding wants text in UTF-8, or in an encoding that has ASCII in it.
	CheckEncoding Check = "encoding"
	// CheckTable wants tables that can be read, with records of at most maxRecordBytes.
	CheckTable Check = "table"
	// CheckRows wants at most CSVRules.MaxRows.
	CheckRows Check = "csv-rows"
	// CheckColumn wants none of CSVRules.Forbidden.
	CheckColumn Check = "csv-column"
	// CheckCell wants numbers from CSVRules.MinCellCount on in count columns.
	CheckCell Check = "csv-cell-count"
	// CheckNoCount flags tables that have no count column where there should be one.
	CheckNoCount Check = "csv-no-count"
	// CheckFormula wants no cells that a spreadsheet would run, or flags them.
	CheckFormula Check = "csv-formula"
	// CheckJSON wants JSON that can be read, at most maxJSONDepth deep, where there are rules for it.
	CheckJSON Check = "json"
	// CheckKey wants none of JSONRules.Forbidden.
	CheckKey Check = "json-key"
	// CheckJSONCell wants numbers from JSONRules.MinCellCount on under count keys.
	CheckJSONCell Check = "json-cell-count"
	// CheckCanary wants no canary, plain or encoded.
	CheckCanary Check = "canary"
	// CheckCompressed wants compressed data within files to be few enough, and to stay small enough, to search them for
	// canaries.
	CheckCompressed Check = "compressed"
	// CheckVerbatim wants at most VerbatimRules.MaxRecords records of the input.
	CheckVerbatim Check = "verbatim"
	// CheckImage wants PNG and JPEG files that are well-formed.
	CheckImage Check = "image"
	// CheckMetadata flags metadata in images.
	CheckMetadata Check = "image-metadata"
	// CheckLogSize wants logs of at most LogRules.MaxBytes.
	CheckLogSize Check = "log-size"
	// CheckControl flags control characters in the log: a terminal would obey them.
	CheckControl Check = "control-characters"
)

// Outcome of a check.
type Outcome int

// Outcomes, from mild to strict.
const (
	Pass Outcome = iota
	// Flag lets a file leave after a review, and without one where none is required.
	Flag
	// Refuse lets nothing of the run leave.
	Refuse
)

// String is the outcome in a word.
func (o Outcome) String() string { return [...]string{"pass", "flag", "refuse"}[o] }

// Verdict says why something may not leave, or not without review.
type Verdict struct {
	Outcome Outcome
	Check   Check
	// Place is where, for the owner alone: the algorithm chose it.
	Place string
	// Detail is what was found and what is allowed, for the owner alone.
	Detail string
}
