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

// ERC721RolesAddressRoles is an auto generated low-level Go binding around an user-defined struct.
type ERC721RolesAddressRoles struct {
	Manager        bool
	DeployERC20    bool
	UpdateMetadata bool
	Store          bool
}

// ERC721TemplatemetaDataAndTokenURI is an auto generated low-level Go binding around an user-defined struct.
type ERC721TemplatemetaDataAndTokenURI struct {
	MetaDataState            uint8
	MetaDataDecryptorUrl     string
	MetaDataDecryptorAddress string
	Flags                    []byte
	Data                     []byte
	MetaDataHash             [32]byte
	TokenId                  *big.Int
	TokenURI                 string
	MetadataProofs           []ERC721TemplatemetaDataProof
}

// ERC721TemplatemetaDataProof is an auto generated low-level Go binding around an user-defined struct.
type ERC721TemplatemetaDataProof struct {
	ValidatorAddress common.Address
	V                uint8
	R                [32]byte
	S                [32]byte
}

// ERC721TemplateMetaData contains all meta data concerning the ERC721Template contract.
var ERC721TemplateMetaData = bind.MetaData{
	ABI: "[{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"createdBy\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"state\",\"type\":\"uint8\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"decryptorUrl\",\"type\":\"string\"},{\"indexed\":false,\"internalType\":\"bytes\",\"name\":\"flags\",\"type\":\"bytes\"},{\"indexed\":false,\"internalType\":\"bytes\",\"name\":\"data\",\"type\":\"bytes\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"metaDataHash\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"timestamp\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"blockNumber\",\"type\":\"uint256\"}],\"name\":\"MetadataCreated\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"updatedBy\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"state\",\"type\":\"uint8\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"timestamp\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"blockNumber\",\"type\":\"uint256\"}],\"name\":\"MetadataState\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"updatedBy\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"state\",\"type\":\"uint8\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"decryptorUrl\",\"type\":\"string\"},{\"indexed\":false,\"internalType\":\"bytes\",\"name\":\"flags\",\"type\":\"bytes\"},{\"indexed\":false,\"internalType\":\"bytes\",\"name\":\"data\",\"type\":\"bytes\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"metaDataHash\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"timestamp\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"blockNumber\",\"type\":\"uint256\"}],\"name\":\"MetadataUpdated\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"newTokenAddress\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"templateAddress\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"name\",\"type\":\"string\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"symbol\",\"type\":\"string\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"cap\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"}],\"name\":\"TokenCreated\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"updatedBy\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"tokenURI\",\"type\":\"string\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"tokenID\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"timestamp\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"blockNumber\",\"type\":\"uint256\"}],\"name\":\"TokenURIUpdate\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"from\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"to\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"uint256\",\"name\":\"tokenId\",\"type\":\"uint256\"}],\"name\":\"Transfer\",\"type\":\"event\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"_allowedAddress\",\"type\":\"address\"}],\"name\":\"addToMetadataList\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"}],\"name\":\"balanceOf\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"_templateIndex\",\"type\":\"uint256\"},{\"internalType\":\"string[]\",\"name\":\"strings\",\"type\":\"string[]\"},{\"internalType\":\"address[]\",\"name\":\"addresses\",\"type\":\"address[]\"},{\"internalType\":\"uint256[]\",\"name\":\"uints\",\"type\":\"uint256[]\"},{\"internalType\":\"bytes[]\",\"name\":\"bytess\",\"type\":\"bytes[]\"}],\"name\":\"createERC20\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"getId\",\"outputs\":[{\"internalType\":\"uint8\",\"name\":\"\",\"type\":\"uint8\"}],\"stateMutability\":\"pure\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"getMetaData\",\"outputs\":[{\"internalType\":\"string\",\"name\":\"\",\"type\":\"string\"},{\"internalType\":\"string\",\"name\":\"\",\"type\":\"string\"},{\"internalType\":\"uint8\",\"name\":\"\",\"type\":\"uint8\"},{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"user\",\"type\":\"address\"}],\"name\":\"getPermissions\",\"outputs\":[{\"components\":[{\"internalType\":\"bool\",\"name\":\"manager\",\"type\":\"bool\"},{\"internalType\":\"bool\",\"name\":\"deployERC20\",\"type\":\"bool\"},{\"internalType\":\"bool\",\"name\":\"updateMetadata\",\"type\":\"bool\"},{\"internalType\":\"bool\",\"name\":\"store\",\"type\":\"bool\"}],\"internalType\":\"structERC721RolesAddress.Roles\",\"name\":\"\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"getTokensList\",\"outputs\":[{\"internalType\":\"address[]\",\"name\":\"\",\"type\":\"address[]\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"datatoken\",\"type\":\"address\"}],\"name\":\"isDeployed\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"name\",\"outputs\":[{\"internalType\":\"string\",\"name\":\"\",\"type\":\"string\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"tokenId\",\"type\":\"uint256\"}],\"name\":\"ownerOf\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"_allowedAddress\",\"type\":\"address\"}],\"name\":\"removeFromMetadataList\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint8\",\"name\":\"_metaDataState\",\"type\":\"uint8\"},{\"internalType\":\"string\",\"name\":\"_metaDataDecryptorUrl\",\"type\":\"string\"},{\"internalType\":\"string\",\"name\":\"_metaDataDecryptorAddress\",\"type\":\"string\"},{\"internalType\":\"bytes\",\"name\":\"flags\",\"type\":\"bytes\"},{\"internalType\":\"bytes\",\"name\":\"data\",\"type\":\"bytes\"},{\"internalType\":\"bytes32\",\"name\":\"_metaDataHash\",\"type\":\"bytes32\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"validatorAddress\",\"type\":\"address\"},{\"internalType\":\"uint8\",\"name\":\"v\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"r\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"s\",\"type\":\"bytes32\"}],\"internalType\":\"structERC721Template.metaDataProof[]\",\"name\":\"_metadataProofs\",\"type\":\"tuple[]\"}],\"name\":\"setMetaData\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"uint8\",\"name\":\"metaDataState\",\"type\":\"uint8\"},{\"internalType\":\"string\",\"name\":\"metaDataDecryptorUrl\",\"type\":\"string\"},{\"internalType\":\"string\",\"name\":\"metaDataDecryptorAddress\",\"type\":\"string\"},{\"internalType\":\"bytes\",\"name\":\"flags\",\"type\":\"bytes\"},{\"internalType\":\"bytes\",\"name\":\"data\",\"type\":\"bytes\"},{\"internalType\":\"bytes32\",\"name\":\"metaDataHash\",\"type\":\"bytes32\"},{\"internalType\":\"uint256\",\"name\":\"tokenId\",\"type\":\"uint256\"},{\"internalType\":\"string\",\"name\":\"tokenURI\",\"type\":\"string\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"validatorAddress\",\"type\":\"address\"},{\"internalType\":\"uint8\",\"name\":\"v\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"r\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"s\",\"type\":\"bytes32\"}],\"internalType\":\"structERC721Template.metaDataProof[]\",\"name\":\"metadataProofs\",\"type\":\"tuple[]\"}],\"internalType\":\"structERC721Template.metaDataAndTokenURI\",\"name\":\"_metaDataAndTokenURI\",\"type\":\"tuple\"}],\"name\":\"setMetaDataAndTokenURI\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint8\",\"name\":\"_metaDataState\",\"type\":\"uint8\"}],\"name\":\"setMetaDataState\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"tokenId\",\"type\":\"uint256\"},{\"internalType\":\"string\",\"name\":\"tokenURI\",\"type\":\"string\"}],\"name\":\"setTokenURI\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"symbol\",\"outputs\":[{\"internalType\":\"string\",\"name\":\"\",\"type\":\"string\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"tokenId\",\"type\":\"uint256\"}],\"name\":\"tokenURI\",\"outputs\":[{\"internalType\":\"string\",\"name\":\"\",\"type\":\"string\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"from\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"to\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"tokenId\",\"type\":\"uint256\"}],\"name\":\"transferFrom\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"transferable\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "ERC721Template",
}

