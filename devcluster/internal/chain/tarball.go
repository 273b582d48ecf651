package chain

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

// maxFile bounds one unpacked file; anvil has 44 MB, the largest artifact less than 1.
const maxFile = 256 << 20

// eachFile calls visit for every regular file of an npm tarball, by its path within the package.
func eachFile(tarball string, visit func(name string, content io.Reader) error) error {
	file, err := os.Open(tarball)
	if err != nil {
		return err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return fmt.Errorf("%s: %w", tarball, err)
	}
	for entries := tar.NewReader(unzipped); ; {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", tarball, err)
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		if header.Size > maxFile {
			return fmt.Errorf("%s: %s has %d bytes, at most %d are taken", tarball, header.Name, header.Size, maxFile)
		}
		if err := visit(strings.TrimPrefix(path.Clean(header.Name), "package/"), entries); err != nil {
			return fmt.Errorf("%s: %s: %w", tarball, header.Name, err)
		}
	}
}

// extract writes one file of a tarball to a path.
func extract(tarball, name, to string, mode os.FileMode) error {
	found := false
	err := eachFile(tarball, func(entry string, content io.Reader) error {
		if entry != name {
			return nil
		}
		found = true
		data, err := io.ReadAll(content)
		if err != nil {
			return err
		}
		return layout.WriteFile(to, data, mode)
	})
	if err == nil && !found {
		err = fmt.Errorf("%s has no file %s", tarball, name)
	}
	return err
}

// artifact is a compiled contract, as Hardhat writes it (format hh-sol-artifact-1).
type artifact struct {
	Format       string `json:"_format"`
	ContractName string
	ABI          abi.ABI
	Bytecode     string
}

// readArtifacts returns Ocean's own contracts by name. Interfaces, which have no code, are left out.
func readArtifacts(tarball string) (map[string]artifact, error) {
	contracts := map[string]artifact{}
	err := eachFile(tarball, func(name string, content io.Reader) error {
		if !strings.HasPrefix(name, "artifacts/contracts/") || path.Ext(name) != ".json" {
			return nil
		}
		var a artifact
		if err := json.NewDecoder(content).Decode(&a); err != nil {
			return err
		}
		if a.Format == "hh-sol-artifact-1" && a.Bytecode != "0x" {
			contracts[a.ContractName] = a
		}
		return nil
	})
	return contracts, err
}

// creation is the data of the transaction that creates the contract.
func (a artifact) creation(arguments ...any) ([]byte, error) {
	packed, err := a.ABI.Pack("", arguments...)
	if err != nil {
		return nil, fmt.Errorf("arguments of the constructor of %s: %w", a.ContractName, err)
	}
	code := common.FromHex(a.Bytecode)
	if len(code) == 0 {
		return nil, fmt.Errorf("%s has no bytecode", a.ContractName)
	}
	return append(code, packed...), nil
}

// unpack writes the files of a tarball that match into a directory, below their own paths.
func unpack(tarball, dir string, wanted func(name string) bool) error {
	return eachFile(tarball, func(name string, content io.Reader) error {
		if !wanted(name) || !filepath.IsLocal(name) {
			return nil
		}
		data, err := io.ReadAll(content)
		if err != nil {
			return err
		}
		return layout.WriteFile(filepath.Join(dir, name), data, 0o644)
	})
}
