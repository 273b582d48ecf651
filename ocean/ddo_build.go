package ocean

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Place that an asset is published at.
type Place struct {
	ChainID   int64
	NFT       common.Address
	Datatoken common.Address
	// Endpoint is the URL of who serves it: the gateway.
	Endpoint string
	// Cluster whose object it is, by the UID of its namespace kube-system.
	Cluster types.UID
}

// DatasetDDO is the DDO of a dataset under a DID, as algorithms and consumers read it, as JSON: the one on chain where it is
// published under that DID, else one that says what the object says.
func DatasetDDO(dataset *v1alpha1.Dataset, did string) ([]byte, error) {
	if text := publishedText(dataset.Status.Published, did); text != nil {
		return text, nil
	}
	doc, err := newDatasetDDO(dataset)
	if err != nil {
		return nil, err
	}
	doc.ID = did
	return json.Marshal(doc)
}

// AlgorithmDDO is the DDO of an algorithm under a DID, as DatasetDDO.
func AlgorithmDDO(algorithm *v1alpha1.Algorithm, did string) ([]byte, error) {
	if text := publishedText(algorithm.Status.Published, did); text != nil {
		return text, nil
	}
	doc, err := newAlgorithmDDO(algorithm)
	if err != nil {
		return nil, err
	}
	doc.ID = did
	return json.Marshal(doc)
}

func publishedText(found *v1alpha1.Publication, did string) []byte {
	if found == nil || found.DID != did || found.DDO == "" {
		return nil
	}
	return []byte(found.DDO)
}

// PublishDataset is the DDO to set as the metadata of the dataset's NFT. Of the object it needs namespace, name and spec,
// so that it can be made before there is one. The error lists what Ocean's data model wants and the dataset does not have.
func PublishDataset(dataset *v1alpha1.Dataset, place *Place, created time.Time) (*DDO, error) {
	doc, err := newDatasetDDO(dataset)
	if err != nil {
		return nil, err
	}
	doc.publishAt(place, created, &DDOBinding{
		Object: ObjectHash(place.Cluster, v1alpha1.KindDataset, dataset.Namespace, dataset.Name),
	})
	return doc, doc.Validate()
}

// PublishAlgorithm is the DDO to set as the metadata of the algorithm's NFT, as PublishDataset.
func PublishAlgorithm(algorithm *v1alpha1.Algorithm, place *Place, created time.Time) (*DDO, error) {
	doc, err := newAlgorithmDDO(algorithm)
	if err != nil {
		return nil, err
	}
	checksum, err := AlgorithmChecksum(&algorithm.Spec)
	if err != nil {
		return nil, err
	}
	doc.publishAt(place, created, &DDOBinding{
		Object:   ObjectHash(place.Cluster, v1alpha1.KindAlgorithm, algorithm.Namespace, algorithm.Name),
		Checksum: checksum,
	})
	return doc, doc.Validate()
}

// ObjectHash says which object a DDO speaks of, and to nobody else what it is called: the SHA-256, in lower-case hex, of
// the UID of the cluster (that of its namespace kube-system), kind, namespace and name, with slashes between them.
func ObjectHash(cluster types.UID, kind, namespace, name string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{string(cluster), kind, namespace, name}, "/")))
	return hex.EncodeToString(sum[:])
}

// publishAt completes a DDO with what stands on chain.
func (d *DDO) publishAt(place *Place, created time.Time, binding *DDOBinding) {
	d.ID = DID(place.ChainID, place.NFT)
	d.ChainID, d.NFTAddress = place.ChainID, place.NFT.Hex()
	d.Metadata.Created = created.UTC().Format(time.RFC3339)
	d.Metadata.Updated = d.Metadata.Created
	d.Metadata.AdditionalInformation = &DDOAddition{C2D: binding}
	service := &d.Services[0]
	service.Files, service.DatatokenAddress, service.ServiceEndpoint = new(string), place.Datatoken.Hex(), place.Endpoint
}

func newDatasetDDO(dataset *v1alpha1.Dataset) (*DDO, error) {
	doc := newDDO(assetDataset, &dataset.ObjectMeta, &dataset.Spec.Metadata)
	service := &doc.Services[0]
	if timeout := dataset.Spec.Terms.Timeout; timeout != nil {
		service.Timeout = int64(timeout.Seconds())
	}
	var err error
	service.ConsumerParameters, err = consumerParameters(dataset.Spec.Parameters)
	return doc, err
}

func newAlgorithmDDO(algorithm *v1alpha1.Algorithm) (*DDO, error) {
	spec := &algorithm.Spec
	doc := newDDO(assetAlgorithm, &algorithm.ObjectMeta, &spec.Metadata)
	doc.Metadata.Algorithm = &DDOAlgorithm{
		Language: spec.Language,
		Container: DDOContainer{
			Entrypoint: entrypoint(&spec.Container),
			Image:      spec.Container.Image,
			// What runs is told by the checksum; the data model wants a tag all the same.
			Tag:      "latest",
			Checksum: spec.Container.Digest,
		},
	}
	var err error
	doc.Metadata.Algorithm.ConsumerParameters, err = consumerParameters(spec.Parameters)
	return doc, err
}

// entrypoint in one line; a command is written for people, with spaces between its words.
func entrypoint(container *v1alpha1.Container) string {
	if container.Entrypoint != "" {
		return container.Entrypoint
	}
	return strings.Join(container.Command, " ")
}

func consumerParameters(declared []v1alpha1.Parameter) ([]DDOParameter, error) {
	parameters := make([]DDOParameter, len(declared))
	for i, p := range declared {
		parameters[i] = DDOParameter{
			Name: p.Name, Type: p.Type, Label: p.Name, Required: p.Required, Description: p.Description, Default: p.Default,
		}
		if len(p.Options) == 0 {
			continue
		}
		options := make([]map[string]string, len(p.Options))
		for j, option := range p.Options {
			options[j] = map[string]string{option: option}
		}
		text, err := json.Marshal(options)
		if err != nil {
			return nil, err
		}
		parameters[i].Options = string(text)
	}
	return parameters, nil
}

func newDDO(kind string, object *metav1.ObjectMeta, metadata *v1alpha1.Metadata) *DDO {
	created := object.CreationTimestamp.UTC().Format(time.RFC3339)
	name := metadata.Name
	if name == "" {
		name = object.Name
	}
	return &DDO{
		Context: []string{"https://w3id.org/did/v1"},
		Version: ddoVersion,
		Metadata: DDOMetadata{
			Created: created, Updated: created, Type: kind,
			Name: name, Description: metadata.Description, Author: metadata.Author, License: metadata.License, Tags: metadata.Tags,
		},
		Services: []DDOService{{ID: serviceCompute, Type: serviceCompute, Compute: &DDOCompute{
			PublisherTrustedAlgorithmPublishers: []string{}, PublisherTrustedAlgorithms: []DDOTrustedAlgorithm{},
		}}},
	}
}
