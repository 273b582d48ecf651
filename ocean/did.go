// Package ocean speaks Ocean's language: decentralised identifiers, DDOs, checksums and status codes.
package ocean

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"k8s.io/apimachinery/pkg/types"
)

// methodC2D is the DID method of what is declared in a cluster and not published on a chain, methodOp of what is.
const (
	methodC2D = "did:c2d:"
	methodOp  = "did:op:"
)

// DID of a data NFT, as Ocean derives it: did:op:<sha256 of the checksummed address and the decimal chain id>.
func DID(chainID int64, nft common.Address) string {
	sum := sha256.Sum256([]byte(nft.Hex() + strconv.FormatInt(chainID, 10)))
	return methodOp + hex.EncodeToString(sum[:])
}

// ClusterDID of an object that is not published on a chain: did:c2d:<sha256 of cluster UID and object UID>. The UID of
// a cluster is that of its namespace kube-system.
func ClusterDID(cluster, object types.UID) string {
	sum := sha256.Sum256([]byte(string(cluster) + string(object)))
	return methodC2D + hex.EncodeToString(sum[:])
}

// ID is a DID without "did" and method: the name under which algorithms find files and DDOs.
func ID(did string) string { return did[strings.LastIndexByte(did, ':')+1:] }
