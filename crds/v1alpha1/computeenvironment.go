package v1alpha1

import (
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ComputeEnvironment is an owner's offer of compute: where jobs run, how large they may be, how they are isolated
// and where their results go.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=cenv,categories=c2d
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="CPU",type=string,JSONPath=`.spec.resources.cpu.max`
// +kubebuilder:printcolumn:name="Memory",type=string,JSONPath=`.spec.resources.memory.max`
// +kubebuilder:printcolumn:name="Max duration",type=string,JSONPath=`.spec.maxJobDuration`,priority=1
// +kubebuilder:printcolumn:name="Bucket",type=string,JSONPath=`.spec.results.s3.bucket`,priority=1
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 63",message="metadata.name must be at most 63 characters"
type ComputeEnvironment struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// Spec is what the owner offers.
	// +required
	Spec ComputeEnvironmentSpec `json:"spec"`

	// Status is what the controller found.
	// +kubebuilder:default={"observedGeneration":-1}
	// +optional
	Status ComputeEnvironmentStatus `json:"status,omitzero"`
}

// ComputeEnvironmentSpec is what the owner offers.
type ComputeEnvironmentSpec struct {
	// SandboxNamespace is where job pods run, never a consumer's namespace. It must carry the default-deny
	// network policy and the Pod Security level of install/sandbox; the controller checks that it does.
	// +kubebuilder:default="c2d-sandbox"
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	// +optional
	SandboxNamespace string `json:"sandboxNamespace,omitempty"`

	// Resources of one job: what it gets when it asks for nothing, and the most that it may ask for.
	// +required
	Resources ResourceOffer `json:"resources"`

	// MaxJobDuration is the longest time that an algorithm may run, staging and publishing not counted; also what a
	// job gets that asks for nothing. Fractions of a second are dropped; from 1s to 168h.
	// +kubebuilder:default="1h"
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('168h')",message="must be between 1s and 168h"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=duration
	// +optional
	MaxJobDuration *metav1.Duration `json:"maxJobDuration,omitempty"`

	// MaxConcurrentJobs is the number of jobs that may be between Staging and Releasing at a time. The others queue: first
	// come, first served within a namespace, and the namespaces take turns.
	// +kubebuilder:default=10
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000
	// +optional
	MaxConcurrentJobs int32 `json:"maxConcurrentJobs,omitempty"`

	// QueueTimeout is the longest time that a job may queue; then it fails.
	// +kubebuilder:default="30m"
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('168h')",message="must be between 1s and 168h"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=duration
	// +optional
	QueueTimeout *metav1.Duration `json:"queueTimeout,omitempty"`

	// RuntimeClassName of job pods, for a stronger sandbox such as gVisor or Kata Containers. Empty means the cluster's default.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	RuntimeClassName string `json:"runtimeClassName,omitempty"`

	// Isolation of job pods.
	// +kubebuilder:default={}
	// +optional
	Isolation Isolation `json:"isolation,omitzero"`

	// Egress of the gateway on behalf of jobs of this environment.
	// +optional
	Egress Egress `json:"egress,omitzero"`

	// Results says where outputs, logs and manifests go.
	// +required
	Results Results `json:"results"`

	// Signing of the manifests. Absent: the controller makes a key of its own for the environment.
	// +optional
	Signing *Signing `json:"signing,omitempty"`

	// Payment says what jobs cost. Absent: nothing.
	// +optional
	Payment *Payment `json:"payment,omitempty"`
}

// ResourceOffer is what one job may use.
type ResourceOffer struct {
	// CPU in cores: 500m, 2.
	// +required
	CPU QuantityRange `json:"cpu"`

	// Memory in bytes: 512Mi, 8Gi.
	// +required
	Memory QuantityRange `json:"memory"`

	// Disk in bytes, for inputs, outputs and temporary files together: 1Gi.
	// +required
	Disk QuantityRange `json:"disk"`
}

// QuantityRange is a default and a maximum.
//
// +kubebuilder:validation:XValidation:rule="quantity(string(self.default)).compareTo(quantity(string(self.max))) <= 0",message="default must not be greater than max"
// +kubebuilder:validation:XValidation:rule="quantity(string(self.default)).isGreaterThan(quantity('0'))",message="default must be greater than 0"
type QuantityRange struct {
	// Default is what a job gets when it asks for nothing.
	// +required
	Default resource.Quantity `json:"default"`

	// Max is the most that a job may ask for.
	// +required
	Max resource.Quantity `json:"max"`
}

// Isolation of job pods.
type Isolation struct {
	// RequireEnforcedNetworkPolicy makes every job prove, before any data reaches its pod, that the network policy
	// of the sandbox namespace is enforced; many clusters silently ignore such policies. Switch it off only where
	// algorithms are as trusted as the data's owner.
	// +kubebuilder:default=true
	// +optional
	RequireEnforcedNetworkPolicy *bool `json:"requireEnforcedNetworkPolicy,omitempty"`

	// HostUsers runs job pods in the user namespace of the node. False, the default, gives each pod one of its own, so
	// that whoever breaks out of it is nobody on the node; nodes without that feature need true.
	// +kubebuilder:default=false
	// +optional
	HostUsers *bool `json:"hostUsers,omitempty"`

	// WritableRoot lets algorithms write to the root file system of their container. False allows writing in
	// /data/outputs, /data/logs and /tmp alone.
	// +kubebuilder:default=false
	// +optional
	WritableRoot *bool `json:"writableRoot,omitempty"`

	// Network that jobs may ask for with spec.network: none, or the internet, for jobs whose datasets all allow it too. The
	// pods of such jobs get the label c2d.dev/network=Allow, for which the sandbox namespace has a second network policy:
	// by default it opens everything but private, link-local and cluster addresses. It holds for the whole pod, since all
	// its containers share one network, so also for staging and publishing, which are the platform's own and use the
	// gateway alone. What must stay closed, the API server, the node and the gateway's other ports, is proven closed for
	// these pods too: where the API server or the nodes have public addresses, add them to the exceptions of that policy.
	// +kubebuilder:default=Deny
	// +optional
	Network NetworkAccess `json:"network,omitempty"`

	// Nameservers that the pods of jobs with network ask. They must be reachable from there: public ones, with the default
	// network policy. Without any these pods resolve no names.
	// +kubebuilder:validation:MaxItems=3
	// +kubebuilder:validation:items:MaxLength=45
	// +kubebuilder:validation:XValidation:rule="self.all(a, isIP(a))",message="each entry must be an IP address"
	// +listType=set
	// +optional
	Nameservers []string `json:"nameservers,omitempty"`
}

