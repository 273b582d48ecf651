package stage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Paths below the data folder.
var (
	inputs     = below(sandbox.InputsDir)
	customData = below(sandbox.CustomDataFile)
	codeFile   = below(sandbox.CodeFile)
	ddos       = below(sandbox.DDOsDir)
	outputs    = below(sandbox.OutputsDir)
	logs       = below(sandbox.LogsDir)
)

func below(path string) string { return strings.TrimPrefix(path, sandbox.DataDir+"/") }

func inputFolder(id string) string { return inputs + "/" + id }

func inputFile(id string, index int) string { return below(sandbox.InputFile(id, index)) }

// checkPlan says whether the plan can be laid out.
func checkPlan(plan *sandbox.Plan) error {
	seen := map[string]bool{filepath.Base(customData): true}
	for _, dataset := range plan.Datasets {
		if err := checkID(dataset.ID); err != nil || seen[dataset.ID] {
			return failed(v1alpha1.ReasonInputFetchFailed, "the plan of the inputs names a dataset twice, or by what cannot be a folder", err)
		}
		seen[dataset.ID] = true
	}
	if err := checkMounts(plan); err != nil {
		return failed(v1alpha1.ReasonInputFetchFailed, "the plan of the inputs does not fit to what is mounted in the pod", err)
	}
	if plan.Algorithm.ID == "" {
		return nil
	}
	if err := checkID(plan.Algorithm.ID); err != nil {
		return failed(v1alpha1.ReasonAlgorithmFetchFailed, "the plan names the algorithm by what cannot be a file", err)
	}
	return nil
}

// checkMounts says whether the plan has mounted files where the pod has them.
func checkMounts(plan *sandbox.Plan) error {
	if len(plan.Run.Datasets) > len(plan.Datasets) {
		return fmt.Errorf("%d datasets are planned, the run has %d", len(plan.Datasets), len(plan.Run.Datasets))
	}
	for d, dataset := range plan.Datasets {
		var planned, mounted []int
		for i, file := range dataset.Files {
			if file.Mounted {
				planned = append(planned, i)
			}
		}
		if d < len(plan.Run.Datasets) {
			for _, mount := range plan.Run.Datasets[d].Mounts {
				mounted = append(mounted, mount.Index)
			}
		}
		if !slices.Equal(planned, mounted) {
			return fmt.Errorf("dataset %s: files %v are planned as mounted, %v are", dataset.ID, planned, mounted)
		}
	}
	return nil
}

func checkID(id string) error {
	if len(id) > 128 || !filepath.IsLocal(id) || strings.ContainsAny(id, "/\\") || id == "." {
		return fmt.Errorf("%q is no name of a file", id)
	}
	return nil
}

// prepare the folders, anew where an earlier attempt had started.
func prepare(data string, plan *sandbox.Plan) (*os.Root, error) {
	folder, err := os.OpenRoot(data)
	if err != nil {
		return nil, fmt.Errorf("open the data volume: %w", err)
	}
	for _, old := range []string{inputs, filepath.Dir(codeFile), ddos} {
		if err := folder.RemoveAll(old); err != nil {
			return nil, errors.Join(fmt.Errorf("clear the data volume: %w", err), folder.Close())
		}
	}
	// outputs and logs are where other volumes are mounted: without them the pod does not start.
	folders := []string{inputs, filepath.Dir(codeFile), ddos, outputs, logs}
	for _, dataset := range plan.Datasets {
		folders = append(folders, inputFolder(dataset.ID))
	}
	for _, name := range folders {
		err := folder.Mkdir(name, 0o755)
		if err == nil {
			err = folder.Chmod(name, 0o755)
		}
		if err != nil && !errors.Is(err, os.ErrExist) {
			return nil, errors.Join(fmt.Errorf("make the data volume's folders: %w", err), folder.Close())
		}
	}
	return folder, nil
}

// describe the run to the algorithm: parameters and DDOs.
func describe(folder *os.Root, plan *sandbox.Plan) error {
	parameters := plan.CustomData
	if len(parameters) == 0 {
		parameters = json.RawMessage("null")
	}
	if err := write(folder, customData, parameters); err != nil {
		return err
	}
	descriptions := map[string]json.RawMessage{plan.Algorithm.ID: plan.Algorithm.DDO}
	for _, dataset := range plan.Datasets {
		descriptions[dataset.ID] = dataset.DDO
	}
	for id, ddo := range descriptions {
		if id == "" || len(ddo) == 0 {
			continue
		}
		if err := write(folder, ddos+"/"+id, ddo); err != nil {
			return err
		}
	}
	return nil
}

func write(folder *os.Root, name string, text []byte) error {
	err := folder.WriteFile(name, text, 0o600)
	if err == nil {
		err = folder.Chmod(name, 0o444)
	}
	if err != nil {
		return writeFailure(v1alpha1.ReasonInputFetchFailed, "a description of the run", err)
	}
	return nil
}

// handOver to publish what was staged, and the records of it, where they are asked for.
func handOver(handover string, staged sandbox.Staged, records *disclosure.Records) error {
	text, err := json.Marshal(staged)
	if err != nil {
		return err
	}
	folder, err := os.OpenRoot(handover)
	if err != nil {
		return fmt.Errorf("open the handover volume: %w", err)
	}
	defer func() { _ = folder.Close() }()
	if records != nil {
		var list bytes.Buffer
		if _, err := records.WriteTo(&list); err != nil {
			return err
		}
		if err := replace(folder, sandbox.RecordsFile, list.Bytes()); err != nil {
			return err
		}
	}
	return replace(folder, sandbox.StagedFile, text)
}

// replace a file of an earlier attempt.
func replace(folder *os.Root, path string, text []byte) error {
	name := filepath.Base(path)
	if err := folder.RemoveAll(name); err != nil {
		return fmt.Errorf("clear the handover volume: %w", err)
	}
	return write(folder, name, text)
}

// share with the algorithm's container the FIFO by which publish learns of the algorithm's end, and last the agent,
// without which the algorithm cannot start.
func share(shared, agent string) error {
	folder, err := os.OpenRoot(shared)
	if err != nil {
		return fmt.Errorf("open the shared volume: %w", err)
	}
	defer func() { _ = folder.Close() }()
	for _, path := range []string{sandbox.AliveFile, sandbox.AgentFile} {
		if err := folder.RemoveAll(filepath.Base(path)); err != nil {
			return fmt.Errorf("clear the shared volume: %w", err)
		}
	}
	if err := unix.Mkfifo(filepath.Join(shared, filepath.Base(sandbox.AliveFile)), 0o600); err != nil {
		return fmt.Errorf("make the FIFO in the shared volume: %w", err)
	}
	return copyAgent(folder, agent)
}

func copyAgent(folder *os.Root, agent string) error {
	from, err := os.Open(agent)
	if err != nil {
		return fmt.Errorf("read the agent: %w", err)
	}
	defer func() { _ = from.Close() }()
	name := filepath.Base(sandbox.AgentFile)
	to, err := folder.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o700)
	if err != nil {
		return fmt.Errorf("copy the agent: %w", err)
	}
	_, err = io.Copy(to, from)
	if err = errors.Join(err, to.Chmod(0o555), to.Close()); err != nil {
		return fmt.Errorf("copy the agent: %w", err)
	}
	return nil
}
