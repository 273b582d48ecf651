package proof

import (
	"fmt"
	"strings"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/terminal"
	"github.com/compute-to-data/terraform-provider-c2d/manifest"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Words of what a manifest says: a line for each thing, its name first.
func Words(p *manifest.Predicate) *terminal.Table {
	t := terminal.NewTable("")
	job := fmt.Sprintf("run %d of ComputeJob %s/%s (UID %s)", p.Run, p.Job.Namespace, p.Job.Name, p.Job.UID)
	if p.Author != "" {
		job += ", created by " + p.Author
	}
	t.Row("Run:", job)
	t.Row("Outcome:", outcome(p))
	t.Row("Where:", fmt.Sprintf("ComputeEnvironment %s of cluster %s", p.Environment.Name, p.Cluster))
	t.Row("When:", when(p.Times))
	t.Row("Algorithm:", algorithm(&p.Algorithm))
	t.Row("", "checksum "+p.Algorithm.Checksum)
	if p.Algorithm.Image != "" {
		t.Row("", "image "+p.Algorithm.Image)
	}
	if start := start(&p.Algorithm); start != "" {
		t.Row("", "started as "+start)
	}
	if p.Algorithm.CodeSHA256 != "" {
		t.Row("", "code with SHA-256 "+p.Algorithm.CodeSHA256)
	}
	for i := range p.Datasets {
		title := "Dataset:"
		for _, line := range dataset(&p.Datasets[i]) {
			t.Row(title, line)
			title = ""
		}
	}
	t.Row("Rules:", fmt.Sprintf("at most %s in %d files; review: %s; log: %s", terminal.Bytes(p.Rules.MaxBytes), p.Rules.MaxFiles, p.Rules.Review.Required, p.Rules.Logs.Release))
	if flags := flagged(p.Results); flags != "" {
		t.Row("Flags:", flags)
	}
	if pay := p.Payment; pay != nil {
		t.Row("Payment:", fmt.Sprintf("%d min at %s = %s base units of token %s, to %s", pay.Minutes, pay.PerMinute, pay.Due, pay.Token, pay.Payee))
		t.Row("", fmt.Sprintf("from %s, of %s locked on chain %d as %s", pay.Payer, pay.Locked, pay.ChainID, pay.LockID))
	}
	return t
}

func outcome(p *manifest.Predicate) string {
	if p.Exit.Code != nil {
		return fmt.Sprintf("%s; the algorithm ended as %s with exit code %d", p.Outcome, p.Exit.Class, *p.Exit.Code)
	}
	if p.Exit.Class != "" {
		return fmt.Sprintf("%s; the algorithm ended as %s", p.Outcome, p.Exit.Class)
	}
	return p.Outcome
}

func when(t manifest.Times) string {
	text := "created " + t.Created.Format(time.RFC3339)
	if !t.Started.IsZero() {
		text += ", started " + t.Started.Format(time.RFC3339)
	}
	if !t.Started.IsZero() && !t.Ended.IsZero() {
		text += ", ran for " + terminal.Duration(t.Ended.Sub(t.Started))
	}
	return text + ", published " + t.Published.Format(time.RFC3339)
}

func algorithm(a *sandbox.Algorithm) string {
	if a.Raw {
		return "in the job itself, " + a.DID
	}
	return fmt.Sprintf("%s/%s, %s", a.Namespace, a.Name, a.DID)
}

func start(a *sandbox.Algorithm) string {
	if a.Entrypoint != "" {
		return a.Entrypoint
	}
	quoted := make([]string, len(a.Command))
	for i, word := range a.Command {
		quoted[i] = fmt.Sprintf("%q", word)
	}
	return strings.Join(quoted, " ")
}

func dataset(d *sandbox.ManifestDataset) []string {
	lines := []string{d.DID}
	if d.Content.Files > 0 {
		lines = append(lines, fmt.Sprintf("%s, %s, SHA-256 over all %s", terminal.Count(d.Content.Files, "file"), terminal.Bytes(d.Content.Bytes), d.Content.SHA256))
	}
	for _, m := range d.Mounted {
		if m.Digest == "" {
			lines = append(lines, fmt.Sprintf("file %d on a volume, which nobody has hashed", m.Index))
		} else {
			lines = append(lines, fmt.Sprintf("file %d from an image with digest %s", m.Index, m.Digest))
		}
	}
	return lines
}

// flagged files by check.
func flagged(results []sandbox.ManifestResult) string {
	counts := map[string]int{}
	var checks []string
	for _, result := range results {
		for _, check := range result.Flags {
			if counts[string(check)]++; counts[string(check)] == 1 {
				checks = append(checks, string(check))
			}
		}
	}
	for i, check := range checks {
		checks[i] = fmt.Sprintf("%s (%d)", check, counts[check])
	}
	return strings.Join(checks, ", ")
}
