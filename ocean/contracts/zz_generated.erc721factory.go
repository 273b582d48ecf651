// Code generated via abigen V2 - DO NOT EDIT.
// This file is a generated binding and any manual changes will be lost.

package contracts

import (
	"bytes"
	"errors"
	"math/big"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// Reference imports to suppress errors if they are not otherwise used.
var (
	_ = bytes.Equal
	_ = errors.New
	_ = big.NewInt
	_ = common.Big1
	_ = types.BloomLookup
	_ = abi.ConvertType
)

// IFactoryDispenserData is an auto generated low-level Go binding around an user-defined struct.
type IFactoryDispenserData struct {
	DispenserAddress common.Address
	MaxTokens        *big.Int
	MaxBalance       *big.Int
	WithMint         bool
	AllowedSwapper   common.Address
}

// IFactoryErcCreateData is an auto generated low-level Go binding around an user-defined struct.
type IFactoryErcCreateData struct {
	TemplateIndex *big.Int
	Strings       []string
	Addresses     []common.Address
	Uints         []*big.Int
	Bytess        [][]byte
}

// IFactoryFixedData is an auto generated low-level Go binding around an user-defined struct.
type IFactoryFixedData struct {
	FixedPriceAddress common.Address
	Addresses         []common.Address
	Uints             []*big.Int
}

// IFactoryNftCreateData is an auto generated low-level Go binding around an user-defined struct.
type IFactoryNftCreateData struct {
	Name          string
	Symbol        string
	TemplateIndex *big.Int
	TokenURI      string
	Transferable  bool
	Owner         common.Address
}

// ERC721FactoryMetaData contains all meta data concerning the ERC721Factory contract.
var ERC721FactoryMetaData = bind.MetaData{
	ABI: "[{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"newTokenAddress\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"templateAddress\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"tokenName\",\"type\":\"string\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"admin\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"symbol\",\"type\":\"string\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"tokenURI\",\"type\":\"string\"},{\"indexed\":false,\"internalType\":\"bool\",\"name\":\"transferable\",\"type\":\"bool\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"}],\"name\":\"NFTCreated\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"newTokenAddress\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"templateAddress\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"name\",\"type\":\"string\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"symbol\",\"type\":\"string\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"cap\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"}],\"name\":\"TokenCreated\",\"type\":\"event\"},{\"inputs\":[{\"components\":[{\"internalType\":\"string\",\"name\":\"name\",\"type\":\"string\"},{\"internalType\":\"string\",\"name\":\"symbol\",\"type\":\"string\"},{\"internalType\":\"uint256\",\"name\":\"templateIndex\",\"type\":\"uint256\"},{\"internalType\":\"string\",\"name\":\"tokenURI\",\"type\":\"string\"},{\"internalType\":\"bool\",\"name\":\"transferable\",\"type\":\"bool\"},{\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"}],\"internalType\":\"structIFactory.NftCreateData\",\"name\":\"_NftCreateData\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"uint256\",\"name\":\"templateIndex\",\"type\":\"uint256\"},{\"internalType\":\"string[]\",\"name\":\"strings\",\"type\":\"string[]\"},{\"internalType\":\"address[]\",\"name\":\"addresses\",\"type\":\"address[]\"},{\"internalType\":\"uint256[]\",\"name\":\"uints\",\"type\":\"uint256[]\"},{\"internalType\":\"bytes[]\",\"name\":\"bytess\",\"type\":\"bytes[]\"}],\"internalType\":\"structIFactory.ErcCreateData\",\"name\":\"_ErcCreateData\",\"type\":\"tuple\"}],\"name\":\"createNftWithErc20\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"erc721Address\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"erc20Address\",\"type\":\"address\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"string\",\"name\":\"name\",\"type\":\"string\"},{\"internalType\":\"string\",\"name\":\"symbol\",\"type\":\"string\"},{\"internalType\":\"uint256\",\"name\":\"templateIndex\",\"type\":\"uint256\"},{\"internalType\":\"string\",\"name\":\"tokenURI\",\"type\":\"string\"},{\"internalType\":\"bool\",\"name\":\"transferable\",\"type\":\"bool\"},{\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"}],\"internalType\":\"structIFactory.NftCreateData\",\"name\":\"_NftCreateData\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"uint256\",\"name\":\"templateIndex\",\"type\":\"uint256\"},{\"internalType\":\"string[]\",\"name\":\"strings\",\"type\":\"string[]\"},{\"internalType\":\"address[]\",\"name\":\"addresses\",\"type\":\"address[]\"},{\"internalType\":\"uint256[]\",\"name\":\"uints\",\"type\":\"uint256[]\"},{\"internalType\":\"bytes[]\",\"name\":\"bytess\",\"type\":\"bytes[]\"}],\"internalType\":\"structIFactory.ErcCreateData\",\"name\":\"_ErcCreateData\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"dispenserAddress\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"maxTokens\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"maxBalance\",\"type\":\"uint256\"},{\"internalType\":\"bool\",\"name\":\"withMint\",\"type\":\"bool\"},{\"internalType\":\"address\",\"name\":\"allowedSwapper\",\"type\":\"address\"}],\"internalType\":\"structIFactory.DispenserData\",\"name\":\"_DispenserData\",\"type\":\"tuple\"}],\"name\":\"createNftWithErc20WithDispenser\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"erc721Address\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"erc20Address\",\"type\":\"address\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"string\",\"name\":\"name\",\"type\":\"string\"},{\"internalType\":\"string\",\"name\":\"symbol\",\"type\":\"string\"},{\"internalType\":\"uint256\",\"name\":\"templateIndex\",\"type\":\"uint256\"},{\"internalType\":\"string\",\"name\":\"tokenURI\",\"type\":\"string\"},{\"internalType\":\"bool\",\"name\":\"transferable\",\"type\":\"bool\"},{\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"}],\"internalType\":\"structIFactory.NftCreateData\",\"name\":\"_NftCreateData\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"uint256\",\"name\":\"templateIndex\",\"type\":\"uint256\"},{\"internalType\":\"string[]\",\"name\":\"strings\",\"type\":\"string[]\"},{\"internalType\":\"address[]\",\"name\":\"addresses\",\"type\":\"address[]\"},{\"internalType\":\"uint256[]\",\"name\":\"uints\",\"type\":\"uint256[]\"},{\"internalType\":\"bytes[]\",\"name\":\"bytess\",\"type\":\"bytes[]\"}],\"internalType\":\"structIFactory.ErcCreateData\",\"name\":\"_ErcCreateData\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"fixedPriceAddress\",\"type\":\"address\"},{\"internalType\":\"address[]\",\"name\":\"addresses\",\"type\":\"address[]\"},{\"internalType\":\"uint256[]\",\"name\":\"uints\",\"type\":\"uint256[]\"}],\"internalType\":\"structIFactory.FixedData\",\"name\":\"_FixedData\",\"type\":\"tuple\"}],\"name\":\"createNftWithErc20WithFixedRate\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"erc721Address\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"erc20Address\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"exchangeId\",\"type\":\"bytes32\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"string\",\"name\":\"name\",\"type\":\"string\"},{\"internalType\":\"string\",\"name\":\"symbol\",\"type\":\"string\"},{\"internalType\":\"uint256\",\"name\":\"_templateIndex\",\"type\":\"uint256\"},{\"internalType\":\"address\",\"name\":\"additionalERC20Deployer\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"additionalMetaDataUpdater\",\"type\":\"address\"},{\"internalType\":\"string\",\"name\":\"tokenURI\",\"type\":\"string\"},{\"internalType\":\"bool\",\"name\":\"transferable\",\"type\":\"bool\"},{\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"}],\"name\":\"deployERC721Contract\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"name\":\"erc20List\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"name\":\"erc721List\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "ERC721Factory",
}

