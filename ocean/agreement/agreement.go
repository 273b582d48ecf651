// Package agreement holds the pure rules of service agreements: what a consumer signs and who signed it (EIP-712), what
// a run costs, and under which id its money is locked in Ocean's escrow contract.
package agreement

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/math"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"
	"k8s.io/apimachinery/pkg/types"
)

// Terms are all that a consumer agrees to. A signature over them is worth nothing under any others.
type Terms struct {
	// ChainID and Escrow say where the money lies. They are the domain of the signature.
	ChainID int64
	Escrow  common.Address
	// Namespace and Name of the agreement.
	Namespace, Name string
	// Environment that runs the jobs, by name, and by UID: a namesake in another cluster is another one.
	Environment    string
	EnvironmentUID types.UID
	// Consumer pays, and signs.
	Consumer common.Address
	// Payee is the environment's account.
	Payee common.Address
	// Datasets that jobs may run on, in any order.
	Datasets []Dataset
	// Algorithms that jobs may run, in any order, each a DID, a checksum, or "*" for every one.
	Algorithms []string
	// Token that is paid with.
	Token common.Address
	// MaxAmount of all jobs together, in base units of the token.
	MaxAmount *big.Int
	// Prices of the environment in that token.
	Prices Prices
	// ExpiresAt ends the agreement. Fractions of a second do not count.
	ExpiresAt time.Time
	// Nonce tells agreements apart that are otherwise the same.
	Nonce string
}

// Dataset as an agreement names it.
type Dataset struct {
	DID, Namespace, Name string
}

// Name and version of the domain of signatures. What is signed cannot change without another version.
const (
	domainName    = "Compute-to-data service agreement"
	domainVersion = "1"
)

// typedData says what is signed, as EIP-712 describes it. Names are such that a wallet's rendering can be understood.
var typedData = apitypes.Types{
	"EIP712Domain": {
		{Name: "name", Type: "string"},
		{Name: "version", Type: "string"},
		{Name: "chainId", Type: "uint256"},
		{Name: "verifyingContract", Type: "address"},
	},
	"ServiceAgreement": {
		{Name: "namespace", Type: "string"},
		{Name: "name", Type: "string"},
		{Name: "environment", Type: "Environment"},
		{Name: "consumer", Type: "address"},
		{Name: "payee", Type: "address"},
		{Name: "datasets", Type: "Dataset[]"},
		{Name: "algorithms", Type: "string[]"},
		{Name: "payment", Type: "Payment"},
		{Name: "expiresAt", Type: "uint256"},
		{Name: "nonce", Type: "string"},
	},
	"Environment": {
		{Name: "name", Type: "string"},
		{Name: "uid", Type: "string"},
	},
	"Dataset": {
		{Name: "did", Type: "string"},
		{Name: "namespace", Type: "string"},
		{Name: "name", Type: "string"},
	},
	"Payment": {
		{Name: "token", Type: "address"},
		{Name: "maxAmount", Type: "uint256"},
		{Name: "perMinute", Type: "Prices"},
	},
	"Prices": {
		{Name: "cpu", Type: "uint256"},
		{Name: "memoryGiB", Type: "uint256"},
		{Name: "diskGiB", Type: "uint256"},
	},
}

// TypedData is what a wallet is asked to sign. Lists are sorted in it. The error says which of the terms cannot be signed.
func (t *Terms) TypedData() (apitypes.TypedData, error) {
	if err := t.validate(); err != nil {
		return apitypes.TypedData{}, err
	}
	datasets := slices.SortedFunc(slices.Values(t.Datasets), func(a, b Dataset) int {
		return cmp.Or(cmp.Compare(a.DID, b.DID), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	named := make([]any, len(datasets))
	for i, d := range datasets {
		named[i] = apitypes.TypedDataMessage{"did": d.DID, "namespace": d.Namespace, "name": d.Name}
	}
	algorithms := make([]any, len(t.Algorithms))
	for i, algorithm := range slices.Sorted(slices.Values(t.Algorithms)) {
		algorithms[i] = algorithm
	}
	return apitypes.TypedData{
		Types:       typedData,
		PrimaryType: "ServiceAgreement",
		Domain: apitypes.TypedDataDomain{
			Name:              domainName,
			Version:           domainVersion,
			ChainId:           math.NewHexOrDecimal256(t.ChainID),
			VerifyingContract: t.Escrow.Hex(),
		},
		Message: apitypes.TypedDataMessage{
			"namespace":   t.Namespace,
			"name":        t.Name,
			"environment": apitypes.TypedDataMessage{"name": t.Environment, "uid": string(t.EnvironmentUID)},
			"consumer":    t.Consumer.Hex(),
			"payee":       t.Payee.Hex(),
			"datasets":    named,
			"algorithms":  algorithms,
			"payment": apitypes.TypedDataMessage{
				"token":     t.Token.Hex(),
				"maxAmount": t.MaxAmount.String(),
				"perMinute": apitypes.TypedDataMessage{
					"cpu": t.Prices.CPU.String(), "memoryGiB": t.Prices.MemoryGiB.String(), "diskGiB": t.Prices.DiskGiB.String(),
				},
			},
			"expiresAt": big.NewInt(t.ExpiresAt.Unix()).String(),
			"nonce":     t.Nonce,
		},
	}, nil
}

// Digest is the 32 bytes that are signed.
func (t *Terms) Digest() (common.Hash, error) {
	data, err := t.TypedData()
	if err != nil {
		return common.Hash{}, err
	}
	digest, _, err := apitypes.TypedDataAndHash(data)
	if err != nil {
		return common.Hash{}, fmt.Errorf("hash of the agreement: %w", err)
	}
	return common.BytesToHash(digest), nil
}

// validate refuses terms that leave open what they bind.
func (t *Terms) validate() error {
	zero := common.Address{}
	if err := t.Prices.validate(); err != nil {
		return err
	}
	for _, missing := range []struct {
		is   bool
		what string
	}{
		{t.ChainID <= 0, "a chain id"},
		{t.Escrow == zero, "the address of the escrow contract"},
		{t.Namespace == "" || t.Name == "", "the namespace and name of the agreement"},
		{t.Environment == "" || t.EnvironmentUID == "", "the name and UID of the environment"},
		{t.Consumer == zero, "the consumer's address"},
		{t.Payee == zero, "the payee's address"},
		{t.Consumer == t.Payee, "a payee other than the consumer: the escrow contract takes no payments to oneself"},
		{len(t.Datasets) == 0, "datasets"},
		{len(t.Algorithms) == 0, `algorithms, or "*"`},
		{t.Token == zero, "the address of the token"},
		{t.MaxAmount == nil || t.MaxAmount.Sign() <= 0 || t.MaxAmount.BitLen() > amountBits, "an amount above 0 and below 2^256"},
		{t.ExpiresAt.Unix() <= 0, "the time at which it expires"},
		{t.Nonce == "", "a nonce"},
	} {
		if missing.is {
			return fmt.Errorf("the agreement cannot be signed: it needs %s", missing.what)
		}
	}
	for _, d := range t.Datasets {
		if d.DID == "" || d.Namespace == "" || d.Name == "" {
			return fmt.Errorf("the agreement cannot be signed: dataset %s/%s %q needs DID, namespace and name", d.Namespace, d.Name, d.DID)
		}
	}
	return nil
}
