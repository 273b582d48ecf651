package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ResultReview asks people of a data owner's namespace whether the results of a run may go to its consumer. The controller
// makes it when the rules of a dataset there ask for review, and removes it with the job; people vote in spec.votes.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rrev,categories=c2d
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.state`
// +kubebuilder:printcolumn:name="Job",type=string,JSONPath=`.spec.job.name`
// +kubebuilder:printcolumn:name="From",type=string,JSONPath=`.spec.job.namespace`
// +kubebuilder:printcolumn:name="Run",type=integer,JSONPath=`.spec.job.run`,priority=1
// +kubebuilder:printcolumn:name="Approved",type=integer,JSONPath=`.status.approved`
// +kubebuilder:printcolumn:name="Needed",type=integer,JSONPath=`.spec.approvals`
// +kubebuilder:printcolumn:name="Deadline",type=string,JSONPath=`.spec.deadline`
// +kubebuilder:printcolumn:name="Released",type=string,JSONPath=`.status.conditions[?(@.type=="Released")].status`,priority=1
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type ResultReview struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// Spec is what is asked, and what people said.
	// +required
	Spec ResultReviewSpec `json:"spec"`

	// Status is what came of it.
	// +kubebuilder:default={"observedGeneration":-1}
	// +optional
	Status ResultReviewStatus `json:"status,omitzero"`
}

// ResultReviewSpec is what is asked, which is the controller's alone to write, and what people said.
type ResultReviewSpec struct {
	// Job whose run brought the results.
	// +required
	Job ReviewedJob `json:"job"`

	// Authors of the job: the users who created it and who asked for this run. They have no vote.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=2
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=512
	// +listType=set
	// +required
	Authors []string `json:"authors"`

	// Datasets of this namespace that the job has read, by name.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MaxLength=253
	// +listType=set
	// +required
	Datasets []string `json:"datasets"`

	// Algorithm that ran.
	// +required
	Algorithm ReviewedAlgorithm `json:"algorithm"`

	// ManifestSHA256 is the hash of the run's signed manifest, in lower-case hex. It stands for every file: votes are for it.
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:Pattern=`^[0-9a-f]{64}$`
	// +required
	ManifestSHA256 string `json:"manifestSHA256"`

	// Outputs is the number of output files, and Bytes what they have together.
	// +required
	Outputs int64 `json:"outputs"`

	// Bytes of the outputs together.
	// +required
	Bytes int64 `json:"bytes"`

	// Files to be released, those that a check flagged first, at most 20; the manifest lists all.
	// +kubebuilder:validation:MaxItems=20
	// +listType=atomic
	// +optional
	Files []ReviewedFile `json:"files,omitempty"`

	// Approvals by distinct users that are needed.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=16
	// +required
	Approvals int32 `json:"approvals"`

	// Deadline of the review. What is not approved by then is not released.
	// +required
	Deadline metav1.Time `json:"deadline"`

	// Votes, one for each user, who alone can write it, change it, and take it back while the review is open. One rejection
	// decides.
	// +kubebuilder:validation:MaxItems=32
	// +listType=map
	// +listMapKey=user
	// +optional
	Votes []ReviewVote `json:"votes,omitempty"`
}

// ReviewedJob is the job of a review.
type ReviewedJob struct {
	// Namespace of the job: the consumer's.
	// +kubebuilder:validation:MaxLength=63
	// +required
	Namespace string `json:"namespace"`

	// Name of the job.
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name"`

	// UID of the job.
	// +kubebuilder:validation:MaxLength=64
	// +required
	UID string `json:"uid"`

	// Run of the job, from 1.
	// +required
	Run int64 `json:"run"`
}

// ReviewedAlgorithm is the algorithm of a review.
type ReviewedAlgorithm struct {
	// Name of the Algorithm, with its namespace: NAMESPACE/NAME; empty for an algorithm that stood in the job itself.
	// +kubebuilder:validation:MaxLength=317
	// +optional
	Name string `json:"name,omitempty"`

	// DID of the algorithm.
	// +kubebuilder:validation:MaxLength=128
	// +optional
	DID string `json:"did,omitempty"`

	// Checksum of all that ran, as spec.access.algorithms of datasets lists it.
	// +kubebuilder:validation:MaxLength=71
	// +required
	Checksum string `json:"checksum"`
}

