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

// DispenserMetaData contains all meta data concerning the Dispenser contract.
var DispenserMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"address\",\"name\":\"datatoken\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"internalType\":\"address\",\"name\":\"destination\",\"type\":\"address\"}],\"name\":\"dispense\",\"outputs\":[],\"stateMutability\":\"payable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"datatoken\",\"type\":\"address\"}],\"name\":\"status\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"active\",\"type\":\"bool\"},{\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"internalType\":\"bool\",\"name\":\"isMinter\",\"type\":\"bool\"},{\"internalType\":\"uint256\",\"name\":\"maxTokens\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"maxBalance\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"balance\",\"type\":\"uint256\"},{\"internalType\":\"address\",\"name\":\"allowedSwapper\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "Dispenser",
}

// Dispenser is an auto generated Go binding around an Ethereum contract.
type Dispenser struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *Dispenser) GetABI() abi.ABI {
	return c.abi
}

// NewDispenser creates a new instance of Dispenser.
func NewDispenser() *Dispenser {
	parsed, err := DispenserMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &Dispenser{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *Dispenser) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackDispense is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1d746d83.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function dispense(address datatoken, uint256 amount, address destination) payable returns()
func (dispenser *Dispenser) PackDispense(datatoken common.Address, amount *big.Int, destination common.Address) []byte {
	enc, err := dispenser.abi.Pack("dispense", datatoken, amount, destination)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDispense is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1d746d83.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function dispense(address datatoken, uint256 amount, address destination) payable returns()
func (dispenser *Dispenser) TryPackDispense(datatoken common.Address, amount *big.Int, destination common.Address) ([]byte, error) {
	return dispenser.abi.Pack("dispense", datatoken, amount, destination)
}

// PackStatus is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x645b8b1b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function status(address datatoken) view returns(bool active, address owner, bool isMinter, uint256 maxTokens, uint256 maxBalance, uint256 balance, address allowedSwapper)
func (dispenser *Dispenser) PackStatus(datatoken common.Address) []byte {
	enc, err := dispenser.abi.Pack("status", datatoken)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackStatus is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x645b8b1b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function status(address datatoken) view returns(bool active, address owner, bool isMinter, uint256 maxTokens, uint256 maxBalance, uint256 balance, address allowedSwapper)
func (dispenser *Dispenser) TryPackStatus(datatoken common.Address) ([]byte, error) {
	return dispenser.abi.Pack("status", datatoken)
}

// StatusOutput serves as a container for the return parameters of contract
// method Status.
type StatusOutput struct {
	Active         bool
	Owner          common.Address
	IsMinter       bool
	MaxTokens      *big.Int
	MaxBalance     *big.Int
	Balance        *big.Int
	AllowedSwapper common.Address
}

// UnpackStatus is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x645b8b1b.
//
// Solidity: function status(address datatoken) view returns(bool active, address owner, bool isMinter, uint256 maxTokens, uint256 maxBalance, uint256 balance, address allowedSwapper)
func (dispenser *Dispenser) UnpackStatus(data []byte) (StatusOutput, error) {
	out, err := dispenser.abi.Unpack("status", data)
	outstruct := new(StatusOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Active = *abi.ConvertType(out[0], new(bool)).(*bool)
	outstruct.Owner = *abi.ConvertType(out[1], new(common.Address)).(*common.Address)
	outstruct.IsMinter = *abi.ConvertType(out[2], new(bool)).(*bool)
	outstruct.MaxTokens = abi.ConvertType(out[3], new(big.Int)).(*big.Int)
	outstruct.MaxBalance = abi.ConvertType(out[4], new(big.Int)).(*big.Int)
	outstruct.Balance = abi.ConvertType(out[5], new(big.Int)).(*big.Int)
	outstruct.AllowedSwapper = *abi.ConvertType(out[6], new(common.Address)).(*common.Address)
	return *outstruct, nil
}
