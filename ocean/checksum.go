package ocean

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// AlgorithmChecksum is the checksum of all that runs: image digest, entrypoint, command, environment and code. Owners
// trust an algorithm by it. It is "sha256:" and the hash of a JSON object with these fields in this order; where the
// code does not lie in the image its own SHA-256 stands for it.
func AlgorithmChecksum(spec *v1alpha1.AlgorithmSpec) (string, error) {
	type env struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	runs := struct {
		Digest     string   `json:"digest"`
		Entrypoint string   `json:"entrypoint"`
		Command    []string `json:"command"`
		Env        []env    `json:"env"`
		Code       string   `json:"code"`
	}{
		Digest:     spec.Container.Digest,
		Entrypoint: spec.Container.Entrypoint,
		Command:    append([]string{}, spec.Container.Command...),
		Env:        []env{},
		Code:       CodeSHA256(spec.Code),
	}
	for _, e := range spec.Container.Env {
		runs.Env = append(runs.Env, env(e))
	}
	text, err := json.Marshal(runs)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// CodeSHA256 is the SHA-256 that the code must have, in hex; empty where the code is in the image.
func CodeSHA256(code *v1alpha1.Code) string {
	switch {
	case code == nil:
		return ""
	case code.Raw != "":
		sum := sha256.Sum256([]byte(code.Raw))
		return hex.EncodeToString(sum[:])
	default:
		return code.SHA256
	}
}

// FilesChecksum of an asset, as Ocean's trust lists have it: the SHA-256 of each file in lower-case hex, one after the
// other in the order of the files.
func FilesChecksum(sums ...string) (string, error) {
	for _, sum := range sums {
		if raw, err := hex.DecodeString(sum); err != nil || len(raw) != sha256.Size || sum != strings.ToLower(sum) {
			return "", fmt.Errorf("%.80q is no SHA-256: expected 64 hexadecimal digits in lower case", sum)
		}
	}
	return strings.Join(sums, ""), nil
}

// ContainerSectionChecksum of an algorithm, as Ocean's trust lists have it: the SHA-256 of entrypoint and image digest
// (sha256:...), one after the other. It says nothing of command, environment and code: AlgorithmChecksum does.
func ContainerSectionChecksum(entrypoint, digest string) string {
	sum := sha256.Sum256([]byte(entrypoint + digest))
	return hex.EncodeToString(sum[:])
}
