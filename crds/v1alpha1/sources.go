package v1alpha1

// LocalSecretReference names a Secret.
type LocalSecretReference struct {
	// Name of the Secret.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name"`
}

// S3Connection says how to reach a bucket.
type S3Connection struct {
	// Bucket name.
	// +kubebuilder:validation:MinLength=3
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9][a-z0-9.-]*[a-z0-9]$`
	// +required
	Bucket string `json:"bucket"`

	// Region of the bucket.
	// +kubebuilder:default="us-east-1"
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Region string `json:"region,omitempty"`

	// Endpoint of an S3 service other than AWS, as a URL: https://minio.example.org. Empty means AWS.
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^https?://[^/@?#]+/?$`
	// +optional
	Endpoint string `json:"endpoint,omitempty"`

	// ForcePathStyle puts the bucket into the path (endpoint/bucket/key) instead of the host name,
	// as most S3 services other than AWS want it.
	// +optional
	ForcePathStyle bool `json:"forcePathStyle,omitempty"`

	// CredentialsSecretRef names the Secret with the keys accessKeyID, secretAccessKey and, where temporary, sessionToken.
	// For a Dataset or an Algorithm it lies beside it, and the gateway must have been given the right to read it;
	// for a ComputeEnvironment it lies in the controller's namespace.
	// Without it requests are anonymous: the identity of the machine is never used.
	// +optional
	CredentialsSecretRef *LocalSecretReference `json:"credentialsSecretRef,omitempty"`
}

// S3Source is an object, or all objects under a prefix.
//
// +kubebuilder:validation:XValidation:rule="has(self.key) != has(self.prefix)",message="exactly one of key and prefix must be set"
type S3Source struct {
	S3Connection `json:",inline"`

	// Key of one object.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Key string `json:"key,omitempty"`

	// Prefix of many objects; each becomes a file, in the order of their keys.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Prefix string `json:"prefix,omitempty"`
}

// S3Object is one object.
type S3Object struct {
	S3Connection `json:",inline"`

	// Key of the object.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +required
	Key string `json:"key"`
}

// HTTPSource is a file behind a URL, fetched with GET.
type HTTPSource struct {
	// URL of the file, http or https, without user name and password in it: those belong in headersSecretRef.
	// +kubebuilder:validation:MinLength=8
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:Pattern=`^https?://[^/@\s]+(/\S*)?$`
	// +required
	URL string `json:"url"`

	// HeadersSecretRef names a Secret beside the object; each of its keys is sent as a header. Its annotation
	// c2d.dev/hosts lists, separated by commas, the hosts that it may be sent to; it is sent nowhere else.
	// +optional
	HeadersSecretRef *LocalSecretReference `json:"headersSecretRef,omitempty"`
}

// IPFSSource is content on IPFS, fetched with GET from a gateway as GATEWAY/ipfs/CID.
type IPFSSource struct {
	// CID of a file, or of a folder with the path of a file in it: bafy.../data.csv. The gateway is not trusted to hand out
	// what the CID stands for: set sha256 too.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9]{16,128}(/[^?#\s]*)?$`
	// +kubebuilder:validation:XValidation:rule="!self.split('/').exists(s, s == '.' || s == '..')",message="cid must not contain . or .. as a segment"
	// +required
	CID string `json:"cid"`

	// Gateway as a URL: https://ipfs.example.org.
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^https?://[^/@?#\s]+/?$`
	// +required
	Gateway string `json:"gateway"`
}

// ArweaveSource is the data of a transaction on Arweave, fetched with GET from a gateway as GATEWAY/TRANSACTIONID.
type ArweaveSource struct {
	// TransactionID in base64url. The gateway is not trusted to hand out the data of that transaction: set sha256 too.
	// +kubebuilder:validation:MaxLength=43
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9_-]{43}$`
	// +required
	TransactionID string `json:"transactionID"`

	// Gateway as a URL: https://arweave.net.
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^https?://[^/@?#\s]+/?$`
	// +required
	Gateway string `json:"gateway"`
}

// VolumeSource is a folder or a file on a volume.
type VolumeSource struct {
	// ClaimName of a PersistentVolumeClaim in the environment's sandbox namespace. Its annotation c2d.dev/dataset, set by the
	// cluster's administrator, must name the one Dataset that it serves, as NAMESPACE/NAME.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	ClaimName string `json:"claimName"`

	// Path of the folder or file on the volume. Empty: all of it.
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^[^/].*$`
	// +kubebuilder:validation:XValidation:rule="!self.split('/').exists(s, s == '.' || s == '..')",message="path must not contain . or .. as a segment"
	// +optional
	Path string `json:"path,omitempty"`
}

// ImageSource is the file system of an OCI image, or an OCI artifact.
type ImageSource struct {
	// Reference of the image, by digest: registry.example.org/data/tumours@sha256:...
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^[a-zA-Z0-9][a-zA-Z0-9._/:-]*@sha256:[0-9a-f]{64}$`
	// +required
	Reference string `json:"reference"`
}

// AnnotationDataset on a PersistentVolumeClaim names the one Dataset that it serves, as NAMESPACE/NAME.
const AnnotationDataset = "c2d.dev/dataset"

// AnnotationHosts on a Secret of HTTP headers lists the hosts, separated by commas, that it may be sent to.
const AnnotationHosts = "c2d.dev/hosts"

// Keys of a Secret with S3 credentials.
const (
	SecretKeyAccessKeyID     = "accessKeyID"
	SecretKeySecretAccessKey = "secretAccessKey"
	SecretKeySessionToken    = "sessionToken"
)

// Metadata describes a dataset or an algorithm to people; it becomes the metadata of its DDO.
type Metadata struct {
	// Name for people.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Name string `json:"name,omitempty"`

	// Description, in as many words as a consumer needs to decide.
	// +kubebuilder:validation:MaxLength=4096
	// +optional
	Description string `json:"description,omitempty"`

	// Author, a person or an organisation.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Author string `json:"author,omitempty"`

	// License, best as an SPDX identifier.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	License string `json:"license,omitempty"`

	// Tags to find it by.
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=64
	// +listType=set
	// +optional
	Tags []string `json:"tags,omitempty"`
}
