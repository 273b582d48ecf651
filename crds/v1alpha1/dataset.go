package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Dataset is private data that others may compute on and never see, with the owner's rules for using it.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=dset,categories=c2d
// +kubebuilder:selectablefield:JSONPath=`.status.did`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="DID",type=string,JSONPath=`.status.did`,priority=1
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type Dataset struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// Spec is the data and the rules for using it.
	// +required
	Spec DatasetSpec `json:"spec"`

	// Status is what the controller found.
	// +kubebuilder:default={"observedGeneration":-1}
	// +optional
	Status DatasetStatus `json:"status,omitzero"`
}

// DatasetSpec is the data and the rules for using it.
//
// +kubebuilder:validation:XValidation:rule="has(self.nft) || !has(self.terms) || !has(self.terms.order) || self.terms.order != 'Required'",message="terms.order can be Required only of a dataset with nft: orders are those of its datatoken"
type DatasetSpec struct {
	// Metadata describes the dataset to consumers.
	// +optional
	Metadata Metadata `json:"metadata,omitzero"`

	// Files in the order of the index under which an algorithm sees them: /data/inputs/<did>/<index>.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:XValidation:rule="!self.exists(f, has(f.s3) && has(f.s3.prefix)) || !self.exists(f, has(f.persistentVolumeClaim) || has(f.image))",message="s3.prefix cannot stand beside persistentVolumeClaim and image, since the indices of mounted files must be known before any is listed: make two datasets"
	// +listType=atomic
	// +required
	Files []DatasetFile `json:"files"`

	// NFT on chain that the dataset is published as. Its DID, did:op, counts once the DDO on chain is that of this object.
	// +optional
	NFT *NFT `json:"nft,omitempty"`

	// Access says who may run what on this dataset. Nothing listed means nobody.
	// +optional
	Access DatasetAccess `json:"access,omitzero"`

	// Disclosure says what may leave. Of all datasets of a job the strictest rule wins.
	// +optional
	Disclosure Disclosure `json:"disclosure,omitzero"`

	// Terms of access.
	// +optional
	Terms Terms `json:"terms,omitzero"`

	// Parameters that a job may set. They are added to the query of the dataset's HTTP URLs.
	// +kubebuilder:validation:MaxItems=64
	// +listType=map
	// +listMapKey=name
	// +optional
	Parameters []Parameter `json:"parameters,omitempty"`
}

// Terms of access.
type Terms struct {
	// Agreement says whether a job needs a service agreement. Where it does, the job's environment must have spec.payment,
	// since an agreement is signed for that: at prices of 0 where it costs nothing.
	// +kubebuilder:default=Optional
	// +optional
	Agreement AgreementTerm `json:"agreement,omitempty"`

	// Order says whether the consumer must have ordered the dataset: one of its datatokens spent on it, for the account that
	// has signed the job's agreement, within timeout. A job then needs an agreement too, since that says who its consumer is.
	// +kubebuilder:default=Optional
	// +optional
	Order OrderTerm `json:"order,omitempty"`

	// Timeout is how long a job has access to the dataset, and its consumer to the results: 24h. It counts from the time
	// at which the dataset was ordered, where terms.order asks for that, or else the job's agreement became active, else from
	// the start of the first run. 0s, the default, sets no limit.
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="duration(self) == duration('0s') || duration(self) >= duration('1m') && duration(self) <= duration('87600h')",message="must be 0s, or between 1m and 87600h"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=duration
	// +optional
	Timeout *metav1.Duration `json:"timeout,omitempty"`
}

// AgreementTerm says whether a job needs a service agreement.
//
// +kubebuilder:validation:Enum=Optional;Required
type AgreementTerm string

// Whether a job needs a service agreement.
const (
	AgreementOptional AgreementTerm = "Optional"
	AgreementRequired AgreementTerm = "Required"
)

// OrderTerm says whether the consumer must have ordered a dataset.
//
// +kubebuilder:validation:Enum=Optional;Required
type OrderTerm string

// Whether the consumer must have ordered a dataset.
const (
	OrderOptional OrderTerm = "Optional"
	OrderRequired OrderTerm = "Required"
)

