package agreement

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"k8s.io/apimachinery/pkg/api/resource"
)

func testRun() *Run {
	return &Run{
		Cluster: "cluster-uid",
		Job:     "job-uid",
		Number:  1,
		Spec: RunSpec{
			Agreement:      common.HexToHash("0x11"),
			EnvironmentUID: "environment-uid",
			Datasets: []RunDataset{
				{DID: "did:op:" + strings.Repeat("b", 64), Generation: 3, Parameters: map[string]string{"year": "2026", "sex": "any"}},
				{DID: "did:c2d:" + strings.Repeat("a", 64), Generation: 1},
			},
			AlgorithmDID:      "did:op:" + strings.Repeat("d", 64),
			AlgorithmChecksum: "sha256:" + strings.Repeat("c", 64),
			Parameters:        map[string]string{"epochs": "20"},
			Resources:         testResources("1500m", "1Gi", "512Mi"),
			MaxDuration:       30 * time.Minute,
			Deliver:           []string{"Output", "Logs"},
		},
		Token:  common.HexToAddress("0x5FbDB2315678afecb367f032d93F642f64180aa3"),
		Prices: testPrices(),
	}
}

func testResources(cpu, memory, disk string) Resources {
	return Resources{CPU: resource.MustParse(cpu), Memory: resource.MustParse(memory), Disk: resource.MustParse(disk)}
}

// TestLockID compares with what AbiCoder and keccak256 of ethers 6 make of the same run.
func TestLockID(t *testing.T) {
	id, err := testRun().LockID()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := common.BigToHash(id).Hex(), "0xc1a385a0945b3c856dee08f250364f775bc115dff501af6b834a75e9ebe0cd2b"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestLockCommits changes each thing that a lock is for.
func TestLockCommits(t *testing.T) {
	seen := map[common.Hash]string{}
	for name, change := range map[string]func(*Run){
		"nothing":                   func(*Run) {},
		"cluster":                   func(r *Run) { r.Cluster = "other" },
		"job":                       func(r *Run) { r.Job = "other" },
		"border of cluster and job": func(r *Run) { r.Cluster, r.Job = "cluster-uidj", "ob-uid" },
		"run":                       func(r *Run) { r.Number = 2 },
		"token":                     func(r *Run) { r.Token[0]++ },
		"price of cpu":              func(r *Run) { r.Prices.CPU = big.NewInt(1) },
		"price of memory":           func(r *Run) { r.Prices.MemoryGiB = big.NewInt(1) },
		"price of disk":             func(r *Run) { r.Prices.DiskGiB = big.NewInt(1) },
		"agreement":                 func(r *Run) { r.Spec.Agreement[0]++ },
		"environment":               func(r *Run) { r.Spec.EnvironmentUID = "other" },
		"dataset":                   func(r *Run) { r.Spec.Datasets[0].DID = "did:op:" + strings.Repeat("e", 64) },
		"generation of dataset":     func(r *Run) { r.Spec.Datasets[0].Generation++ },
		"parameter of dataset":      func(r *Run) { r.Spec.Datasets[0].Parameters["year"] = "2025" },
		"order of datasets":         func(r *Run) { d := r.Spec.Datasets; d[0], d[1] = d[1], d[0] },
		"parameters of the other":   func(r *Run) { d := r.Spec.Datasets; d[0].Parameters, d[1].Parameters = nil, d[0].Parameters },
		"one dataset less":          func(r *Run) { r.Spec.Datasets = r.Spec.Datasets[:1] },
		"algorithm":                 func(r *Run) { r.Spec.AlgorithmDID = "did:op:" + strings.Repeat("f", 64) },
		"what runs":                 func(r *Run) { r.Spec.AlgorithmChecksum = "sha256:" + strings.Repeat("f", 64) },
		"parameter":                 func(r *Run) { r.Spec.Parameters["epochs"] = "21" },
		"one parameter more":        func(r *Run) { r.Spec.Parameters["seed"] = "" },
		"border of a parameter":     func(r *Run) { r.Spec.Parameters = map[string]string{"epoch": "s20"} },
		"cpu":                       func(r *Run) { r.Spec.Resources.CPU = resource.MustParse("1501m") },
		"memory":                    func(r *Run) { r.Spec.Resources.Memory = resource.MustParse("2Gi") },
		"disk":                      func(r *Run) { r.Spec.Resources.Disk = resource.MustParse("1Gi") },
		"duration":                  func(r *Run) { r.Spec.MaxDuration += time.Second },
		"what is delivered":         func(r *Run) { r.Spec.Deliver = []string{"Output"} },
	} {
		run := testRun()
		change(run)
		id, err := run.LockID()
		if err != nil {
			t.Fatal(err)
		}
		if other, found := seen[common.BigToHash(id)]; found {
			t.Errorf("%s and %s have the same lock", name, other)
		}
		seen[common.BigToHash(id)] = name
	}
	same := testRun()
	same.Spec.Resources = testResources("1.5", "1024Mi", "524288Ki")
	same.Spec.Deliver = []string{"Logs", "Output"}
	same.Spec.Datasets[1].Parameters = map[string]string{}
	if id, err := same.LockID(); err != nil || seen[common.BigToHash(id)] != "nothing" {
		t.Errorf("the same run in other words has another lock: %x, %v", id, err)
	}
	for name, change := range map[string]func(*Run){
		"no cluster": func(r *Run) { r.Cluster = "" },
		"no job":     func(r *Run) { r.Job = "" },
		"no run":     func(r *Run) { r.Number = 0 },
		"no price":   func(r *Run) { r.Prices.CPU = nil },
	} {
		run := testRun()
		change(run)
		if _, err := run.LockID(); err == nil {
			t.Errorf("%s: it has a lock", name)
		}
	}
}