// ERC721Factory is an auto generated Go binding around an Ethereum contract.
type ERC721Factory struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *ERC721Factory) GetABI() abi.ABI {
	return c.abi
}

// NewERC721Factory creates a new instance of ERC721Factory.
func NewERC721Factory() *ERC721Factory {
	parsed, err := ERC721FactoryMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &ERC721Factory{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *ERC721Factory) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackCreateNftWithErc20 is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf86b2bcf.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function createNftWithErc20((string,string,uint256,string,bool,address) _NftCreateData, (uint256,string[],address[],uint256[],bytes[]) _ErcCreateData) returns(address erc721Address, address erc20Address)
func (eRC721Factory *ERC721Factory) PackCreateNftWithErc20(nftCreateData IFactoryNftCreateData, ercCreateData IFactoryErcCreateData) []byte {
	enc, err := eRC721Factory.abi.Pack("createNftWithErc20", nftCreateData, ercCreateData)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCreateNftWithErc20 is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf86b2bcf.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function createNftWithErc20((string,string,uint256,string,bool,address) _NftCreateData, (uint256,string[],address[],uint256[],bytes[]) _ErcCreateData) returns(address erc721Address, address erc20Address)
func (eRC721Factory *ERC721Factory) TryPackCreateNftWithErc20(nftCreateData IFactoryNftCreateData, ercCreateData IFactoryErcCreateData) ([]byte, error) {
	return eRC721Factory.abi.Pack("createNftWithErc20", nftCreateData, ercCreateData)
}

// CreateNftWithErc20Output serves as a container for the return parameters of contract
// method CreateNftWithErc20.
type CreateNftWithErc20Output struct {
	Erc721Address common.Address
	Erc20Address  common.Address
}

// UnpackCreateNftWithErc20 is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xf86b2bcf.
//
// Solidity: function createNftWithErc20((string,string,uint256,string,bool,address) _NftCreateData, (uint256,string[],address[],uint256[],bytes[]) _ErcCreateData) returns(address erc721Address, address erc20Address)
func (eRC721Factory *ERC721Factory) UnpackCreateNftWithErc20(data []byte) (CreateNftWithErc20Output, error) {
	out, err := eRC721Factory.abi.Unpack("createNftWithErc20", data)
	outstruct := new(CreateNftWithErc20Output)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Erc721Address = *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	outstruct.Erc20Address = *abi.ConvertType(out[1], new(common.Address)).(*common.Address)
	return *outstruct, nil
}

// PackCreateNftWithErc20WithDispenser is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xaa897ddc.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function createNftWithErc20WithDispenser((string,string,uint256,string,bool,address) _NftCreateData, (uint256,string[],address[],uint256[],bytes[]) _ErcCreateData, (address,uint256,uint256,bool,address) _DispenserData) returns(address erc721Address, address erc20Address)
func (eRC721Factory *ERC721Factory) PackCreateNftWithErc20WithDispenser(nftCreateData IFactoryNftCreateData, ercCreateData IFactoryErcCreateData, dispenserData IFactoryDispenserData) []byte {
	enc, err := eRC721Factory.abi.Pack("createNftWithErc20WithDispenser", nftCreateData, ercCreateData, dispenserData)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCreateNftWithErc20WithDispenser is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xaa897ddc.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function createNftWithErc20WithDispenser((string,string,uint256,string,bool,address) _NftCreateData, (uint256,string[],address[],uint256[],bytes[]) _ErcCreateData, (address,uint256,uint256,bool,address) _DispenserData) returns(address erc721Address, address erc20Address)
func (eRC721Factory *ERC721Factory) TryPackCreateNftWithErc20WithDispenser(nftCreateData IFactoryNftCreateData, ercCreateData IFactoryErcCreateData, dispenserData IFactoryDispenserData) ([]byte, error) {
	return eRC721Factory.abi.Pack("createNftWithErc20WithDispenser", nftCreateData, ercCreateData, dispenserData)
}

// CreateNftWithErc20WithDispenserOutput serves as a container for the return parameters of contract
// method CreateNftWithErc20WithDispenser.
type CreateNftWithErc20WithDispenserOutput struct {
	Erc721Address common.Address
	Erc20Address  common.Address
}

// UnpackCreateNftWithErc20WithDispenser is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xaa897ddc.
//
// Solidity: function createNftWithErc20WithDispenser((string,string,uint256,string,bool,address) _NftCreateData, (uint256,string[],address[],uint256[],bytes[]) _ErcCreateData, (address,uint256,uint256,bool,address) _DispenserData) returns(address erc721Address, address erc20Address)
func (eRC721Factory *ERC721Factory) UnpackCreateNftWithErc20WithDispenser(data []byte) (CreateNftWithErc20WithDispenserOutput, error) {
	out, err := eRC721Factory.abi.Unpack("createNftWithErc20WithDispenser", data)
	outstruct := new(CreateNftWithErc20WithDispenserOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Erc721Address = *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	outstruct.Erc20Address = *abi.ConvertType(out[1], new(common.Address)).(*common.Address)
	return *outstruct, nil
}

// PackCreateNftWithErc20WithFixedRate is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd282aa86.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function createNftWithErc20WithFixedRate((string,string,uint256,string,bool,address) _NftCreateData, (uint256,string[],address[],uint256[],bytes[]) _ErcCreateData, (address,address[],uint256[]) _FixedData) returns(address erc721Address, address erc20Address, bytes32 exchangeId)
func (eRC721Factory *ERC721Factory) PackCreateNftWithErc20WithFixedRate(nftCreateData IFactoryNftCreateData, ercCreateData IFactoryErcCreateData, fixedData IFactoryFixedData) []byte {
	enc, err := eRC721Factory.abi.Pack("createNftWithErc20WithFixedRate", nftCreateData, ercCreateData, fixedData)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCreateNftWithErc20WithFixedRate is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd282aa86.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function createNftWithErc20WithFixedRate((string,string,uint256,string,bool,address) _NftCreateData, (uint256,string[],address[],uint256[],bytes[]) _ErcCreateData, (address,address[],uint256[]) _FixedData) returns(address erc721Address, address erc20Address, bytes32 exchangeId)
func (eRC721Factory *ERC721Factory) TryPackCreateNftWithErc20WithFixedRate(nftCreateData IFactoryNftCreateData, ercCreateData IFactoryErcCreateData, fixedData IFactoryFixedData) ([]byte, error) {
	return eRC721Factory.abi.Pack("createNftWithErc20WithFixedRate", nftCreateData, ercCreateData, fixedData)
}

// CreateNftWithErc20WithFixedRateOutput serves as a container for the return parameters of contract
// method CreateNftWithErc20WithFixedRate.
type CreateNftWithErc20WithFixedRateOutput struct {
	Erc721Address common.Address
	Erc20Address  common.Address
	ExchangeId    [32]byte
}

// UnpackCreateNftWithErc20WithFixedRate is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xd282aa86.
//
// Solidity: function createNftWithErc20WithFixedRate((string,string,uint256,string,bool,address) _NftCreateData, (uint256,string[],address[],uint256[],bytes[]) _ErcCreateData, (address,address[],uint256[]) _FixedData) returns(address erc721Address, address erc20Address, bytes32 exchangeId)
func (eRC721Factory *ERC721Factory) UnpackCreateNftWithErc20WithFixedRate(data []byte) (CreateNftWithErc20WithFixedRateOutput, error) {
	out, err := eRC721Factory.abi.Unpack("createNftWithErc20WithFixedRate", data)
	outstruct := new(CreateNftWithErc20WithFixedRateOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Erc721Address = *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	outstruct.Erc20Address = *abi.ConvertType(out[1], new(common.Address)).(*common.Address)
	outstruct.ExchangeId = *abi.ConvertType(out[2], new([32]byte)).(*[32]byte)
	return *outstruct, nil
}

// PackDeployERC721Contract is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3147c798.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function deployERC721Contract(string name, string symbol, uint256 _templateIndex, address additionalERC20Deployer, address additionalMetaDataUpdater, string tokenURI, bool transferable, address owner) returns(address token)
func (eRC721Factory *ERC721Factory) PackDeployERC721Contract(name string, symbol string, templateIndex *big.Int, additionalERC20Deployer common.Address, additionalMetaDataUpdater common.Address, tokenURI string, transferable bool, owner common.Address) []byte {
	enc, err := eRC721Factory.abi.Pack("deployERC721Contract", name, symbol, templateIndex, additionalERC20Deployer, additionalMetaDataUpdater, tokenURI, transferable, owner)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDeployERC721Contract is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3147c798.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function deployERC721Contract(string name, string symbol, uint256 _templateIndex, address additionalERC20Deployer, address additionalMetaDataUpdater, string tokenURI, bool transferable, address owner) returns(address token)
func (eRC721Factory *ERC721Factory) TryPackDeployERC721Contract(name string, symbol string, templateIndex *big.Int, additionalERC20Deployer common.Address, additionalMetaDataUpdater common.Address, tokenURI string, transferable bool, owner common.Address) ([]byte, error) {
	return eRC721Factory.abi.Pack("deployERC721Contract", name, symbol, templateIndex, additionalERC20Deployer, additionalMetaDataUpdater, tokenURI, transferable, owner)
}

// UnpackDeployERC721Contract is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x3147c798.
//
// Solidity: function deployERC721Contract(string name, string symbol, uint256 _templateIndex, address additionalERC20Deployer, address additionalMetaDataUpdater, string tokenURI, bool transferable, address owner) returns(address token)
func (eRC721Factory *ERC721Factory) UnpackDeployERC721Contract(data []byte) (common.Address, error) {
	out, err := eRC721Factory.abi.Unpack("deployERC721Contract", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackErc20List is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x226e7615.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function erc20List(address ) view returns(bool)
func (eRC721Factory *ERC721Factory) PackErc20List(arg0 common.Address) []byte {
	enc, err := eRC721Factory.abi.Pack("erc20List", arg0)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackErc20List is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x226e7615.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function erc20List(address ) view returns(bool)
func (eRC721Factory *ERC721Factory) TryPackErc20List(arg0 common.Address) ([]byte, error) {
	return eRC721Factory.abi.Pack("erc20List", arg0)
}

// UnpackErc20List is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x226e7615.
//
// Solidity: function erc20List(address ) view returns(bool)
func (eRC721Factory *ERC721Factory) UnpackErc20List(data []byte) (bool, error) {
	out, err := eRC721Factory.abi.Unpack("erc20List", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackErc721List is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x72f670f0.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function erc721List(address ) view returns(address)
func (eRC721Factory *ERC721Factory) PackErc721List(arg0 common.Address) []byte {
	enc, err := eRC721Factory.abi.Pack("erc721List", arg0)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackErc721List is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x72f670f0.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function erc721List(address ) view returns(address)
func (eRC721Factory *ERC721Factory) TryPackErc721List(arg0 common.Address) ([]byte, error) {
	return eRC721Factory.abi.Pack("erc721List", arg0)
}

// UnpackErc721List is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x72f670f0.
//
// Solidity: function erc721List(address ) view returns(address)
func (eRC721Factory *ERC721Factory) UnpackErc721List(data []byte) (common.Address, error) {
	out, err := eRC721Factory.abi.Unpack("erc721List", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// ERC721FactoryNFTCreated represents a NFTCreated event raised by the ERC721Factory contract.
type ERC721FactoryNFTCreated struct {
	NewTokenAddress common.Address
	TemplateAddress common.Address
	TokenName       string
	Admin           common.Address
	Symbol          string
	TokenURI        string
	Transferable    bool
	Creator         common.Address
	Raw             *types.Log // Blockchain specific contextual infos
}

const ERC721FactoryNFTCreatedEventName = "NFTCreated"

// ContractEventName returns the user-defined event name.
func (ERC721FactoryNFTCreated) ContractEventName() string {
	return ERC721FactoryNFTCreatedEventName
}

// UnpackNFTCreatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event NFTCreated(address newTokenAddress, address indexed templateAddress, string tokenName, address indexed admin, string symbol, string tokenURI, bool transferable, address indexed creator)
func (eRC721Factory *ERC721Factory) UnpackNFTCreatedEvent(log *types.Log) (*ERC721FactoryNFTCreated, error) {
	event := "NFTCreated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != eRC721Factory.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ERC721FactoryNFTCreated)
	if len(log.Data) > 0 {
		if err := eRC721Factory.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range eRC721Factory.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// ERC721FactoryTokenCreated represents a TokenCreated event raised by the ERC721Factory contract.
type ERC721FactoryTokenCreated struct {
	NewTokenAddress common.Address
	TemplateAddress common.Address
	Name            string
	Symbol          string
	Cap             *big.Int
	Creator         common.Address
	Raw             *types.Log // Blockchain specific contextual infos
}

const ERC721FactoryTokenCreatedEventName = "TokenCreated"

// ContractEventName returns the user-defined event name.
func (ERC721FactoryTokenCreated) ContractEventName() string {
	return ERC721FactoryTokenCreatedEventName
}

// UnpackTokenCreatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event TokenCreated(address indexed newTokenAddress, address indexed templateAddress, string name, string symbol, uint256 cap, address creator)
func (eRC721Factory *ERC721Factory) UnpackTokenCreatedEvent(log *types.Log) (*ERC721FactoryTokenCreated, error) {
	event := "TokenCreated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != eRC721Factory.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ERC721FactoryTokenCreated)
	if len(log.Data) > 0 {
		if err := eRC721Factory.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range eRC721Factory.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}