// DatasetFile is one file, or many under a prefix or in a volume, from exactly one source.
//
// +kubebuilder:validation:XValidation:rule="[has(self.s3), has(self.http), has(self.ipfs), has(self.arweave), has(self.persistentVolumeClaim), has(self.image), has(self.inline)].filter(x, x).size() == 1",message="exactly one of s3, http, ipfs, arweave, persistentVolumeClaim, image and inline must be set"
// +kubebuilder:validation:XValidation:rule="!has(self.sha256) || !has(self.persistentVolumeClaim) && !has(self.image)",message="sha256 cannot be set for persistentVolumeClaim and image: they are mounted, never read by the platform"
// +kubebuilder:validation:XValidation:rule="!has(self.sha256) || !has(self.s3) || !has(self.s3.prefix)",message="sha256 pins one file: it cannot be set together with s3.prefix"
type DatasetFile struct {
	// S3 object, or all objects under a prefix.
	// +optional
	S3 *S3Source `json:"s3,omitempty"`

	// HTTP URL.
	// +optional
	HTTP *HTTPSource `json:"http,omitempty"`

	// IPFS content, through a gateway.
	// +optional
	IPFS *IPFSSource `json:"ipfs,omitempty"`

	// Arweave transaction, through a gateway.
	// +optional
	Arweave *ArweaveSource `json:"arweave,omitempty"`

	// PersistentVolumeClaim whose volume is mounted read-only: nothing is copied, and nothing hashed.
	// +optional
	PersistentVolumeClaim *VolumeSource `json:"persistentVolumeClaim,omitempty"`

	// Image whose files are mounted read-only. Nodes pull it like any image.
	// +optional
	Image *ImageSource `json:"image,omitempty"`

	// Inline text, for small files. Whoever may read this object can read it.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=8192
	// +optional
	Inline string `json:"inline,omitempty"`

	// SHA256 of the file's bytes, in lower-case hex. A job fails before its algorithm starts when the bytes differ.
	// Where it is not set the dataset's content is pinned by the first job that stages it.
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:Pattern=`^[0-9a-f]{64}$`
	// +optional
	SHA256 string `json:"sha256,omitempty"`
}

// DatasetAccess says who may run what on a dataset.
type DatasetAccess struct {
	// Consumers who may use the dataset.
	// +optional
	Consumers Consumers `json:"consumers,omitzero"`

	// Algorithms that may read the dataset. Nothing listed means none.
	// +kubebuilder:validation:MaxItems=64
	// +listType=atomic
	// +optional
	Algorithms []TrustedAlgorithm `json:"algorithms,omitempty"`

	// Publishers narrow Algorithms to those that are published on chain by one of these accounts, which has set the DDO of an
	// NFT that it owns. Nothing listed: whoever made the algorithm, published or not.
	// +kubebuilder:validation:MaxItems=64
	// +listType=set
	// +optional
	Publishers []Address `json:"publishers,omitempty"`

	// AllowRaw lets jobs bring an algorithm that stands in the job itself. Its checksum must be among Algorithms all the
	// same, or "*".
	// +optional
	AllowRaw bool `json:"allowRaw,omitempty"`

	// Parameters that a job may give to the algorithm: none, those that the algorithm declares, or any.
	// +kubebuilder:default=Declared
	// +optional
	Parameters ParameterAccess `json:"parameters,omitempty"`

	// Companions are the other datasets that may be in the same job: NAMESPACE/NAME, a DID, or "*" for all. Nothing listed:
	// none, since data that is harmless alone may not be beside other data.
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MaxLength=317
	// +kubebuilder:validation:items:Pattern=`^(\*|did:(op|c2d):[0-9a-f]{64}|[a-z0-9]([-a-z0-9]*[a-z0-9])?/[a-z0-9]([-a-z0-9.]*[a-z0-9])?)$`
	// +listType=set
	// +optional
	Companions []string `json:"companions,omitempty"`

	// Network that an algorithm may reach while it reads this dataset: none, or the internet. Allow lets everything out: what
	// an algorithm sends there no rule of disclosure sees.
	// +kubebuilder:default=Deny
	// +optional
	Network NetworkAccess `json:"network,omitempty"`

	// Budget of each consumer. Absent: no limit.
	// +optional
	Budget *QueryBudget `json:"budget,omitempty"`
}

// ParameterAccess says which parameters a job may give to the algorithm.
//
// +kubebuilder:validation:Enum=None;Declared;Any
type ParameterAccess string

// Which parameters a job may give to the algorithm.
const (
	ParametersNone     ParameterAccess = "None"
	ParametersDeclared ParameterAccess = "Declared"
	ParametersAny      ParameterAccess = "Any"
)

