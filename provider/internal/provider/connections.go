package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// connections are what the provider hands on to its parts. None of them is open yet.
type connections struct {
	cluster *cluster
	ledger  *ledger
}

// connectionsOf what the framework hands on from the provider to its parts: empty before the provider is configured.
func connectionsOf(providerData any, diags *diag.Diagnostics) connections {
	if providerData == nil {
		return connections{}
	}
	c, ok := providerData.(*connections)
	if !ok {
		diags.AddError("Unexpected Provider Data",
			fmt.Sprintf("Expected %T, got %T. This is always a bug in the provider: please report it.", c, providerData))
		return connections{}
	}
	return *c
}

// clusterOf what the framework hands on: nil before the provider is configured.
func clusterOf(providerData any, diags *diag.Diagnostics) *cluster {
	return connectionsOf(providerData, diags).cluster
}
