package ocean

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/common"
)

// ParseAddress reads an address of an account or a contract. It must be written with the checksum of EIP-55 in its upper
// and lower case, so that a mistyped one is noticed before money goes there, and must not be zero.
func ParseAddress(text string) (common.Address, error) {
	if !strings.HasPrefix(text, "0x") || !common.IsHexAddress(text) {
		return common.Address{}, fmt.Errorf("%.64q is no address: expected 0x and 40 hexadecimal digits", text)
	}
	address := common.HexToAddress(text)
	if address == (common.Address{}) {
		return common.Address{}, fmt.Errorf("%s is the zero address, which nobody holds the key of: expected another one", text)
	}
	if checksummed := address.Hex(); checksummed != text {
		return common.Address{}, fmt.Errorf("%s does not carry the checksum of EIP-55 in its upper and lower case: check that it is the right address, then write %s", text, checksummed)
	}
	return address, nil
}

// amountBits is the size of an amount on chain.
const amountBits = 256

// ParseAmount reads an amount in a token's base units: a decimal integer below 2^256 without sign and leading zeros.
func ParseAmount(text string) (*big.Int, error) {
	fault := fmt.Errorf("%.100q is no amount in base units: expected a decimal integer below 2^256, without sign, point and leading zeros", text)
	if text == "" || len(text) > 78 || len(text) > 1 && text[0] == '0' || strings.Trim(text, "0123456789") != "" {
		return nil, fault
	}
	amount, ok := new(big.Int).SetString(text, 10)
	if !ok || amount.BitLen() > amountBits {
		return nil, fault
	}
	return amount, nil
}