// Consumers who may use a dataset: those of Namespaces, those of Addresses, and those of AccessLists.
type Consumers struct {
	// Addresses of the accounts that may use the dataset: a job is theirs when they have signed its service agreement.
	// +kubebuilder:validation:MaxItems=64
	// +listType=set
	// +optional
	Addresses []Address `json:"addresses,omitempty"`

	// AccessLists on chain: the accounts that hold a token of one of them may use the dataset, as in Addresses.
	// +kubebuilder:validation:MaxItems=8
	// +listType=atomic
	// +optional
	AccessLists []AccessList `json:"accessLists,omitempty"`

	// Namespaces whose jobs may use the dataset; "*" stands for every namespace. Nothing listed means none, the
	// dataset's own namespace included.
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	// +kubebuilder:validation:items:Pattern=`^(\*|[a-z0-9]([-a-z0-9]*[a-z0-9])?)$`
	// +listType=set
	// +optional
	Namespaces []string `json:"namespaces,omitempty"`
}

// AccessList is a contract whose token holders are a list of accounts: Ocean's AccessList.
type AccessList struct {
	// ChainID of its chain. It must be that of the job's environment.
	// +kubebuilder:validation:Minimum=1
	// +required
	ChainID int64 `json:"chainID"`

	// Address of the contract.
	// +required
	Address Address `json:"address"`
}

// TrustedAlgorithm is an algorithm that may read a dataset.
//
// +kubebuilder:validation:XValidation:rule="has(self.filesChecksum) == has(self.containerSectionChecksum)",message="filesChecksum and containerSectionChecksum go together"
// +kubebuilder:validation:XValidation:rule="has(self.checksum) != has(self.filesChecksum)",message="exactly one of checksum and Ocean's two checksums must be set"
type TrustedAlgorithm struct {
	// Checksum of all that runs: image digest, entrypoint, command, environment and code, as status.checksum of the
	// Algorithm shows it; "*" stands for every algorithm.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=71
	// +kubebuilder:validation:Pattern=`^(\*|sha256:[0-9a-f]{64})$`
	// +optional
	Checksum string `json:"checksum,omitempty"`

	// FilesChecksum of the algorithm's published DDO, as Ocean's publisherTrustedAlgorithms has it.
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:Pattern=`^[0-9a-f]{64}$`
	// +optional
	FilesChecksum string `json:"filesChecksum,omitempty"`

	// ContainerSectionChecksum of the algorithm's published DDO, likewise. It says nothing of a command or environment
	// variables: an algorithm that has any is trusted by Checksum alone.
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:Pattern=`^[0-9a-f]{64}$`
	// +optional
	ContainerSectionChecksum string `json:"containerSectionChecksum,omitempty"`

	// DID narrows the entry to the algorithm that is published under it, did:op, or has it here, did:c2d.
	// +kubebuilder:validation:MaxLength=72
	// +kubebuilder:validation:Pattern=`^did:(op|c2d):[0-9a-f]{64}$`
	// +optional
	DID string `json:"did,omitempty"`

	// Ref narrows the entry to one Algorithm object.
	// +optional
	Ref *ObjectReference `json:"ref,omitempty"`
}

// ObjectReference names an object in a namespace.
type ObjectReference struct {
	// Namespace of the object.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +required
	Namespace string `json:"namespace"`

	// Name of the object.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name"`
}

// DatasetStatus is what the controller found.
type DatasetStatus struct {
	// Conditions: Published, of a dataset with spec.nft, and Ready, Reconciling, Stalled.
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// ObservedGeneration is the generation that the conditions speak of; -1 until the controller has seen the object.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// DID is the dataset's decentralised identifier. Algorithms find its files under it, without the method prefix.
	// +kubebuilder:validation:MaxLength=128
	// +optional
	DID string `json:"did,omitempty"`

	// Published is what stands on chain; absent where the object has no spec.nft, or where the DDO on chain is another.
	// +optional
	Published *Publication `json:"published,omitempty"`

	// Content that later jobs must find again, pinned by the first job that staged this generation.
	// +optional
	Content *PinnedContent `json:"content,omitempty"`
}

// PinnedContent is what the first job found.
type PinnedContent struct {
	// Generation of the dataset that it belongs to; another generation is pinned anew.
	// +required
	Generation int64 `json:"generation"`

	// Files is the number of files.
	// +required
	Files int64 `json:"files"`

	// Bytes of all files together.
	// +required
	Bytes int64 `json:"bytes"`

	// SHA256 over one line "<sha256 of the file>  <index>\n" for each file, in the order of the index.
	// +kubebuilder:validation:MaxLength=64
	// +required
	SHA256 string `json:"sha256"`
}

// DatasetList is a list of Datasets.
//
// +kubebuilder:object:root=true
type DatasetList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []Dataset `json:"items"`
}