// ReviewedFile is a file to be released.
type ReviewedFile struct {
	// Name of the file, with its sub-folders. The algorithm chose it.
	// +kubebuilder:validation:MaxLength=1024
	// +required
	Name string `json:"name"`

	// Type of the file: Output or Log.
	// +required
	Type ResultType `json:"type"`

	// Bytes of the file.
	// +required
	Bytes int64 `json:"bytes"`

	// SHA256 of the file, in lower-case hex.
	// +kubebuilder:validation:MaxLength=64
	// +required
	SHA256 string `json:"sha256"`

	// Flags are the names of the checks that flagged it.
	// +kubebuilder:validation:MaxItems=64
	// +listType=atomic
	// +optional
	Flags []string `json:"flags,omitempty"`
}

// ReviewVote is what one user says.
//
// +kubebuilder:validation:XValidation:rule="self.decision != 'Reject' || size(self.reason) > 0",message="reason must be set to reject: the consumer is told that the results were rejected, the owner finds why"
type ReviewVote struct {
	// User who votes, as the API server authenticates them: kubectl auth whoami.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +required
	User string `json:"user"`

	// Decision: Approve or Reject.
	// +required
	Decision ReviewDecision `json:"decision"`

	// ManifestSHA256 that the user has looked at. It must be that of the review.
	// +kubebuilder:validation:MaxLength=64
	// +required
	ManifestSHA256 string `json:"manifestSHA256"`

	// Reason, which a rejection needs. The consumer does not see it; owners of the other datasets of the run do.
	// +kubebuilder:default=""
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Reason string `json:"reason"`
}

// ReviewDecision is Approve or Reject.
//
// +kubebuilder:validation:Enum=Approve;Reject
type ReviewDecision string

// What a user may say.
const (
	ReviewApprove ReviewDecision = "Approve"
	ReviewReject  ReviewDecision = "Reject"
)

// ReviewState is the state of a review in one word.
//
// +kubebuilder:validation:Enum=Pending;Approved;Rejected;Expired;Withdrawn
type ReviewState string

// States of a review. Withdrawn is one whose run was stopped, or whose job is gone, before it was decided.
const (
	ReviewPending       ReviewState = "Pending"
	ReviewStateApproved ReviewState = "Approved"
	ReviewStateRejected ReviewState = "Rejected"
	ReviewStateExpired  ReviewState = "Expired"
	ReviewWithdrawn     ReviewState = "Withdrawn"
)

// ResultReviewStatus is what came of a review.
type ResultReviewStatus struct {
	// Conditions: Ready once it is decided, Reconciling while it is open, Stalled where it expired; Released, once the run is
	// over, says whether anything of it went to the consumer and, where nothing did, who kept it back and why.
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// ObservedGeneration is the generation that the conditions speak of; -1 until the controller has seen the object.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// State in one word: Pending, Approved, Rejected, Expired or Withdrawn.
	// +optional
	State ReviewState `json:"state,omitempty"`

	// Approved is the number of approvals that count.
	// +optional
	Approved int32 `json:"approved,omitempty"`

	// LinksSecret in this namespace holds presigned URLs of the manifest and the files, for whoever may read it, until the
	// review is decided.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	LinksSecret string `json:"linksSecret,omitempty"`

	// LinksExpireAt is when these URLs end; they are made anew before, as long as the review is open.
	// +optional
	LinksExpireAt *metav1.Time `json:"linksExpireAt,omitempty"`

	// DecidedAt is when it was decided.
	// +optional
	DecidedAt *metav1.Time `json:"decidedAt,omitempty"`
}

// ResultReviewList is a list of ResultReviews.
//
// +kubebuilder:object:root=true
type ResultReviewList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []ResultReview `json:"items"`
}
