// Package manifest is about the signed manifest of a run: who ran what on which data, by which rules, and what came out.
// It is an in-toto Statement in a DSSE envelope, which anybody can check without a cluster who has the environment's
// public key. The package is pure.
//
// Statement: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md.
// Envelope: https://github.com/secure-systems-lab/dsse/blob/master/envelope.md.
package manifest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Types of the statement.
const (
	// StatementType of in-toto.
	StatementType = "https://in-toto.io/Statement/v1"
	// PredicateType says how Predicate is to be read.
	PredicateType = "https://c2d.dev/run/v1"
	// PayloadType of the envelope.
	PayloadType = "application/vnd.in-toto+json"
)

// Statement of in-toto: the predicate is true of the subjects.
type Statement struct {
	Type string `json:"_type"`
	// Subject is what came out: each file under its key. Of a run that brought nothing it is the run's record alone, which the
	// environment's owner has.
	Subject       []Subject `json:"subject"`
	PredicateType string    `json:"predicateType"`
	Predicate     Predicate `json:"predicate"`
}

// Subject is a file by its hash.
type Subject struct {
	Name   string            `json:"name"`
	Digest map[string]string `json:"digest"`
}

// Predicate is what an environment says of a run.
type Predicate struct {
	// Cluster is the UID of the namespace kube-system.
	Cluster     string         `json:"cluster"`
	Environment sandbox.Object `json:"environment"`
	Job         sandbox.Object `json:"job"`
	// Author is the user who created the job; empty where nobody noted it.
	Author     string                    `json:"author,omitempty"`
	Run        int64                     `json:"run"`
	Algorithm  sandbox.Algorithm         `json:"algorithm"`
	Parameters any                       `json:"parameters,omitempty"`
	Datasets   []sandbox.ManifestDataset `json:"datasets"`
	// Rules by which the outputs were judged.
	Rules disclosure.Rules `json:"rules"`
	// Outcome is Succeeded, or the reason why the run did not.
	Outcome string `json:"outcome"`
	Exit    Exit   `json:"exit"`
	Times   Times  `json:"times"`
	// Payment of the run; nil where it costs nothing.
	Payment *Payment `json:"payment,omitempty"`
	// Record is the SHA-256 of what the pod said of the run, in hex.
	Record string `json:"record"`
	// Results are the files that passed the rules, with the checks that flagged them.
	Results []sandbox.ManifestResult `json:"results"`
}

// Exit of the algorithm. The code is there only where the rules release the log.
type Exit struct {
	Class string `json:"class"`
	Code  *int32 `json:"code,omitempty"`
}

// Times of the run, in UTC; those of what did not happen are absent.
type Times struct {
	Created   time.Time `json:"created"`
	Started   time.Time `json:"started,omitzero"`
	Ended     time.Time `json:"ended,omitzero"`
	Published time.Time `json:"published"`
}

// Payment of a run, in base units of the token, as it stood when the run was over.
type Payment struct {
	ChainID int64            `json:"chainID"`
	Escrow  v1alpha1.Address `json:"escrow"`
	Token   v1alpha1.Address `json:"token"`
	Payer   v1alpha1.Address `json:"payer"`
	Payee   v1alpha1.Address `json:"payee"`
	LockID  v1alpha1.Hash    `json:"lockID"`
	LockTx  v1alpha1.Hash    `json:"lockTx,omitempty"`
	Prices  v1alpha1.Prices  `json:"prices"`
	// PerMinute is what a minute costs, Locked what was locked, Minutes what is billed, and Due what that costs.
	PerMinute v1alpha1.Amount `json:"perMinute"`
	Locked    v1alpha1.Amount `json:"locked"`
	Minutes   int64           `json:"minutes"`
	Due       v1alpha1.Amount `json:"due"`
}

// Facts of a run that its record does not have.
type Facts struct {
	Cluster string
	Author  string
	Rules   disclosure.Rules
	Outcome string
	Exit    Exit
	// Created, Started and Ended are the job's creation and the algorithm's life.
	Created, Started, Ended time.Time
	Payment                 *Payment
	// RecordSHA256 of the record's bytes, in hex.
	RecordSHA256 string
}

// Build the statement of a run. Equal records and facts make equal statements.
func Build(record *sandbox.Record, facts Facts) *Statement {
	s := &Statement{
		Type: StatementType, PredicateType: PredicateType,
		Predicate: Predicate{
			Cluster: facts.Cluster, Environment: record.Environment, Job: record.Job, Author: facts.Author, Run: record.Run,
			Algorithm: record.Algorithm, Parameters: record.Parameters, Datasets: record.Datasets, Rules: facts.Rules,
			Outcome: facts.Outcome, Exit: facts.Exit, Payment: facts.Payment, Record: facts.RecordSHA256, Results: record.Results,
			Times: Times{
				Created: inSeconds(facts.Created), Started: inSeconds(facts.Started), Ended: inSeconds(facts.Ended),
				Published: inSeconds(record.Published),
			},
		},
	}
	for _, result := range record.Results {
		s.Subject = append(s.Subject, Subject{result.Key(), map[string]string{"sha256": result.SHA256}})
	}
	if len(s.Subject) == 0 {
		s.Subject = []Subject{{sandbox.KeyRecord, map[string]string{"sha256": facts.RecordSHA256}}}
	}
	return s
}

func inSeconds(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Second)
}

// check that a statement is one of a run, and that its two lists of files are the same.
func (s *Statement) check() error {
	switch {
	case s.Type != StatementType:
		return fmt.Errorf("its statement is of type %q, expected %q", s.Type, StatementType)
	case s.PredicateType != PredicateType:
		return fmt.Errorf("its predicate is of type %q, expected %q", s.PredicateType, PredicateType)
	}
	want := Build(&sandbox.Record{Results: s.Predicate.Results}, Facts{RecordSHA256: s.Predicate.Record}).Subject
	if len(want) != len(s.Subject) {
		return fmt.Errorf("it has %d subjects and %d results", len(s.Subject), len(s.Predicate.Results))
	}
	for i, subject := range s.Subject {
		if subject.Name != want[i].Name || subject.Digest["sha256"] != want[i].Digest["sha256"] {
			return fmt.Errorf("subject %q is not the result %q", subject.Name, want[i].Name)
		}
	}
	return nil
}

// Marshal a statement for its envelope.
func (s *Statement) Marshal() ([]byte, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("write the manifest as JSON: %w", err)
	}
	return text, nil
}