// Egress of the gateway.
type Egress struct {
	// Allow lists networks (CIDR) that sources, and the destinations and notify URLs of consumers, may lie in although they
	// would be refused: loopback, link-local and cluster addresses. Everything else is allowed without being listed.
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MaxLength=43
	// +kubebuilder:validation:XValidation:rule="self.all(c, isCIDR(c))",message="each entry must be a network in CIDR form, such as 10.20.0.0/16"
	// +listType=set
	// +optional
	Allow []string `json:"allow,omitempty"`
}

// Results says where the results of jobs go.
type Results struct {
	// S3 bucket that results are written to. It must not be public: consumers get presigned URLs.
	// +required
	S3 ResultsBucket `json:"s3"`

	// Retention is how long results are kept once access to them is over, or, where access has no limit, once the last run
	// is: then the objects are deleted.
	// +kubebuilder:default="168h"
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1m') && duration(self) <= duration('87600h')",message="must be between 1m and 87600h"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=duration
	// +optional
	Retention *metav1.Duration `json:"retention,omitempty"`
}

// ResultsBucket is a bucket that results are written to.
//
// +kubebuilder:validation:XValidation:rule="has(self.credentialsSecretRef)",message="credentialsSecretRef must be set: results are written with the environment's own credentials"
type ResultsBucket struct {
	S3Connection `json:",inline"`

	// Prefix of all keys in the bucket, without slashes at its ends.
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:Pattern=`^([A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*)?$`
	// +kubebuilder:validation:XValidation:rule="self.split('/').all(s, s != '.' && s != '..')",message="prefix must not contain . or .. as a segment"
	// +optional
	Prefix string `json:"prefix,omitempty"`
}

// Signing of the manifests by a key of the environment's owner.
//
// +kubebuilder:validation:XValidation:rule="has(self.secretRef) != has(self.vault)",message="exactly one of secretRef and vault must be set"
type Signing struct {
	// SecretRef names a Secret in the controller's namespace whose key "key" is an Ed25519 or ECDSA P-256 private key in
	// PKCS #8 PEM.
	// +optional
	SecretRef *LocalSecretReference `json:"secretRef,omitempty"`

	// Vault is a transit engine of HashiCorp Vault or OpenBao, which never gives the key away.
	// +optional
	Vault *VaultSigner `json:"vault,omitempty"`
}

// VaultSigner signs with the transit engine of HashiCorp Vault or OpenBao.
type VaultSigner struct {
	// URL of the server: https://vault.example.org:8200.
	// +kubebuilder:validation:MinLength=8
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:Pattern=`^https?://[^/@\s]+(/\S*)?$`
	// +required
	URL string `json:"url"`

	// Mount of the engine.
	// +kubebuilder:default=transit
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$`
	// +optional
	Mount string `json:"mount,omitempty"`

	// Key of the engine, of type ed25519 or ecdsa-p256.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9_.-]+$`
	// +required
	Key string `json:"key"`

	// TokenSecretRef names a Secret in the controller's namespace whose key "token" may sign with the key and read its public half.
	// +required
	TokenSecretRef LocalSecretReference `json:"tokenSecretRef"`
}

// ManifestKey is the public half of a key that signs manifests.
type ManifestKey struct {
	// KeyID is the SHA-256 of the public key as DER (SubjectPublicKeyInfo), in lower-case hex.
	// +kubebuilder:validation:MaxLength=64
	// +required
	KeyID string `json:"keyID"`

	// PublicKey as PEM (SubjectPublicKeyInfo).
	// +kubebuilder:validation:MaxLength=1024
	// +required
	PublicKey string `json:"publicKey"`

	// Since is when the environment began to sign with it.
	// +required
	Since metav1.Time `json:"since"`
}

// ComputeEnvironmentStatus is what the controller found.
type ComputeEnvironmentStatus struct {
	// Conditions: Ready, Reconciling, Stalled.
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// ObservedGeneration is the generation that the conditions speak of; -1 until the controller has seen the object.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// ManifestKeys sign the manifests of jobs: the one in use first, then those before it, at most five.
	// +kubebuilder:validation:MaxItems=5
	// +listType=atomic
	// +optional
	ManifestKeys []ManifestKey `json:"manifestKeys,omitempty"`

	// Payee is the address of the account that is paid; consumers authorise it in the escrow contract and sign it. Absent
	// where jobs cost nothing.
	// +optional
	Payee Address `json:"payee,omitempty"`
}

// ComputeEnvironmentList is a list of ComputeEnvironments.
//
// +kubebuilder:object:root=true
type ComputeEnvironmentList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []ComputeEnvironment `json:"items"`
}
