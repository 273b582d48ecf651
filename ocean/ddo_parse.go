package ocean

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ethereum/go-ethereum/common"
	kjson "sigs.k8s.io/json"
)

// Bounds of a DDO from a chain, which anybody may have written.
const (
	maxDDOBytes = 256 << 10
	maxDDODepth = 16
	maxDDOItems = 64
)

// ParseDDO reads a DDO of version 4, which anybody may have written: within bounds of size and depth, without a field
// twice, and with exactly the id that its NFT has. Fields that nothing here looks at are passed over.
func ParseDDO(text []byte) (*DDO, error) {
	switch {
	case len(text) > maxDDOBytes:
		return nil, fmt.Errorf("the DDO has %d bytes, expected at most %d", len(text), maxDDOBytes)
	case !utf8.Valid(text):
		return nil, errors.New("the DDO is not UTF-8: is it compressed or encrypted? expected it as plain JSON")
	case depth(text) > maxDDODepth:
		return nil, fmt.Errorf("the DDO is nested deeper than %d levels", maxDDODepth)
	}
	doc := &DDO{}
	twice, err := kjson.UnmarshalStrict(text, doc, kjson.DisallowDuplicateFields)
	if err != nil {
		return nil, fmt.Errorf("the DDO is not JSON of the expected form: %w", err)
	}
	if len(twice) > 0 {
		return nil, fmt.Errorf("the DDO says the same thing twice: %w", twice[0])
	}
	return doc, doc.check()
}

// check what a DDO says of itself.
func (d *DDO) check() error {
	if !strings.HasPrefix(d.Version, "4.") {
		return fmt.Errorf("the DDO has version %.16q, expected 4.x", d.Version)
	}
	if d.ChainID <= 0 || !strings.HasPrefix(d.NFTAddress, "0x") || !common.IsHexAddress(d.NFTAddress) {
		return fmt.Errorf("the DDO names chain %d and NFT %.64q, expected a chain id and an address", d.ChainID, d.NFTAddress)
	}
	if want := DID(d.ChainID, common.HexToAddress(d.NFTAddress)); d.ID != want {
		return fmt.Errorf("the DDO has id %.80q, expected that of its NFT and chain, %s", d.ID, want)
	}
	if len(d.Services) > maxDDOItems {
		return fmt.Errorf("the DDO has %d services, expected at most %d", len(d.Services), maxDDOItems)
	}
	for i, service := range d.Services {
		if !strings.HasPrefix(service.DatatokenAddress, "0x") || !common.IsHexAddress(service.DatatokenAddress) {
			return fmt.Errorf("services[%d].datatokenAddress of the DDO is %.64q, expected an address", i, service.DatatokenAddress)
		}
		if service.Timeout < 0 {
			return fmt.Errorf("services[%d].timeout of the DDO is %d, expected 0 or more seconds", i, service.Timeout)
		}
	}
	return nil
}

// ComputeService is the one service of type compute, and its index, which orders name. It is not ok where there is none,
// or where there are several.
func (d *DDO) ComputeService() (service *DDOService, index int64, ok bool) {
	for i := range d.Services {
		if d.Services[i].Type != serviceCompute {
			continue
		}
		if ok {
			return nil, 0, false
		}
		service, index, ok = &d.Services[i], int64(i), true
	}
	return service, index, ok
}

// depth of nesting of a JSON text, valid or not.
func depth(text []byte) int {
	deepest, level, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			level++
			deepest = max(deepest, level)
		case c == '}' || c == ']':
			level--
		}
	}
	return deepest
}
