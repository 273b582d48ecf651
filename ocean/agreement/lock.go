package agreement

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"k8s.io/apimachinery/pkg/types"
)

// RunSpec is what one run of a job runs, and under which agreement. Its lock on chain commits to it.
type RunSpec struct {
	// Agreement is the digest that the consumer signed.
	Agreement      common.Hash
	EnvironmentUID types.UID
	// Datasets in the order in which the job names them.
	Datasets []RunDataset
	// AlgorithmDID, and the checksum of all that runs.
	AlgorithmDID, AlgorithmChecksum string
	// Parameters of the algorithm.
	Parameters map[string]string
	Resources  Resources
	// MaxDuration of the algorithm. Fractions of a second do not count.
	MaxDuration time.Duration
	// Deliver lists what may leave, in any order: Output, Logs.
	Deliver []string
}

// RunDataset is a dataset of a run.
type RunDataset struct {
	DID string
	// Generation of the object that was admitted.
	Generation int64
	Parameters map[string]string
}

// Run is one run of a job in a cluster, at the prices that it was admitted with.
type Run struct {
	// Cluster is the UID of its namespace kube-system.
	Cluster, Job types.UID
	Number       int64
	Spec         RunSpec
	Token        common.Address
	Prices       Prices
}

// LockID under which the escrow contract holds the money for the run: keccak256 of the ABI encoding of
//
//	(string cluster, string job, uint256 run, bytes runSpec, Prices prices)
//
// where Prices is (address token, uint256 cpu, uint256 memoryGiB, uint256 diskGiB). The contract calls it jobId.
func (r *Run) LockID() (*big.Int, error) {
	if r.Cluster == "" || r.Job == "" || r.Number < 1 {
		return nil, fmt.Errorf("a lock needs the UIDs of cluster and job and a run from 1: got %q, %q, %d", r.Cluster, r.Job, r.Number)
	}
	if err := r.Prices.validate(); err != nil {
		return nil, err
	}
	spec, err := r.Spec.Encode()
	if err != nil {
		return nil, err
	}
	encoded, err := lockArguments.Pack(string(r.Cluster), string(r.Job), big.NewInt(r.Number), spec, abiPrices{
		Token: r.Token, Cpu: r.Prices.CPU, MemoryGiB: r.Prices.MemoryGiB, DiskGiB: r.Prices.DiskGiB,
	})
	if err != nil {
		return nil, fmt.Errorf("encode what the lock commits to: %w", err)
	}
	return new(big.Int).SetBytes(crypto.Keccak256(encoded)), nil
}

// Encode is the canonical form of a run spec: the ABI encoding of
//
//	RunSpec(bytes32 agreement, string environmentUID, Dataset[] datasets, string algorithmDID, string algorithmChecksum,
//	        Parameter[] parameters, uint256 milliCPU, uint256 memoryBytes, uint256 diskBytes, uint256 maxSeconds, string[] deliver)
//	Dataset(string did, uint256 generation, Parameter[] parameters)
//	Parameter(string name, string value)
//
// with parameters sorted by name, and deliver sorted.
func (s *RunSpec) Encode() ([]byte, error) {
	spec := abiRunSpec{
		Agreement:         s.Agreement,
		EnvironmentUID:    string(s.EnvironmentUID),
		Datasets:          make([]abiDataset, len(s.Datasets)),
		AlgorithmDID:      s.AlgorithmDID,
		AlgorithmChecksum: s.AlgorithmChecksum,
		Parameters:        sorted(s.Parameters),
		MilliCPU:          big.NewInt(s.Resources.CPU.MilliValue()),
		MemoryBytes:       big.NewInt(s.Resources.Memory.Value()),
		DiskBytes:         big.NewInt(s.Resources.Disk.Value()),
		MaxSeconds:        big.NewInt(int64(s.MaxDuration / time.Second)),
		Deliver:           append([]string{}, slices.Sorted(slices.Values(s.Deliver))...),
	}
	for i, d := range s.Datasets {
		spec.Datasets[i] = abiDataset{Did: d.DID, Generation: big.NewInt(d.Generation), Parameters: sorted(d.Parameters)}
	}
	encoded, err := runSpecArguments.Pack(spec)
	if err != nil {
		return nil, fmt.Errorf("encode the run spec: %w", err)
	}
	return encoded, nil
}

func sorted(parameters map[string]string) []abiParameter {
	list := make([]abiParameter, 0, len(parameters))
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		list = append(list, abiParameter{Name: name, Value: parameters[name]})
	}
	return list
}

// The shapes below have the names that the ABI package derives from those in the types.
type (
	abiParameter struct{ Name, Value string }

	abiDataset struct {
		Did        string
		Generation *big.Int
		Parameters []abiParameter
	}

	abiRunSpec struct {
		Agreement         [32]byte
		EnvironmentUID    string
		Datasets          []abiDataset
		AlgorithmDID      string
		AlgorithmChecksum string
		Parameters        []abiParameter
		MilliCPU          *big.Int
		MemoryBytes       *big.Int
		DiskBytes         *big.Int
		MaxSeconds        *big.Int
		Deliver           []string
	}

	abiPrices struct {
		Token                   common.Address
		Cpu, MemoryGiB, DiskGiB *big.Int //nolint:staticcheck // the ABI package wants this spelling
	}
)

type components = []abi.ArgumentMarshaling

var (
	parameterComponents = components{{Name: "name", Type: "string"}, {Name: "value", Type: "string"}}

	runSpecArguments = abi.Arguments{{Type: abiType("tuple", components{
		{Name: "agreement", Type: "bytes32"},
		{Name: "environmentUID", Type: "string"},
		{Name: "datasets", Type: "tuple[]", Components: components{
			{Name: "did", Type: "string"},
			{Name: "generation", Type: "uint256"},
			{Name: "parameters", Type: "tuple[]", Components: parameterComponents},
		}},
		{Name: "algorithmDID", Type: "string"},
		{Name: "algorithmChecksum", Type: "string"},
		{Name: "parameters", Type: "tuple[]", Components: parameterComponents},
		{Name: "milliCPU", Type: "uint256"},
		{Name: "memoryBytes", Type: "uint256"},
		{Name: "diskBytes", Type: "uint256"},
		{Name: "maxSeconds", Type: "uint256"},
		{Name: "deliver", Type: "string[]"},
	})}}

	lockArguments = abi.Arguments{
		{Type: abiType("string", nil)}, {Type: abiType("string", nil)}, {Type: abiType("uint256", nil)}, {Type: abiType("bytes", nil)},
		{Type: abiType("tuple", components{
			{Name: "token", Type: "address"},
			{Name: "cpu", Type: "uint256"},
			{Name: "memoryGiB", Type: "uint256"},
			{Name: "diskGiB", Type: "uint256"},
		})},
	}
)

// abiType panics where a type written in this file is none.
func abiType(name string, parts components) abi.Type {
	t, err := abi.NewType(name, "", parts)
	if err != nil {
		panic(err)
	}
	return t
}
