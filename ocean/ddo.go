package ocean

import (
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// ddoVersion of the DDOs here: Ocean's data model, version 4.
const ddoVersion = "4.7.0"

// DDO describes an asset to algorithms and consumers, in version 4 of Ocean's data model. It says nothing of where the
// files lie.
type DDO struct {
	Context []string `json:"@context"`
	ID      string   `json:"id"`
	Version string   `json:"version"`
	// ChainID and NFTAddress of what is published; absent of what is not.
	ChainID    int64        `json:"chainId,omitempty"`
	NFTAddress string       `json:"nftAddress,omitempty"`
	Metadata   DDOMetadata  `json:"metadata"`
	Services   []DDOService `json:"services"`
}

// Types of assets, and of the one service that they have here: others compute with them.
const (
	assetDataset   = "dataset"
	assetAlgorithm = "algorithm"
	serviceCompute = "compute"
)

// DDOMetadata describes an asset to people, and an algorithm to machines.
type DDOMetadata struct {
	Created               string        `json:"created"`
	Updated               string        `json:"updated"`
	Type                  string        `json:"type"`
	Name                  string        `json:"name"`
	Description           string        `json:"description"`
	Author                string        `json:"author"`
	License               string        `json:"license"`
	Tags                  []string      `json:"tags,omitempty"`
	AdditionalInformation *DDOAddition  `json:"additionalInformation,omitempty"`
	Algorithm             *DDOAlgorithm `json:"algorithm,omitempty"`
}

// DDOAddition is what Ocean's data model has no place for.
type DDOAddition struct {
	C2D *DDOBinding `json:"c2d,omitempty"`
}

// DDOBinding binds a DDO to the one object that it may be claimed for.
type DDOBinding struct {
	// Object is the hash of what the object is called in which cluster: see ObjectHash.
	Object string `json:"object"`
	// Checksum of all that runs, of an algorithm.
	Checksum string `json:"checksum,omitempty"`
}

// DDOAlgorithm is what runs.
type DDOAlgorithm struct {
	Language           string         `json:"language,omitempty"`
	Container          DDOContainer   `json:"container"`
	ConsumerParameters []DDOParameter `json:"consumerParameters,omitempty"`
}

// DDOContainer is the image that an algorithm runs in.
type DDOContainer struct {
	Entrypoint string `json:"entrypoint"`
	Image      string `json:"image"`
	Tag        string `json:"tag"`
	Checksum   string `json:"checksum"`
}

// DDOService is a way in which an asset is used.
type DDOService struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	// Files are encrypted in Ocean's data model. Nothing stands there for what is served here, but it must be present.
	Files *string `json:"files,omitempty"`
	// DatatokenAddress of the token that orders the service; absent of what is not published.
	DatatokenAddress string `json:"datatokenAddress,omitempty"`
	// ServiceEndpoint is the URL of who serves it.
	ServiceEndpoint string `json:"serviceEndpoint,omitempty"`
	// Timeout of access in seconds; 0: none.
	Timeout            int64          `json:"timeout"`
	Compute            *DDOCompute    `json:"compute,omitempty"`
	ConsumerParameters []DDOParameter `json:"consumerParameters,omitempty"`
}

// DDOCompute are the rules of a service of type compute. Those of a Dataset are told apart by checksums that Ocean's data model does not
// have: an algorithm is trusted by the Dataset object, never by its DDO, which trusts none.
type DDOCompute struct {
	AllowRawAlgorithm                   bool                  `json:"allowRawAlgorithm"`
	AllowNetworkAccess                  bool                  `json:"allowNetworkAccess"`
	PublisherTrustedAlgorithmPublishers []string              `json:"publisherTrustedAlgorithmPublishers"`
	PublisherTrustedAlgorithms          []DDOTrustedAlgorithm `json:"publisherTrustedAlgorithms"`
}

// DDOTrustedAlgorithm is an algorithm that a dataset trusts.
type DDOTrustedAlgorithm struct {
	DID                      string `json:"did"`
	FilesChecksum            string `json:"filesChecksum"`
	ContainerSectionChecksum string `json:"containerSectionChecksum"`
}

// DDOParameter is a parameter that a job may set.
type DDOParameter struct {
	Name        string                 `json:"name"`
	Type        v1alpha1.ParameterType `json:"type"`
	Label       string                 `json:"label"`
	Required    bool                   `json:"required"`
	Description string                 `json:"description"`
	Default     string                 `json:"default"`
	// Options is JSON within JSON, a list of {value: label}: so ocean.js and the markets have it.
	Options string `json:"options,omitempty"`
}
