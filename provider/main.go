// Command provider is the Terraform provider for compute-to-data.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/compute-to-data/terraform-provider-c2d/provider/internal/provider"
)

// version is set by the linker in releases.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run with support for debuggers such as delve")
	flag.Parse()
	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/compute-to-data/c2d",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
