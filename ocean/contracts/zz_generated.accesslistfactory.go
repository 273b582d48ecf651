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

// AccessListFactoryMetaData contains all meta data concerning the AccessListFactory contract.
var AccessListFactoryMetaData = bind.MetaData{
	ABI: "[{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"contractAddress\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"}],\"name\":\"NewAccessList\",\"type\":\"event\"},{\"inputs\":[{\"internalType\":\"string\",\"name\":\"name\",\"type\":\"string\"},{\"internalType\":\"string\",\"name\":\"symbol\",\"type\":\"string\"},{\"internalType\":\"bool\",\"name\":\"transferable\",\"type\":\"bool\"},{\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"internalType\":\"address[]\",\"name\":\"user\",\"type\":\"address[]\"},{\"internalType\":\"string[]\",\"name\":\"_tokenURI\",\"type\":\"string[]\"}],\"name\":\"deployAccessListContract\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"contractAddress\",\"type\":\"address\"}],\"name\":\"isDeployed\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "AccessListFactory",
}

// AccessListFactory is an auto generated Go binding around an Ethereum contract.
type AccessListFactory struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *AccessListFactory) GetABI() abi.ABI {
	return c.abi
}

// NewAccessListFactory creates a new instance of AccessListFactory.
func NewAccessListFactory() *AccessListFactory {
	parsed, err := AccessListFactoryMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &AccessListFactory{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *AccessListFactory) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackDeployAccessListContract is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x73282534.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function deployAccessListContract(string name, string symbol, bool transferable, address owner, address[] user, string[] _tokenURI) returns(address token)
func (accessListFactory *AccessListFactory) PackDeployAccessListContract(name string, symbol string, transferable bool, owner common.Address, user []common.Address, tokenURI []string) []byte {
	enc, err := accessListFactory.abi.Pack("deployAccessListContract", name, symbol, transferable, owner, user, tokenURI)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDeployAccessListContract is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x73282534.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function deployAccessListContract(string name, string symbol, bool transferable, address owner, address[] user, string[] _tokenURI) returns(address token)
func (accessListFactory *AccessListFactory) TryPackDeployAccessListContract(name string, symbol string, transferable bool, owner common.Address, user []common.Address, tokenURI []string) ([]byte, error) {
	return accessListFactory.abi.Pack("deployAccessListContract", name, symbol, transferable, owner, user, tokenURI)
}

// UnpackDeployAccessListContract is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x73282534.
//
// Solidity: function deployAccessListContract(string name, string symbol, bool transferable, address owner, address[] user, string[] _tokenURI) returns(address token)
func (accessListFactory *AccessListFactory) UnpackDeployAccessListContract(data []byte) (common.Address, error) {
	out, err := accessListFactory.abi.Unpack("deployAccessListContract", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackIsDeployed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x90184b02.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function isDeployed(address contractAddress) view returns(bool)
func (accessListFactory *AccessListFactory) PackIsDeployed(contractAddress common.Address) []byte {
	enc, err := accessListFactory.abi.Pack("isDeployed", contractAddress)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIsDeployed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x90184b02.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function isDeployed(address contractAddress) view returns(bool)
func (accessListFactory *AccessListFactory) TryPackIsDeployed(contractAddress common.Address) ([]byte, error) {
	return accessListFactory.abi.Pack("isDeployed", contractAddress)
}

// UnpackIsDeployed is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x90184b02.
//
// Solidity: function isDeployed(address contractAddress) view returns(bool)
func (accessListFactory *AccessListFactory) UnpackIsDeployed(data []byte) (bool, error) {
	out, err := accessListFactory.abi.Unpack("isDeployed", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// AccessListFactoryNewAccessList represents a NewAccessList event raised by the AccessListFactory contract.
type AccessListFactoryNewAccessList struct {
	ContractAddress common.Address
	Owner           common.Address
	Raw             *types.Log // Blockchain specific contextual infos
}

const AccessListFactoryNewAccessListEventName = "NewAccessList"

// ContractEventName returns the user-defined event name.
func (AccessListFactoryNewAccessList) ContractEventName() string {
	return AccessListFactoryNewAccessListEventName
}

// UnpackNewAccessListEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event NewAccessList(address indexed contractAddress, address indexed owner)
func (accessListFactory *AccessListFactory) UnpackNewAccessListEvent(log *types.Log) (*AccessListFactoryNewAccessList, error) {
	event := "NewAccessList"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != accessListFactory.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(AccessListFactoryNewAccessList)
	if len(log.Data) > 0 {
		if err := accessListFactory.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range accessListFactory.abi.Events[event].Inputs {
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
