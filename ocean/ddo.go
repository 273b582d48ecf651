package ocean

import (
	"encoding/json"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// ddoVersion of the DDOs here: Ocean's data model, version 4.
const ddoVersion = "4.7.0"

// ddo describes an asset to algorithms and consumers. It says nothing of where the files lie.
type ddo struct {
	Context  []string    `json:"@context"`
	ID       string      `json:"id"`
	Version  string      `json:"version"`
	Metadata ddoMetadata `json:"metadata"`
	Services []any       `json:"services"`
}

type ddoMetadata struct {
	Created     string        `json:"created"`
	Updated     string        `json:"updated"`
	Type        string        `json:"type"`
	Name        string        `json:"name"`
	Description string        `json:"description"`
	Author      string        `json:"author"`
	License     string        `json:"license"`
	Tags        []string      `json:"tags,omitempty"`
	Algorithm   *ddoAlgorithm `json:"algorithm,omitempty"`
}

type ddoAlgorithm struct {
	Language           string         `json:"language,omitempty"`
	Container          ddoContainer   `json:"container"`
	ConsumerParameters []ddoParameter `json:"consumerParameters,omitempty"`
}

type ddoContainer struct {
	Entrypoint string `json:"entrypoint"`
	Image      string `json:"image"`
	Tag        string `json:"tag"`
	Checksum   string `json:"checksum"`
}

type ddoParameter struct {
	Name        string                 `json:"name"`
	Type        v1alpha1.ParameterType `json:"type"`
	Label       string                 `json:"label"`
	Required    bool                   `json:"required"`
	Description string                 `json:"description"`
	Default     string                 `json:"default"`
	Options     []string               `json:"options,omitempty"`
}

// DatasetDDO is the DDO of a dataset, as JSON.
func DatasetDDO(dataset *v1alpha1.Dataset) ([]byte, error) {
	return json.Marshal(newDDO(dataset.Status.DID, "dataset", &dataset.ObjectMeta, &dataset.Spec.Metadata))
}

// AlgorithmDDO is the DDO of an algorithm, as JSON.
func AlgorithmDDO(algorithm *v1alpha1.Algorithm) ([]byte, error) {
	spec := &algorithm.Spec
	doc := newDDO(algorithm.Status.DID, "algorithm", &algorithm.ObjectMeta, &spec.Metadata)
	doc.Metadata.Algorithm = &ddoAlgorithm{
		Language: spec.Language,
		Container: ddoContainer{
			Entrypoint: spec.Container.Entrypoint,
			Image:      spec.Container.Image,
			Checksum:   spec.Container.Digest,
		},
	}
	for _, p := range spec.Parameters {
		doc.Metadata.Algorithm.ConsumerParameters = append(doc.Metadata.Algorithm.ConsumerParameters, ddoParameter{
			Name: p.Name, Type: p.Type, Label: p.Name, Required: p.Required,
			Description: p.Description, Default: p.Default, Options: p.Options,
		})
	}
	return json.Marshal(doc)
}

func newDDO(did, kind string, object *metav1.ObjectMeta, metadata *v1alpha1.Metadata) *ddo {
	created := object.CreationTimestamp.UTC().Format(time.RFC3339)
	name := metadata.Name
	if name == "" {
		name = object.Name
	}
	return &ddo{
		Context: []string{"https://w3id.org/did/v1"},
		ID:      did,
		Version: ddoVersion,
		Metadata: ddoMetadata{
			Created: created, Updated: created, Type: kind,
			Name: name, Description: metadata.Description, Author: metadata.Author, License: metadata.License, Tags: metadata.Tags,
		},
		Services: []any{},
	}
}