// ERC721Template is an auto generated Go binding around an Ethereum contract.
type ERC721Template struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *ERC721Template) GetABI() abi.ABI {
	return c.abi
}

// NewERC721Template creates a new instance of ERC721Template.
func NewERC721Template() *ERC721Template {
	parsed, err := ERC721TemplateMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &ERC721Template{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *ERC721Template) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackAddToMetadataList is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x10c558bf.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function addToMetadataList(address _allowedAddress) returns()
func (eRC721Template *ERC721Template) PackAddToMetadataList(allowedAddress common.Address) []byte {
	enc, err := eRC721Template.abi.Pack("addToMetadataList", allowedAddress)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAddToMetadataList is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x10c558bf.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function addToMetadataList(address _allowedAddress) returns()
func (eRC721Template *ERC721Template) TryPackAddToMetadataList(allowedAddress common.Address) ([]byte, error) {
	return eRC721Template.abi.Pack("addToMetadataList", allowedAddress)
}

// PackBalanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x70a08231.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function balanceOf(address owner) view returns(uint256)
func (eRC721Template *ERC721Template) PackBalanceOf(owner common.Address) []byte {
	enc, err := eRC721Template.abi.Pack("balanceOf", owner)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBalanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x70a08231.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function balanceOf(address owner) view returns(uint256)
func (eRC721Template *ERC721Template) TryPackBalanceOf(owner common.Address) ([]byte, error) {
	return eRC721Template.abi.Pack("balanceOf", owner)
}

// UnpackBalanceOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x70a08231.
//
// Solidity: function balanceOf(address owner) view returns(uint256)
func (eRC721Template *ERC721Template) UnpackBalanceOf(data []byte) (*big.Int, error) {
	out, err := eRC721Template.abi.Unpack("balanceOf", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackCreateERC20 is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe38d7cad.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function createERC20(uint256 _templateIndex, string[] strings, address[] addresses, uint256[] uints, bytes[] bytess) returns(address)
func (eRC721Template *ERC721Template) PackCreateERC20(templateIndex *big.Int, strings []string, addresses []common.Address, uints []*big.Int, bytess [][]byte) []byte {
	enc, err := eRC721Template.abi.Pack("createERC20", templateIndex, strings, addresses, uints, bytess)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCreateERC20 is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe38d7cad.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function createERC20(uint256 _templateIndex, string[] strings, address[] addresses, uint256[] uints, bytes[] bytess) returns(address)
func (eRC721Template *ERC721Template) TryPackCreateERC20(templateIndex *big.Int, strings []string, addresses []common.Address, uints []*big.Int, bytess [][]byte) ([]byte, error) {
	return eRC721Template.abi.Pack("createERC20", templateIndex, strings, addresses, uints, bytess)
}

// UnpackCreateERC20 is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xe38d7cad.
//
// Solidity: function createERC20(uint256 _templateIndex, string[] strings, address[] addresses, uint256[] uints, bytes[] bytess) returns(address)
func (eRC721Template *ERC721Template) UnpackCreateERC20(data []byte) (common.Address, error) {
	out, err := eRC721Template.abi.Unpack("createERC20", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackGetId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5d1ca631.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getId() pure returns(uint8)
func (eRC721Template *ERC721Template) PackGetId() []byte {
	enc, err := eRC721Template.abi.Pack("getId")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5d1ca631.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getId() pure returns(uint8)
func (eRC721Template *ERC721Template) TryPackGetId() ([]byte, error) {
	return eRC721Template.abi.Pack("getId")
}

// UnpackGetId is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x5d1ca631.
//
// Solidity: function getId() pure returns(uint8)
func (eRC721Template *ERC721Template) UnpackGetId(data []byte) (uint8, error) {
	out, err := eRC721Template.abi.Unpack("getId", data)
	if err != nil {
		return *new(uint8), err
	}
	out0 := *abi.ConvertType(out[0], new(uint8)).(*uint8)
	return out0, nil
}

// PackGetMetaData is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd2786ba4.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getMetaData() view returns(string, string, uint8, bool)
func (eRC721Template *ERC721Template) PackGetMetaData() []byte {
	enc, err := eRC721Template.abi.Pack("getMetaData")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetMetaData is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd2786ba4.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getMetaData() view returns(string, string, uint8, bool)
func (eRC721Template *ERC721Template) TryPackGetMetaData() ([]byte, error) {
	return eRC721Template.abi.Pack("getMetaData")
}

// GetMetaDataOutput serves as a container for the return parameters of contract
// method GetMetaData.
type GetMetaDataOutput struct {
	Arg0 string
	Arg1 string
	Arg2 uint8
	Arg3 bool
}

// UnpackGetMetaData is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xd2786ba4.
//
// Solidity: function getMetaData() view returns(string, string, uint8, bool)
func (eRC721Template *ERC721Template) UnpackGetMetaData(data []byte) (GetMetaDataOutput, error) {
	out, err := eRC721Template.abi.Unpack("getMetaData", data)
	outstruct := new(GetMetaDataOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Arg0 = *abi.ConvertType(out[0], new(string)).(*string)
	outstruct.Arg1 = *abi.ConvertType(out[1], new(string)).(*string)
	outstruct.Arg2 = *abi.ConvertType(out[2], new(uint8)).(*uint8)
	outstruct.Arg3 = *abi.ConvertType(out[3], new(bool)).(*bool)
	return *outstruct, nil
}

// PackGetPermissions is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x160a7925.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getPermissions(address user) view returns((bool,bool,bool,bool))
func (eRC721Template *ERC721Template) PackGetPermissions(user common.Address) []byte {
	enc, err := eRC721Template.abi.Pack("getPermissions", user)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetPermissions is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x160a7925.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getPermissions(address user) view returns((bool,bool,bool,bool))
func (eRC721Template *ERC721Template) TryPackGetPermissions(user common.Address) ([]byte, error) {
	return eRC721Template.abi.Pack("getPermissions", user)
}

// UnpackGetPermissions is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x160a7925.
//
// Solidity: function getPermissions(address user) view returns((bool,bool,bool,bool))
func (eRC721Template *ERC721Template) UnpackGetPermissions(data []byte) (ERC721RolesAddressRoles, error) {
	out, err := eRC721Template.abi.Unpack("getPermissions", data)
	if err != nil {
		return *new(ERC721RolesAddressRoles), err
	}
	out0 := *abi.ConvertType(out[0], new(ERC721RolesAddressRoles)).(*ERC721RolesAddressRoles)
	return out0, nil
}

// PackGetTokensList is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x466bca02.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getTokensList() view returns(address[])
func (eRC721Template *ERC721Template) PackGetTokensList() []byte {
	enc, err := eRC721Template.abi.Pack("getTokensList")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetTokensList is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x466bca02.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getTokensList() view returns(address[])
func (eRC721Template *ERC721Template) TryPackGetTokensList() ([]byte, error) {
	return eRC721Template.abi.Pack("getTokensList")
}

// UnpackGetTokensList is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x466bca02.
//
// Solidity: function getTokensList() view returns(address[])
func (eRC721Template *ERC721Template) UnpackGetTokensList(data []byte) ([]common.Address, error) {
	out, err := eRC721Template.abi.Unpack("getTokensList", data)
	if err != nil {
		return *new([]common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new([]common.Address)).(*[]common.Address)
	return out0, nil
}

// PackIsDeployed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x90184b02.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function isDeployed(address datatoken) view returns(bool)
func (eRC721Template *ERC721Template) PackIsDeployed(datatoken common.Address) []byte {
	enc, err := eRC721Template.abi.Pack("isDeployed", datatoken)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIsDeployed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x90184b02.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function isDeployed(address datatoken) view returns(bool)
func (eRC721Template *ERC721Template) TryPackIsDeployed(datatoken common.Address) ([]byte, error) {
	return eRC721Template.abi.Pack("isDeployed", datatoken)
}

// UnpackIsDeployed is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x90184b02.
//
// Solidity: function isDeployed(address datatoken) view returns(bool)
func (eRC721Template *ERC721Template) UnpackIsDeployed(data []byte) (bool, error) {
	out, err := eRC721Template.abi.Unpack("isDeployed", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackName is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x06fdde03.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function name() view returns(string)
func (eRC721Template *ERC721Template) PackName() []byte {
	enc, err := eRC721Template.abi.Pack("name")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackName is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x06fdde03.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function name() view returns(string)
func (eRC721Template *ERC721Template) TryPackName() ([]byte, error) {
	return eRC721Template.abi.Pack("name")
}

// UnpackName is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x06fdde03.
//
// Solidity: function name() view returns(string)
func (eRC721Template *ERC721Template) UnpackName(data []byte) (string, error) {
	out, err := eRC721Template.abi.Unpack("name", data)
	if err != nil {
		return *new(string), err
	}
	out0 := *abi.ConvertType(out[0], new(string)).(*string)
	return out0, nil
}

// PackOwnerOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6352211e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function ownerOf(uint256 tokenId) view returns(address)
func (eRC721Template *ERC721Template) PackOwnerOf(tokenId *big.Int) []byte {
	enc, err := eRC721Template.abi.Pack("ownerOf", tokenId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOwnerOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6352211e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function ownerOf(uint256 tokenId) view returns(address)
func (eRC721Template *ERC721Template) TryPackOwnerOf(tokenId *big.Int) ([]byte, error) {
	return eRC721Template.abi.Pack("ownerOf", tokenId)
}

// UnpackOwnerOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x6352211e.
//
// Solidity: function ownerOf(uint256 tokenId) view returns(address)
func (eRC721Template *ERC721Template) UnpackOwnerOf(data []byte) (common.Address, error) {
	out, err := eRC721Template.abi.Unpack("ownerOf", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackRemoveFromMetadataList is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x431053ac.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function removeFromMetadataList(address _allowedAddress) returns()
func (eRC721Template *ERC721Template) PackRemoveFromMetadataList(allowedAddress common.Address) []byte {
	enc, err := eRC721Template.abi.Pack("removeFromMetadataList", allowedAddress)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRemoveFromMetadataList is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x431053ac.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function removeFromMetadataList(address _allowedAddress) returns()
func (eRC721Template *ERC721Template) TryPackRemoveFromMetadataList(allowedAddress common.Address) ([]byte, error) {
	return eRC721Template.abi.Pack("removeFromMetadataList", allowedAddress)
}

// PackSetMetaData is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1aa3adf9.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setMetaData(uint8 _metaDataState, string _metaDataDecryptorUrl, string _metaDataDecryptorAddress, bytes flags, bytes data, bytes32 _metaDataHash, (address,uint8,bytes32,bytes32)[] _metadataProofs) returns()
func (eRC721Template *ERC721Template) PackSetMetaData(metaDataState uint8, metaDataDecryptorUrl string, metaDataDecryptorAddress string, flags []byte, data []byte, metaDataHash [32]byte, metadataProofs []ERC721TemplatemetaDataProof) []byte {
	enc, err := eRC721Template.abi.Pack("setMetaData", metaDataState, metaDataDecryptorUrl, metaDataDecryptorAddress, flags, data, metaDataHash, metadataProofs)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetMetaData is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1aa3adf9.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setMetaData(uint8 _metaDataState, string _metaDataDecryptorUrl, string _metaDataDecryptorAddress, bytes flags, bytes data, bytes32 _metaDataHash, (address,uint8,bytes32,bytes32)[] _metadataProofs) returns()
func (eRC721Template *ERC721Template) TryPackSetMetaData(metaDataState uint8, metaDataDecryptorUrl string, metaDataDecryptorAddress string, flags []byte, data []byte, metaDataHash [32]byte, metadataProofs []ERC721TemplatemetaDataProof) ([]byte, error) {
	return eRC721Template.abi.Pack("setMetaData", metaDataState, metaDataDecryptorUrl, metaDataDecryptorAddress, flags, data, metaDataHash, metadataProofs)
}

// PackSetMetaDataAndTokenURI is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x19a18a85.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setMetaDataAndTokenURI((uint8,string,string,bytes,bytes,bytes32,uint256,string,(address,uint8,bytes32,bytes32)[]) _metaDataAndTokenURI) returns()
func (eRC721Template *ERC721Template) PackSetMetaDataAndTokenURI(metaDataAndTokenURI ERC721TemplatemetaDataAndTokenURI) []byte {
	enc, err := eRC721Template.abi.Pack("setMetaDataAndTokenURI", metaDataAndTokenURI)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetMetaDataAndTokenURI is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x19a18a85.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setMetaDataAndTokenURI((uint8,string,string,bytes,bytes,bytes32,uint256,string,(address,uint8,bytes32,bytes32)[]) _metaDataAndTokenURI) returns()
func (eRC721Template *ERC721Template) TryPackSetMetaDataAndTokenURI(metaDataAndTokenURI ERC721TemplatemetaDataAndTokenURI) ([]byte, error) {
	return eRC721Template.abi.Pack("setMetaDataAndTokenURI", metaDataAndTokenURI)
}

// PackSetMetaDataState is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x467c97f5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setMetaDataState(uint8 _metaDataState) returns()
func (eRC721Template *ERC721Template) PackSetMetaDataState(metaDataState uint8) []byte {
	enc, err := eRC721Template.abi.Pack("setMetaDataState", metaDataState)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetMetaDataState is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x467c97f5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setMetaDataState(uint8 _metaDataState) returns()
func (eRC721Template *ERC721Template) TryPackSetMetaDataState(metaDataState uint8) ([]byte, error) {
	return eRC721Template.abi.Pack("setMetaDataState", metaDataState)
}

// PackSetTokenURI is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x162094c4.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setTokenURI(uint256 tokenId, string tokenURI) returns()
func (eRC721Template *ERC721Template) PackSetTokenURI(tokenId *big.Int, tokenURI string) []byte {
	enc, err := eRC721Template.abi.Pack("setTokenURI", tokenId, tokenURI)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetTokenURI is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x162094c4.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setTokenURI(uint256 tokenId, string tokenURI) returns()
func (eRC721Template *ERC721Template) TryPackSetTokenURI(tokenId *big.Int, tokenURI string) ([]byte, error) {
	return eRC721Template.abi.Pack("setTokenURI", tokenId, tokenURI)
}

// PackSymbol is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x95d89b41.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function symbol() view returns(string)
func (eRC721Template *ERC721Template) PackSymbol() []byte {
	enc, err := eRC721Template.abi.Pack("symbol")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSymbol is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x95d89b41.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function symbol() view returns(string)
func (eRC721Template *ERC721Template) TryPackSymbol() ([]byte, error) {
	return eRC721Template.abi.Pack("symbol")
}

// UnpackSymbol is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x95d89b41.
//
// Solidity: function symbol() view returns(string)
func (eRC721Template *ERC721Template) UnpackSymbol(data []byte) (string, error) {
	out, err := eRC721Template.abi.Unpack("symbol", data)
	if err != nil {
		return *new(string), err
	}
	out0 := *abi.ConvertType(out[0], new(string)).(*string)
	return out0, nil
}

// PackTokenURI is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc87b56dd.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function tokenURI(uint256 tokenId) view returns(string)
func (eRC721Template *ERC721Template) PackTokenURI(tokenId *big.Int) []byte {
	enc, err := eRC721Template.abi.Pack("tokenURI", tokenId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackTokenURI is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc87b56dd.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function tokenURI(uint256 tokenId) view returns(string)
func (eRC721Template *ERC721Template) TryPackTokenURI(tokenId *big.Int) ([]byte, error) {
	return eRC721Template.abi.Pack("tokenURI", tokenId)
}

// UnpackTokenURI is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xc87b56dd.
//
// Solidity: function tokenURI(uint256 tokenId) view returns(string)
func (eRC721Template *ERC721Template) UnpackTokenURI(data []byte) (string, error) {
	out, err := eRC721Template.abi.Unpack("tokenURI", data)
	if err != nil {
		return *new(string), err
	}
	out0 := *abi.ConvertType(out[0], new(string)).(*string)
	return out0, nil
}

// PackTransferFrom is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x23b872dd.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function transferFrom(address from, address to, uint256 tokenId) returns()
func (eRC721Template *ERC721Template) PackTransferFrom(from common.Address, to common.Address, tokenId *big.Int) []byte {
	enc, err := eRC721Template.abi.Pack("transferFrom", from, to, tokenId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackTransferFrom is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x23b872dd.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function transferFrom(address from, address to, uint256 tokenId) returns()
func (eRC721Template *ERC721Template) TryPackTransferFrom(from common.Address, to common.Address, tokenId *big.Int) ([]byte, error) {
	return eRC721Template.abi.Pack("transferFrom", from, to, tokenId)
}

// PackTransferable is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x92ff0d31.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function transferable() view returns(bool)
func (eRC721Template *ERC721Template) PackTransferable() []byte {
	enc, err := eRC721Template.abi.Pack("transferable")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackTransferable is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x92ff0d31.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function transferable() view returns(bool)
func (eRC721Template *ERC721Template) TryPackTransferable() ([]byte, error) {
	return eRC721Template.abi.Pack("transferable")
}

// UnpackTransferable is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x92ff0d31.
//
// Solidity: function transferable() view returns(bool)
func (eRC721Template *ERC721Template) UnpackTransferable(data []byte) (bool, error) {
	out, err := eRC721Template.abi.Unpack("transferable", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// ERC721TemplateMetadataCreated represents a MetadataCreated event raised by the ERC721Template contract.
type ERC721TemplateMetadataCreated struct {
	CreatedBy    common.Address
	State        uint8
	DecryptorUrl string
	Flags        []byte
	Data         []byte
	MetaDataHash [32]byte
	Timestamp    *big.Int
	BlockNumber  *big.Int
	Raw          *types.Log // Blockchain specific contextual infos
}

const ERC721TemplateMetadataCreatedEventName = "MetadataCreated"

// ContractEventName returns the user-defined event name.
func (ERC721TemplateMetadataCreated) ContractEventName() string {
	return ERC721TemplateMetadataCreatedEventName
}

// UnpackMetadataCreatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event MetadataCreated(address indexed createdBy, uint8 state, string decryptorUrl, bytes flags, bytes data, bytes32 metaDataHash, uint256 timestamp, uint256 blockNumber)
func (eRC721Template *ERC721Template) UnpackMetadataCreatedEvent(log *types.Log) (*ERC721TemplateMetadataCreated, error) {
	event := "MetadataCreated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != eRC721Template.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ERC721TemplateMetadataCreated)
	if len(log.Data) > 0 {
		if err := eRC721Template.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range eRC721Template.abi.Events[event].Inputs {
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

// ERC721TemplateMetadataState represents a MetadataState event raised by the ERC721Template contract.
type ERC721TemplateMetadataState struct {
	UpdatedBy   common.Address
	State       uint8
	Timestamp   *big.Int
	BlockNumber *big.Int
	Raw         *types.Log // Blockchain specific contextual infos
}

const ERC721TemplateMetadataStateEventName = "MetadataState"

// ContractEventName returns the user-defined event name.
func (ERC721TemplateMetadataState) ContractEventName() string {
	return ERC721TemplateMetadataStateEventName
}

// UnpackMetadataStateEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event MetadataState(address indexed updatedBy, uint8 state, uint256 timestamp, uint256 blockNumber)
func (eRC721Template *ERC721Template) UnpackMetadataStateEvent(log *types.Log) (*ERC721TemplateMetadataState, error) {
	event := "MetadataState"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != eRC721Template.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ERC721TemplateMetadataState)
	if len(log.Data) > 0 {
		if err := eRC721Template.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range eRC721Template.abi.Events[event].Inputs {
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

// ERC721TemplateMetadataUpdated represents a MetadataUpdated event raised by the ERC721Template contract.
type ERC721TemplateMetadataUpdated struct {
	UpdatedBy    common.Address
	State        uint8
	DecryptorUrl string
	Flags        []byte
	Data         []byte
	MetaDataHash [32]byte
	Timestamp    *big.Int
	BlockNumber  *big.Int
	Raw          *types.Log // Blockchain specific contextual infos
}

const ERC721TemplateMetadataUpdatedEventName = "MetadataUpdated"

// ContractEventName returns the user-defined event name.
func (ERC721TemplateMetadataUpdated) ContractEventName() string {
	return ERC721TemplateMetadataUpdatedEventName
}

// UnpackMetadataUpdatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event MetadataUpdated(address indexed updatedBy, uint8 state, string decryptorUrl, bytes flags, bytes data, bytes32 metaDataHash, uint256 timestamp, uint256 blockNumber)
func (eRC721Template *ERC721Template) UnpackMetadataUpdatedEvent(log *types.Log) (*ERC721TemplateMetadataUpdated, error) {
	event := "MetadataUpdated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != eRC721Template.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ERC721TemplateMetadataUpdated)
	if len(log.Data) > 0 {
		if err := eRC721Template.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range eRC721Template.abi.Events[event].Inputs {
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

// ERC721TemplateTokenCreated represents a TokenCreated event raised by the ERC721Template contract.
type ERC721TemplateTokenCreated struct {
	NewTokenAddress common.Address
	TemplateAddress common.Address
	Name            string
	Symbol          string
	Cap             *big.Int
	Creator         common.Address
	Raw             *types.Log // Blockchain specific contextual infos
}

const ERC721TemplateTokenCreatedEventName = "TokenCreated"

// ContractEventName returns the user-defined event name.
func (ERC721TemplateTokenCreated) ContractEventName() string {
	return ERC721TemplateTokenCreatedEventName
}

// UnpackTokenCreatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event TokenCreated(address indexed newTokenAddress, address indexed templateAddress, string name, string symbol, uint256 cap, address creator)
func (eRC721Template *ERC721Template) UnpackTokenCreatedEvent(log *types.Log) (*ERC721TemplateTokenCreated, error) {
	event := "TokenCreated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != eRC721Template.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ERC721TemplateTokenCreated)
	if len(log.Data) > 0 {
		if err := eRC721Template.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range eRC721Template.abi.Events[event].Inputs {
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

// ERC721TemplateTokenURIUpdate represents a TokenURIUpdate event raised by the ERC721Template contract.
type ERC721TemplateTokenURIUpdate struct {
	UpdatedBy   common.Address
	TokenURI    string
	TokenID     *big.Int
	Timestamp   *big.Int
	BlockNumber *big.Int
	Raw         *types.Log // Blockchain specific contextual infos
}

const ERC721TemplateTokenURIUpdateEventName = "TokenURIUpdate"

// ContractEventName returns the user-defined event name.
func (ERC721TemplateTokenURIUpdate) ContractEventName() string {
	return ERC721TemplateTokenURIUpdateEventName
}

// UnpackTokenURIUpdateEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event TokenURIUpdate(address indexed updatedBy, string tokenURI, uint256 tokenID, uint256 timestamp, uint256 blockNumber)
func (eRC721Template *ERC721Template) UnpackTokenURIUpdateEvent(log *types.Log) (*ERC721TemplateTokenURIUpdate, error) {
	event := "TokenURIUpdate"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != eRC721Template.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ERC721TemplateTokenURIUpdate)
	if len(log.Data) > 0 {
		if err := eRC721Template.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range eRC721Template.abi.Events[event].Inputs {
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

// ERC721TemplateTransfer represents a Transfer event raised by the ERC721Template contract.
type ERC721TemplateTransfer struct {
	From    common.Address
	To      common.Address
	TokenId *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const ERC721TemplateTransferEventName = "Transfer"

// ContractEventName returns the user-defined event name.
func (ERC721TemplateTransfer) ContractEventName() string {
	return ERC721TemplateTransferEventName
}

// UnpackTransferEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Transfer(address indexed from, address indexed to, uint256 indexed tokenId)
func (eRC721Template *ERC721Template) UnpackTransferEvent(log *types.Log) (*ERC721TemplateTransfer, error) {
	event := "Transfer"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != eRC721Template.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ERC721TemplateTransfer)
	if len(log.Data) > 0 {
		if err := eRC721Template.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range eRC721Template.abi.Events[event].Inputs {
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
