// Command bindings writes package ocean/contracts: Go bindings of the contracts that are used here, and the addresses of
// Ocean's deployments. Its arguments are the directory that `devcluster contracts` unpacked and the package's directory.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi/abigen"
)

// bound are the contracts by the names of their Go types, with the functions and events that are used. EnterpriseEscrow
// has the interface of Escrow but for its constructor; any ERC-20 token with permits (ERC-2612) that of the one here.
var bound = []struct {
	name, artifact string
	used           []string
}{
	{"Escrow", "escrow/Escrow.sol/Escrow.json", []string{
		"deposit", "depositWithPermit", "withdraw", "authorize", "createLock", "claimLock", "claimLockAndWithdraw", "cancelExpiredLock",
		"getUserFunds", "getAuthorizations", "getLocks",
		"Deposit", "Withdraw", "Auth", "Lock", "Claimed", "Canceled",
	}},
	{"ERC20", "utils/mock/MockERC20Permit.sol/MockERC20Permit.json", []string{
		"name", "symbol", "decimals", "balanceOf", "allowance", "approve", "transfer", "permit", "nonces", "eip712Domain",
		"Transfer", "Approval",
	}},
	{"ERC721Factory", "ERC721Factory.sol/ERC721Factory.json", []string{
		"deployERC721Contract", "createNftWithErc20", "createNftWithErc20WithFixedRate", "createNftWithErc20WithDispenser",
		"erc721List", "erc20List",
		"NFTCreated", "TokenCreated",
	}},
	{"ERC721Template", "templates/ERC721Template.sol/ERC721Template.json", []string{
		"name", "symbol", "ownerOf", "balanceOf", "tokenURI", "transferable", "transferFrom", "setTokenURI", "getId",
		"setMetaData", "setMetaDataState", "setMetaDataAndTokenURI", "getMetaData", "createERC20", "isDeployed", "getTokensList",
		"getPermissions", "addToMetadataList", "removeFromMetadataList",
		"MetadataCreated", "MetadataUpdated", "MetadataState", "TokenCreated", "TokenURIUpdate", "Transfer",
	}},
	{"ERC20Template", "templates/ERC20Template.sol/ERC20Template.json", []string{
		"name", "symbol", "decimals", "cap", "balanceOf", "approve", "transfer", "mint", "isMinter", "startOrder", "reuseOrder",
		"getId", "getERC721Address", "getPaymentCollector", "setPaymentCollector", "getFixedRates", "getDispensers",
		"OrderStarted", "OrderReused", "ProviderFee", "NewPaymentCollector",
	}},
	{"FixedRateExchange", "pools/fixedRate/FixedRateExchange.sol/FixedRateExchange.json", []string{
		"getExchange", "calcBaseInGivenOutDT", "buyDT", "setRate",
	}},
	{"Dispenser", "pools/dispenser/Dispenser.sol/Dispenser.json", []string{"status", "dispense"}},
	{"AccessListFactory", "accesslists/AccessListFactory.sol/AccessListFactory.json", []string{
		"deployAccessListContract", "isDeployed", "NewAccessList",
	}},
	{"AccessList", "accesslists/AccessList.sol/AccessList.json", []string{
		"owner", "balanceOf", "ownerOf", "mint", "batchMint", "burn", "AddressAdded", "AddressRemoved",
	}},
}

// networks of Ocean's address file that are alive; the others are test networks that were shut down.
var networks = []string{
	"mainnet", "optimism", "bsc", "polygon", "energyweb", "moonriver", "base", "oasis_sapphire",
	"oasis_sapphire_testnet", "pontus-x-devnet", "sepolia", "optimism_sepolia",
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: bindings ARTIFACTS PACKAGE")
		os.Exit(2)
	}
	if err := errors.Join(writeBindings(os.Args[1], os.Args[2]), writeNetworks(os.Args[1], os.Args[2])); err != nil {
		fmt.Fprintln(os.Stderr, "bindings:", err)
		os.Exit(1)
	}
}

// writeBindings of each contract to a file of its own.
func writeBindings(artifacts, dir string) error {
	for _, b := range bound {
		text, err := os.ReadFile(filepath.Join(artifacts, "artifacts", "contracts", b.artifact))
		if err != nil {
			return err
		}
		abi, err := only(text, b.used)
		if err != nil {
			return fmt.Errorf("%s: %w", b.artifact, err)
		}
		code, err := abigen.BindV2([]string{b.name}, []string{abi}, []string{""}, filepath.Base(dir), nil, nil)
		if err != nil {
			return fmt.Errorf("%s: %w", b.artifact, err)
		}
		file := filepath.Join(dir, "zz_generated."+strings.ToLower(b.name)+".go")
		if err := os.WriteFile(file, []byte(code), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// only returns the ABI of an artifact without what is not used.
func only(artifact []byte, used []string) (string, error) {
	var contract struct{ ABI []json.RawMessage }
	if err := json.Unmarshal(artifact, &contract); err != nil {
		return "", err
	}
	var kept []json.RawMessage
	found := map[string]bool{}
	for _, entry := range contract.ABI {
		var named struct{ Name string }
		if err := json.Unmarshal(entry, &named); err != nil {
			return "", err
		}
		if slices.Contains(used, named.Name) {
			kept = append(kept, entry)
			found[named.Name] = true
		}
	}
	for _, name := range used {
		if !found[name] {
			return "", fmt.Errorf("it has no %s", name)
		}
	}
	abi, err := json.Marshal(kept)
	return string(abi), err
}

// network is an entry of networks.json; its fields are those of Ocean's address files, where "Staking", faucets and
// the like are left out.
type network struct {
	Name              string
	ChainID           uint64 `json:"chainId"`
	StartBlock        uint64 `json:"startBlock,omitempty"`
	Escrow            string `json:",omitempty"`
	EnterpriseEscrow  string `json:",omitempty"`
	ERC721Factory     string `json:",omitempty"`
	AccessListFactory string `json:",omitempty"`
	Router            string `json:",omitempty"`
	FixedPrice        string `json:",omitempty"`
	Dispenser         string `json:",omitempty"`
	Ocean             string `json:",omitempty"`
}

func writeNetworks(artifacts, dir string) error {
	text, err := os.ReadFile(filepath.Join(artifacts, "addresses", "address.json"))
	if err != nil {
		return err
	}
	var all map[string]network
	if err := json.Unmarshal(text, &all); err != nil {
		return fmt.Errorf("address.json: %w", err)
	}
	var list []network
	for _, name := range networks {
		n, ok := all[name]
		if !ok {
			return fmt.Errorf("address.json has no network %s any more", name)
		}
		n.Name = name
		list = append(list, n)
	}
	slices.SortFunc(list, func(a, b network) int { return int(a.ChainID) - int(b.ChainID) })
	data, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "networks.json"), append(data, '\n'), 0o644)
}
