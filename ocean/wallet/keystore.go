package wallet

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/accounts/keystore"
)

const (
	// scrypt takes 128*n*r bytes of memory: 256 MiB with geth's standard n, 4 MiB with its light one.
	scryptR    = 8
	maxScryptP = 16
	// maxIterations of PBKDF2; geth and ethers write 262144.
	maxIterations = 1 << 20
)

// checkKeystore refuses files that would ask for more memory or time than any wallet's do. The file may come from a
// Secret that somebody else wrote.
func checkKeystore(file []byte) error {
	var outline struct {
		Version int
		Crypto  struct {
			KDF       string
			KDFParams struct {
				N, R, P, C int
			}
		}
	}
	if err := json.Unmarshal(file, &outline); err != nil {
		return errors.New("the keystore is not JSON: expected a keystore file of version 3")
	}
	if outline.Version != 3 {
		return fmt.Errorf("the keystore has version %d, expected 3", outline.Version)
	}
	params := outline.Crypto.KDFParams
	switch outline.Crypto.KDF {
	case "scrypt":
		if params.N > keystore.StandardScryptN || params.R > scryptR || params.P > maxScryptP {
			return fmt.Errorf("the keystore asks for scrypt with n=%d, r=%d, p=%d; at most n=%d, r=%d, p=%d are taken",
				params.N, params.R, params.P, keystore.StandardScryptN, scryptR, maxScryptP)
		}
	case "pbkdf2":
		if params.C > maxIterations {
			return fmt.Errorf("the keystore asks for %d iterations of PBKDF2, at most %d are taken", params.C, maxIterations)
		}
	default:
		return fmt.Errorf("the keystore's key derivation is %.20q, expected scrypt or pbkdf2", outline.Crypto.KDF)
	}
	return nil
}
