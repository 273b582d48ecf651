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

// AccessListMetaData contains all meta data concerning the AccessList contract.
var AccessListMetaData = bind.MetaData{
	ABI: "[{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"wallet\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"tokenId\",\"type\":\"uint256\"}],\"name\":\"AddressAdded\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"tokenId\",\"type\":\"uint256\"}],\"name\":\"AddressRemoved\",\"type\":\"event\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"}],\"name\":\"balanceOf\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address[]\",\"name\":\"user\",\"type\":\"address[]\"},{\"internalType\":\"string[]\",\"name\":\"_tokenURI\",\"type\":\"string[]\"}],\"name\":\"batchMint\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"tokenId\",\"type\":\"uint256\"}],\"name\":\"burn\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"user\",\"type\":\"address\"},{\"internalType\":\"string\",\"name\":\"_tokenURI\",\"type\":\"string\"}],\"name\":\"mint\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"owner\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"tokenId\",\"type\":\"uint256\"}],\"name\":\"ownerOf\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "AccessList",
}

// AccessList is an auto generated Go binding around an Ethereum contract.
type AccessList struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *AccessList) GetABI() abi.ABI {
	return c.abi
}

// NewAccessList creates a new instance of AccessList.
func NewAccessList() *AccessList {
	parsed, err := AccessListMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &AccessList{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *AccessList) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackBalanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x70a08231.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function balanceOf(address owner) view returns(uint256)
func (accessList *AccessList) PackBalanceOf(owner common.Address) []byte {
	enc, err := accessList.abi.Pack("balanceOf", owner)
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
func (accessList *AccessList) TryPackBalanceOf(owner common.Address) ([]byte, error) {
	return accessList.abi.Pack("balanceOf", owner)
}

// UnpackBalanceOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x70a08231.
//
// Solidity: function balanceOf(address owner) view returns(uint256)
func (accessList *AccessList) UnpackBalanceOf(data []byte) (*big.Int, error) {
	out, err := accessList.abi.Unpack("balanceOf", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackBatchMint is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x64ba144e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function batchMint(address[] user, string[] _tokenURI) returns()
func (accessList *AccessList) PackBatchMint(user []common.Address, tokenURI []string) []byte {
	enc, err := accessList.abi.Pack("batchMint", user, tokenURI)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBatchMint is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x64ba144e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function batchMint(address[] user, string[] _tokenURI) returns()
func (accessList *AccessList) TryPackBatchMint(user []common.Address, tokenURI []string) ([]byte, error) {
	return accessList.abi.Pack("batchMint", user, tokenURI)
}

// PackBurn is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x42966c68.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function burn(uint256 tokenId) returns()
func (accessList *AccessList) PackBurn(tokenId *big.Int) []byte {
	enc, err := accessList.abi.Pack("burn", tokenId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBurn is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x42966c68.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function burn(uint256 tokenId) returns()
func (accessList *AccessList) TryPackBurn(tokenId *big.Int) ([]byte, error) {
	return accessList.abi.Pack("burn", tokenId)
}

// PackMint is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd0def521.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function mint(address user, string _tokenURI) returns(uint256)
func (accessList *AccessList) PackMint(user common.Address, tokenURI string) []byte {
	enc, err := accessList.abi.Pack("mint", user, tokenURI)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMint is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd0def521.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function mint(address user, string _tokenURI) returns(uint256)
func (accessList *AccessList) TryPackMint(user common.Address, tokenURI string) ([]byte, error) {
	return accessList.abi.Pack("mint", user, tokenURI)
}

// UnpackMint is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xd0def521.
//
// Solidity: function mint(address user, string _tokenURI) returns(uint256)
func (accessList *AccessList) UnpackMint(data []byte) (*big.Int, error) {
	out, err := accessList.abi.Unpack("mint", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackOwner is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8da5cb5b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function owner() view returns(address)
func (accessList *AccessList) PackOwner() []byte {
	enc, err := accessList.abi.Pack("owner")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOwner is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8da5cb5b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function owner() view returns(address)
func (accessList *AccessList) TryPackOwner() ([]byte, error) {
	return accessList.abi.Pack("owner")
}

// UnpackOwner is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x8da5cb5b.
//
// Solidity: function owner() view returns(address)
func (accessList *AccessList) UnpackOwner(data []byte) (common.Address, error) {
	out, err := accessList.abi.Unpack("owner", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackOwnerOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6352211e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function ownerOf(uint256 tokenId) view returns(address)
func (accessList *AccessList) PackOwnerOf(tokenId *big.Int) []byte {
	enc, err := accessList.abi.Pack("ownerOf", tokenId)
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
func (accessList *AccessList) TryPackOwnerOf(tokenId *big.Int) ([]byte, error) {
	return accessList.abi.Pack("ownerOf", tokenId)
}

// UnpackOwnerOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x6352211e.
//
// Solidity: function ownerOf(uint256 tokenId) view returns(address)
func (accessList *AccessList) UnpackOwnerOf(data []byte) (common.Address, error) {
	out, err := accessList.abi.Unpack("ownerOf", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// AccessListAddressAdded represents a AddressAdded event raised by the AccessList contract.
type AccessListAddressAdded struct {
	Wallet  common.Address
	TokenId *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const AccessListAddressAddedEventName = "AddressAdded"

// ContractEventName returns the user-defined event name.
func (AccessListAddressAdded) ContractEventName() string {
	return AccessListAddressAddedEventName
}

// UnpackAddressAddedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event AddressAdded(address indexed wallet, uint256 tokenId)
func (accessList *AccessList) UnpackAddressAddedEvent(log *types.Log) (*AccessListAddressAdded, error) {
	event := "AddressAdded"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != accessList.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(AccessListAddressAdded)
	if len(log.Data) > 0 {
		if err := accessList.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range accessList.abi.Events[event].Inputs {
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

// AccessListAddressRemoved represents a AddressRemoved event raised by the AccessList contract.
type AccessListAddressRemoved struct {
	TokenId *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const AccessListAddressRemovedEventName = "AddressRemoved"

// ContractEventName returns the user-defined event name.
func (AccessListAddressRemoved) ContractEventName() string {
	return AccessListAddressRemovedEventName
}

// UnpackAddressRemovedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event AddressRemoved(uint256 tokenId)
func (accessList *AccessList) UnpackAddressRemovedEvent(log *types.Log) (*AccessListAddressRemoved, error) {
	event := "AddressRemoved"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != accessList.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(AccessListAddressRemoved)
	if len(log.Data) > 0 {
		if err := accessList.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range accessList.abi.Events[event].Inputs {
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
