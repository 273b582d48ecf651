package chain

import (
	"os"
	"path/filepath"
	"testing"
)

func TestBuildDeploys(t *testing.T) {
	if testing.Short() {
		t.Skip("fetches packages with npm: not -short")
	}
	dir := t.TempDir()
	if err := Build(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	description, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Token", "Escrow", "EnterpriseEscrow", "ERC721Factory", "AccessListFactory"} {
		if description.Contracts[name] == [20]byte{} {
			t.Errorf("no address of %s in %v", name, description.Contracts)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, State)); err != nil {
		t.Error(err)
	}
}

func TestAnotherHashIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "package.tgz")
	if err := os.WriteFile(path, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := contractsPackage.check(path); err == nil {
		t.Error("a package with another hash was accepted")
	}
}
