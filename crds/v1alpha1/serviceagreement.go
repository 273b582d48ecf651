package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ServiceAgreement is what a consumer has signed: which jobs may run at which prices, and how much they may spend out of
// the consumer's deposit in Ocean's escrow contract. The key that signed it never enters the cluster.
//
// An agreement that waits for its deposit has Reconciling=True, one that jobs may use has Ready=True, and one that does not hold has
// Stalled=True. One that is exhausted or has expired has done its service, and has none of the three.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=sagr,categories=c2d
// +kubebuilder:selectablefield:JSONPath=`.spec.environment`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.state`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Environment",type=string,JSONPath=`.spec.environment`
// +kubebuilder:printcolumn:name="Max amount",type=string,JSONPath=`.spec.payment.maxAmount`
// +kubebuilder:printcolumn:name="Spent",type=string,JSONPath=`.status.spent`
// +kubebuilder:printcolumn:name="Expires",type=string,JSONPath=`.spec.expiresAt`
// +kubebuilder:printcolumn:name="Consumer",type=string,JSONPath=`.spec.consumer`,priority=1
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type ServiceAgreement struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// Spec is what the consumer has signed. All but the signature, which can be replaced when the environment's prices have
	// changed, is immutable.
	// +required
	Spec ServiceAgreementSpec `json:"spec"`

	// Status is what the controller found.
	// +kubebuilder:default={"observedGeneration":-1}
	// +optional
	Status ServiceAgreementStatus `json:"status,omitzero"`
}

// ServiceAgreementSpec is what the consumer has signed.
//
// +kubebuilder:validation:XValidation:rule="self.environment == oldSelf.environment && self.consumer == oldSelf.consumer && self.datasets == oldSelf.datasets && self.algorithms == oldSelf.algorithms && self.payment == oldSelf.payment && self.expiresAt == oldSelf.expiresAt && self.nonce == oldSelf.nonce",message="what was signed cannot change: sign another agreement, under another name"
type ServiceAgreementSpec struct {
	// Consumer is the account that has signed, and that pays.
	// +required
	Consumer Address `json:"consumer"`

	// Environment that runs the jobs, by the name of a ComputeEnvironment.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +required
	Environment string `json:"environment"`

	// Datasets that jobs may run on.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=did
	// +required
	Datasets []AgreedDataset `json:"datasets"`

	// Algorithms that jobs may run, each by its DID or by its checksum (status.did and status.checksum of the Algorithm); "*"
	// stands for every algorithm.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MaxLength=72
	// +kubebuilder:validation:items:Pattern=`^(\*|sha256:[0-9a-f]{64}|did:(op|c2d):[0-9a-f]{64})$`
	// +listType=set
	// +required
	Algorithms []string `json:"algorithms"`

	// Payment of the jobs.
	// +required
	Payment AgreedPayment `json:"payment"`

	// ExpiresAt ends the agreement: until then any number of jobs may start. Fractions of a second do not count.
	// +required
	ExpiresAt metav1.Time `json:"expiresAt"`

	// Nonce tells agreements apart that are otherwise the same.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9._-]+$`
	// +required
	Nonce string `json:"nonce"`

	// Signature of the consumer (EIP-712, 65 bytes in hexadecimal) over all of the above, over namespace and name of this
	// object, and over the environment's UID, payee and prices in the token; its domain is chain and escrow contract. A copy
	// elsewhere, or at other prices, does not hold.
	// +kubebuilder:validation:MaxLength=132
	// +kubebuilder:validation:Pattern=`^0x[0-9a-fA-F]{130}$`
	// +required
	Signature string `json:"signature"`
}

// AgreedDataset is a dataset that jobs may run on.
type AgreedDataset struct {
	// DID of the dataset: status.did.
	// +kubebuilder:validation:MaxLength=72
	// +kubebuilder:validation:Pattern=`^did:(op|c2d):[0-9a-f]{64}$`
	// +required
	DID string `json:"did"`

	// Namespace of the dataset.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +required
	Namespace string `json:"namespace"`

	// Name of the dataset.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name"`
}

// AgreedPayment is how much jobs may spend, and of what.
//
// +kubebuilder:validation:XValidation:rule="self.maxAmount != '0'",message="maxAmount must be greater than 0"
type AgreedPayment struct {
	// Token to pay with; the environment must take it.
	// +required
	Token Address `json:"token"`

	// MaxAmount that all jobs together may spend, in base units of the token.
	// +required
	MaxAmount Amount `json:"maxAmount"`
}

// AgreementFinalizer keeps an agreement until the money of its runs is settled.
const AgreementFinalizer = "c2d.dev/agreement"

// AgreementState is the state of an agreement in one word.
//
// +kubebuilder:validation:Enum=Pending;Active;Exhausted;Expired;Invalid
type AgreementState string

// States of an agreement.
const (
	// AgreementPending waits for what it names, for the deposit or for the authorisation.
	AgreementPending AgreementState = "Pending"
	// AgreementActive lets jobs start.
	AgreementActive AgreementState = "Active"
	// AgreementExhausted has spent all that it may.
	AgreementExhausted AgreementState = "Exhausted"
	// AgreementExpired is over.
	AgreementExpired AgreementState = "Expired"
	// AgreementInvalid does not hold: its signature is not the consumer's over these terms.
	AgreementInvalid AgreementState = "Invalid"
)

// ServiceAgreementStatus is what the controller found.
type ServiceAgreementStatus struct {
	// Conditions: Signed, which says whether the signature is the consumer's over these terms, Funded, which says whether
	// deposit and authorisation in the escrow contract are enough for a job, and Ready, Reconciling and Stalled, which sum
	// it up.
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// ObservedGeneration is the generation that the conditions speak of; -1 until the controller has seen the object.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// State in one word.
	// +optional
	State AgreementState `json:"state,omitempty"`

	// Digest of the terms that the signature was found to hold for.
	// +optional
	Digest Hash `json:"digest,omitempty"`

	// ActiveSince is when the agreement first became active: the time from which access to its datasets is counted.
	// +optional
	ActiveSince *metav1.Time `json:"activeSince,omitempty"`

	// Spent is what was claimed for its jobs, in base units of the token.
	// +optional
	Spent Amount `json:"spent,omitempty"`

	// Locked is what is locked, or being locked, for its jobs that are under way.
	// +optional
	Locked Amount `json:"locked,omitempty"`

	// Locks of jobs that are under way. One that is not settled yet counts against maxAmount.
	// +kubebuilder:validation:MaxItems=500
	// +listType=map
	// +listMapKey=lockID
	// +optional
	Locks []AgreedLock `json:"locks,omitempty"`
}

// AgreedLock is the money of one run that is under way.
type AgreedLock struct {
	// LockID under which the escrow contract holds it.
	// +required
	LockID Hash `json:"lockID"`

	// Job that it is for.
	// +kubebuilder:validation:MaxLength=253
	// +required
	Job string `json:"job"`

	// Run of the job.
	// +required
	Run int64 `json:"run"`

	// Amount that is locked.
	// +required
	Amount Amount `json:"amount"`
}

// ServiceAgreementList is a list of ServiceAgreements.
//
// +kubebuilder:object:root=true
type ServiceAgreementList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []ServiceAgreement `json:"items"`
}
