package ocean

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Validate a DDO against the limits of Ocean's data model (its SHACL shapes, version 4.7.0). The error lists every field
// that is out of them.
func (d *DDO) Validate() error {
	var faults []string
	within := func(field, value string, least, most int) {
		if n := utf8.RuneCountInString(value); n < least || n > most {
			faults = append(faults, fmt.Sprintf("%s has %d characters, expected %d to %d", field, n, least, most))
		}
	}
	if err := d.check(); err != nil {
		faults = append(faults, err.Error())
	}
	within("metadata.name", d.Metadata.Name, 4, 512)
	within("metadata.description", d.Metadata.Description, 10, 7000)
	within("metadata.author", d.Metadata.Author, 1, 256)
	within("metadata.license", d.Metadata.License, 1, 256)
	for i, tag := range d.Metadata.Tags {
		within(fmt.Sprintf("metadata.tags[%d]", i), tag, 1, 256)
	}
	check := func(field string, list []DDOParameter) {
		for _, p := range list {
			within(fmt.Sprintf("description of %s %s", field, p.Name), p.Description, 0, 7000)
			within(fmt.Sprintf("default of %s %s", field, p.Name), p.Default, 0, 256)
			within(fmt.Sprintf("options of %s %s, as JSON,", field, p.Name), p.Options, 0, 256)
		}
	}
	if algorithm := d.Metadata.Algorithm; algorithm != nil {
		within("container.entrypoint", algorithm.Container.Entrypoint, 3, 256)
		within("container.image", algorithm.Container.Image, 1, 256)
		within("container.checksum", algorithm.Container.Checksum, 7, 512)
		check("parameter", algorithm.ConsumerParameters)
	}
	for i, service := range d.Services {
		within(fmt.Sprintf("services[%d].serviceEndpoint", i), service.ServiceEndpoint, 10, 2048)
		check("parameter", service.ConsumerParameters)
	}
	if len(faults) > 0 {
		return fmt.Errorf("it cannot be published as Ocean's data model has it: %s", strings.Join(faults, "; "))
	}
	return nil
}
