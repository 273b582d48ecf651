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
	Context  []string     `json:"@context"`
	ID       string       `json:"id"`
	Version  string       `json:"version"`
	Metadata ddoMetadata  `json:"metadata"`
	Services []ddoService `json:"services"`
}

// ddoService is the one way in which a dataset is used here: others compute on it.
type ddoService struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	// Timeout of access in seconds; 0: none.
	Timeout            int64          `json:"timeout"`
	ConsumerParameters []ddoParameter `json:"consumerParameters,omitempty"`
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
	// Options is JSON within JSON, a list of {value: label}: so ocean.js and the markets have it.
	Options string `json:"options,omitempty"`
}

// DatasetDDO is the DDO of a dataset, as JSON.
func DatasetDDO(dataset *v1alpha1.Dataset) ([]byte, error) {
	doc := newDDO(dataset.Status.DID, "dataset", &dataset.ObjectMeta, &dataset.Spec.Metadata)
	service := ddoService{ID: "compute", Type: "compute"}
	if timeout := dataset.Spec.Terms.Timeout; timeout != nil {
		service.Timeout = int64(timeout.Seconds())
	}
	var err error
	if service.ConsumerParameters, err = consumerParameters(dataset.Spec.Parameters); err != nil {
		return nil, err
	}
	doc.Services = append(doc.Services, service)
	return json.Marshal(doc)
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
	var err error
	if doc.Metadata.Algorithm.ConsumerParameters, err = consumerParameters(spec.Parameters); err != nil {
		return nil, err
	}
	return json.Marshal(doc)
}

func consumerParameters(declared []v1alpha1.Parameter) ([]ddoParameter, error) {
	parameters := make([]ddoParameter, len(declared))
	for i, p := range declared {
		parameters[i] = ddoParameter{
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
		Services: []ddoService{},
	}
}
