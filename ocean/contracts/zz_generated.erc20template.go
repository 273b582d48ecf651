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

// ERC20TemplateconsumeMarketFee is an auto generated low-level Go binding around an user-defined struct.
type ERC20TemplateconsumeMarketFee struct {
	ConsumeMarketFeeAddress common.Address
	ConsumeMarketFeeToken   common.Address
	ConsumeMarketFeeAmount  *big.Int
}

// ERC20TemplatefixedRate is an auto generated low-level Go binding around an user-defined struct.
type ERC20TemplatefixedRate struct {
	ContractAddress common.Address
	Id              [32]byte
}

// ERC20TemplateproviderFee is an auto generated low-level Go binding around an user-defined struct.
type ERC20TemplateproviderFee struct {
	ProviderFeeAddress common.Address
	ProviderFeeToken   common.Address
	ProviderFeeAmount  *big.Int
	V                  uint8
	R                  [32]byte
	S                  [32]byte
	ValidUntil         *big.Int
	ProviderData       []byte
}

// ERC20TemplateMetaData contains all meta data concerning the ERC20Template contract.
var ERC20TemplateMetaData = bind.MetaData{
	ABI: "[{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"_newPaymentCollector\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"timestamp\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"blockNumber\",\"type\":\"uint256\"}],\"name\":\"NewPaymentCollector\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"orderTxId\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"timestamp\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"number\",\"type\":\"uint256\"}],\"name\":\"OrderReused\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"consumer\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"payer\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"serviceIndex\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"timestamp\",\"type\":\"uint256\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"publishMarketAddress\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"blockNumber\",\"type\":\"uint256\"}],\"name\":\"OrderStarted\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"providerFeeAddress\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"providerFeeToken\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"providerFeeAmount\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"bytes\",\"name\":\"providerData\",\"type\":\"bytes\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"v\",\"type\":\"uint8\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"r\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"s\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"validUntil\",\"type\":\"uint256\"}],\"name\":\"ProviderFee\",\"type\":\"event\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"spender\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"approve\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"balanceOf\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"cap\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"decimals\",\"outputs\":[{\"internalType\":\"uint8\",\"name\":\"\",\"type\":\"uint8\"}],\"stateMutability\":\"pure\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"getDispensers\",\"outputs\":[{\"internalType\":\"address[]\",\"name\":\"\",\"type\":\"address[]\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"getERC721Address\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"getFixedRates\",\"outputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"contractAddress\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"id\",\"type\":\"bytes32\"}],\"internalType\":\"structERC20Template.fixedRate[]\",\"name\":\"\",\"type\":\"tuple[]\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"getId\",\"outputs\":[{\"internalType\":\"uint8\",\"name\":\"\",\"type\":\"uint8\"}],\"stateMutability\":\"pure\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"getPaymentCollector\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"isMinter\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"value\",\"type\":\"uint256\"}],\"name\":\"mint\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"name\",\"outputs\":[{\"internalType\":\"string\",\"name\":\"\",\"type\":\"string\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"orderTxId\",\"type\":\"bytes32\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"providerFeeAddress\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"providerFeeToken\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"providerFeeAmount\",\"type\":\"uint256\"},{\"internalType\":\"uint8\",\"name\":\"v\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"r\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"s\",\"type\":\"bytes32\"},{\"internalType\":\"uint256\",\"name\":\"validUntil\",\"type\":\"uint256\"},{\"internalType\":\"bytes\",\"name\":\"providerData\",\"type\":\"bytes\"}],\"internalType\":\"structERC20Template.providerFee\",\"name\":\"_providerFee\",\"type\":\"tuple\"}],\"name\":\"reuseOrder\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"_newPaymentCollector\",\"type\":\"address\"}],\"name\":\"setPaymentCollector\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"consumer\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"serviceIndex\",\"type\":\"uint256\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"providerFeeAddress\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"providerFeeToken\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"providerFeeAmount\",\"type\":\"uint256\"},{\"internalType\":\"uint8\",\"name\":\"v\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"r\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"s\",\"type\":\"bytes32\"},{\"internalType\":\"uint256\",\"name\":\"validUntil\",\"type\":\"uint256\"},{\"internalType\":\"bytes\",\"name\":\"providerData\",\"type\":\"bytes\"}],\"internalType\":\"structERC20Template.providerFee\",\"name\":\"_providerFee\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"consumeMarketFeeAddress\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"consumeMarketFeeToken\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"consumeMarketFeeAmount\",\"type\":\"uint256\"}],\"internalType\":\"structERC20Template.consumeMarketFee\",\"name\":\"_consumeMarketFee\",\"type\":\"tuple\"}],\"name\":\"startOrder\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"symbol\",\"outputs\":[{\"internalType\":\"string\",\"name\":\"\",\"type\":\"string\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"to\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"transfer\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"}]",
	ID:  "ERC20Template",
}

// ERC20Template is an auto generated Go binding around an Ethereum contract.
type ERC20Template struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *ERC20Template) GetABI() abi.ABI {
	return c.abi
}

// NewERC20Template creates a new instance of ERC20Template.
func NewERC20Template() *ERC20Template {
	parsed, err := ERC20TemplateMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &ERC20Template{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *ERC20Template) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackApprove is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x095ea7b3.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function approve(address spender, uint256 amount) returns(bool)
func (eRC20Template *ERC20Template) PackApprove(spender common.Address, amount *big.Int) []byte {
	enc, err := eRC20Template.abi.Pack("approve", spender, amount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackApprove is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x095ea7b3.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function approve(address spender, uint256 amount) returns(bool)
func (eRC20Template *ERC20Template) TryPackApprove(spender common.Address, amount *big.Int) ([]byte, error) {
	return eRC20Template.abi.Pack("approve", spender, amount)
}

// UnpackApprove is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x095ea7b3.
//
// Solidity: function approve(address spender, uint256 amount) returns(bool)
func (eRC20Template *ERC20Template) UnpackApprove(data []byte) (bool, error) {
	out, err := eRC20Template.abi.Unpack("approve", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackBalanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x70a08231.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function balanceOf(address account) view returns(uint256)
func (eRC20Template *ERC20Template) PackBalanceOf(account common.Address) []byte {
	enc, err := eRC20Template.abi.Pack("balanceOf", account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBalanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x70a08231.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function balanceOf(address account) view returns(uint256)
func (eRC20Template *ERC20Template) TryPackBalanceOf(account common.Address) ([]byte, error) {
	return eRC20Template.abi.Pack("balanceOf", account)
}

// UnpackBalanceOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x70a08231.
//
// Solidity: function balanceOf(address account) view returns(uint256)
func (eRC20Template *ERC20Template) UnpackBalanceOf(data []byte) (*big.Int, error) {
	out, err := eRC20Template.abi.Unpack("balanceOf", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackCap is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x355274ea.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function cap() view returns(uint256)
func (eRC20Template *ERC20Template) PackCap() []byte {
	enc, err := eRC20Template.abi.Pack("cap")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCap is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x355274ea.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function cap() view returns(uint256)
func (eRC20Template *ERC20Template) TryPackCap() ([]byte, error) {
	return eRC20Template.abi.Pack("cap")
}

// UnpackCap is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x355274ea.
//
// Solidity: function cap() view returns(uint256)
func (eRC20Template *ERC20Template) UnpackCap(data []byte) (*big.Int, error) {
	out, err := eRC20Template.abi.Unpack("cap", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackDecimals is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x313ce567.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function decimals() pure returns(uint8)
func (eRC20Template *ERC20Template) PackDecimals() []byte {
	enc, err := eRC20Template.abi.Pack("decimals")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDecimals is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x313ce567.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function decimals() pure returns(uint8)
func (eRC20Template *ERC20Template) TryPackDecimals() ([]byte, error) {
	return eRC20Template.abi.Pack("decimals")
}

// UnpackDecimals is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x313ce567.
//
// Solidity: function decimals() pure returns(uint8)
func (eRC20Template *ERC20Template) UnpackDecimals(data []byte) (uint8, error) {
	out, err := eRC20Template.abi.Unpack("decimals", data)
	if err != nil {
		return *new(uint8), err
	}
	out0 := *abi.ConvertType(out[0], new(uint8)).(*uint8)
	return out0, nil
}

// PackGetDispensers is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x47ac7d55.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getDispensers() view returns(address[])
func (eRC20Template *ERC20Template) PackGetDispensers() []byte {
	enc, err := eRC20Template.abi.Pack("getDispensers")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetDispensers is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x47ac7d55.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getDispensers() view returns(address[])
func (eRC20Template *ERC20Template) TryPackGetDispensers() ([]byte, error) {
	return eRC20Template.abi.Pack("getDispensers")
}

// UnpackGetDispensers is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x47ac7d55.
//
// Solidity: function getDispensers() view returns(address[])
func (eRC20Template *ERC20Template) UnpackGetDispensers(data []byte) ([]common.Address, error) {
	out, err := eRC20Template.abi.Unpack("getDispensers", data)
	if err != nil {
		return *new([]common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new([]common.Address)).(*[]common.Address)
	return out0, nil
}

// PackGetERC721Address is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x007ffb78.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getERC721Address() view returns(address)
func (eRC20Template *ERC20Template) PackGetERC721Address() []byte {
	enc, err := eRC20Template.abi.Pack("getERC721Address")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetERC721Address is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x007ffb78.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getERC721Address() view returns(address)
func (eRC20Template *ERC20Template) TryPackGetERC721Address() ([]byte, error) {
	return eRC20Template.abi.Pack("getERC721Address")
}

// UnpackGetERC721Address is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x007ffb78.
//
// Solidity: function getERC721Address() view returns(address)
func (eRC20Template *ERC20Template) UnpackGetERC721Address(data []byte) (common.Address, error) {
	out, err := eRC20Template.abi.Unpack("getERC721Address", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackGetFixedRates is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7dda231e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getFixedRates() view returns((address,bytes32)[])
func (eRC20Template *ERC20Template) PackGetFixedRates() []byte {
	enc, err := eRC20Template.abi.Pack("getFixedRates")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetFixedRates is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7dda231e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getFixedRates() view returns((address,bytes32)[])
func (eRC20Template *ERC20Template) TryPackGetFixedRates() ([]byte, error) {
	return eRC20Template.abi.Pack("getFixedRates")
}

// UnpackGetFixedRates is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x7dda231e.
//
// Solidity: function getFixedRates() view returns((address,bytes32)[])
func (eRC20Template *ERC20Template) UnpackGetFixedRates(data []byte) ([]ERC20TemplatefixedRate, error) {
	out, err := eRC20Template.abi.Unpack("getFixedRates", data)
	if err != nil {
		return *new([]ERC20TemplatefixedRate), err
	}
	out0 := *abi.ConvertType(out[0], new([]ERC20TemplatefixedRate)).(*[]ERC20TemplatefixedRate)
	return out0, nil
}

// PackGetId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5d1ca631.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getId() pure returns(uint8)
func (eRC20Template *ERC20Template) PackGetId() []byte {
	enc, err := eRC20Template.abi.Pack("getId")
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
func (eRC20Template *ERC20Template) TryPackGetId() ([]byte, error) {
	return eRC20Template.abi.Pack("getId")
}

// UnpackGetId is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x5d1ca631.
//
// Solidity: function getId() pure returns(uint8)
func (eRC20Template *ERC20Template) UnpackGetId(data []byte) (uint8, error) {
	out, err := eRC20Template.abi.Unpack("getId", data)
	if err != nil {
		return *new(uint8), err
	}
	out0 := *abi.ConvertType(out[0], new(uint8)).(*uint8)
	return out0, nil
}

// PackGetPaymentCollector is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe487c2e8.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getPaymentCollector() view returns(address)
func (eRC20Template *ERC20Template) PackGetPaymentCollector() []byte {
	enc, err := eRC20Template.abi.Pack("getPaymentCollector")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetPaymentCollector is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe487c2e8.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getPaymentCollector() view returns(address)
func (eRC20Template *ERC20Template) TryPackGetPaymentCollector() ([]byte, error) {
	return eRC20Template.abi.Pack("getPaymentCollector")
}

// UnpackGetPaymentCollector is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xe487c2e8.
//
// Solidity: function getPaymentCollector() view returns(address)
func (eRC20Template *ERC20Template) UnpackGetPaymentCollector(data []byte) (common.Address, error) {
	out, err := eRC20Template.abi.Unpack("getPaymentCollector", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackIsMinter is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xaa271e1a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function isMinter(address account) view returns(bool)
func (eRC20Template *ERC20Template) PackIsMinter(account common.Address) []byte {
	enc, err := eRC20Template.abi.Pack("isMinter", account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIsMinter is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xaa271e1a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function isMinter(address account) view returns(bool)
func (eRC20Template *ERC20Template) TryPackIsMinter(account common.Address) ([]byte, error) {
	return eRC20Template.abi.Pack("isMinter", account)
}

// UnpackIsMinter is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xaa271e1a.
//
// Solidity: function isMinter(address account) view returns(bool)
func (eRC20Template *ERC20Template) UnpackIsMinter(data []byte) (bool, error) {
	out, err := eRC20Template.abi.Unpack("isMinter", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackMint is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x40c10f19.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function mint(address account, uint256 value) returns()
func (eRC20Template *ERC20Template) PackMint(account common.Address, value *big.Int) []byte {
	enc, err := eRC20Template.abi.Pack("mint", account, value)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMint is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x40c10f19.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function mint(address account, uint256 value) returns()
func (eRC20Template *ERC20Template) TryPackMint(account common.Address, value *big.Int) ([]byte, error) {
	return eRC20Template.abi.Pack("mint", account, value)
}

// PackName is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x06fdde03.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function name() view returns(string)
func (eRC20Template *ERC20Template) PackName() []byte {
	enc, err := eRC20Template.abi.Pack("name")
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
func (eRC20Template *ERC20Template) TryPackName() ([]byte, error) {
	return eRC20Template.abi.Pack("name")
}

// UnpackName is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x06fdde03.
//
// Solidity: function name() view returns(string)
func (eRC20Template *ERC20Template) UnpackName(data []byte) (string, error) {
	out, err := eRC20Template.abi.Unpack("name", data)
	if err != nil {
		return *new(string), err
	}
	out0 := *abi.ConvertType(out[0], new(string)).(*string)
	return out0, nil
}

// PackReuseOrder is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x361fef49.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function reuseOrder(bytes32 orderTxId, (address,address,uint256,uint8,bytes32,bytes32,uint256,bytes) _providerFee) returns()
func (eRC20Template *ERC20Template) PackReuseOrder(orderTxId [32]byte, providerFee ERC20TemplateproviderFee) []byte {
	enc, err := eRC20Template.abi.Pack("reuseOrder", orderTxId, providerFee)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackReuseOrder is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x361fef49.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function reuseOrder(bytes32 orderTxId, (address,address,uint256,uint8,bytes32,bytes32,uint256,bytes) _providerFee) returns()
func (eRC20Template *ERC20Template) TryPackReuseOrder(orderTxId [32]byte, providerFee ERC20TemplateproviderFee) ([]byte, error) {
	return eRC20Template.abi.Pack("reuseOrder", orderTxId, providerFee)
}

// PackSetPaymentCollector is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x57a3a31b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setPaymentCollector(address _newPaymentCollector) returns()
func (eRC20Template *ERC20Template) PackSetPaymentCollector(newPaymentCollector common.Address) []byte {
	enc, err := eRC20Template.abi.Pack("setPaymentCollector", newPaymentCollector)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetPaymentCollector is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x57a3a31b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setPaymentCollector(address _newPaymentCollector) returns()
func (eRC20Template *ERC20Template) TryPackSetPaymentCollector(newPaymentCollector common.Address) ([]byte, error) {
	return eRC20Template.abi.Pack("setPaymentCollector", newPaymentCollector)
}

// PackStartOrder is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x79d9d7f3.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function startOrder(address consumer, uint256 serviceIndex, (address,address,uint256,uint8,bytes32,bytes32,uint256,bytes) _providerFee, (address,address,uint256) _consumeMarketFee) returns()
func (eRC20Template *ERC20Template) PackStartOrder(consumer common.Address, serviceIndex *big.Int, providerFee ERC20TemplateproviderFee, consumeMarketFee ERC20TemplateconsumeMarketFee) []byte {
	enc, err := eRC20Template.abi.Pack("startOrder", consumer, serviceIndex, providerFee, consumeMarketFee)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackStartOrder is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x79d9d7f3.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function startOrder(address consumer, uint256 serviceIndex, (address,address,uint256,uint8,bytes32,bytes32,uint256,bytes) _providerFee, (address,address,uint256) _consumeMarketFee) returns()
func (eRC20Template *ERC20Template) TryPackStartOrder(consumer common.Address, serviceIndex *big.Int, providerFee ERC20TemplateproviderFee, consumeMarketFee ERC20TemplateconsumeMarketFee) ([]byte, error) {
	return eRC20Template.abi.Pack("startOrder", consumer, serviceIndex, providerFee, consumeMarketFee)
}

// PackSymbol is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x95d89b41.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function symbol() view returns(string)
func (eRC20Template *ERC20Template) PackSymbol() []byte {
	enc, err := eRC20Template.abi.Pack("symbol")
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
func (eRC20Template *ERC20Template) TryPackSymbol() ([]byte, error) {
	return eRC20Template.abi.Pack("symbol")
}

// UnpackSymbol is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x95d89b41.
//
// Solidity: function symbol() view returns(string)
func (eRC20Template *ERC20Template) UnpackSymbol(data []byte) (string, error) {
	out, err := eRC20Template.abi.Unpack("symbol", data)
	if err != nil {
		return *new(string), err
	}
	out0 := *abi.ConvertType(out[0], new(string)).(*string)
	return out0, nil
}

// PackTransfer is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa9059cbb.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function transfer(address to, uint256 amount) returns(bool)
func (eRC20Template *ERC20Template) PackTransfer(to common.Address, amount *big.Int) []byte {
	enc, err := eRC20Template.abi.Pack("transfer", to, amount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackTransfer is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa9059cbb.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function transfer(address to, uint256 amount) returns(bool)
func (eRC20Template *ERC20Template) TryPackTransfer(to common.Address, amount *big.Int) ([]byte, error) {
	return eRC20Template.abi.Pack("transfer", to, amount)
}

// UnpackTransfer is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xa9059cbb.
//
// Solidity: function transfer(address to, uint256 amount) returns(bool)
func (eRC20Template *ERC20Template) UnpackTransfer(data []byte) (bool, error) {
	out, err := eRC20Template.abi.Unpack("transfer", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// ERC20TemplateNewPaymentCollector represents a NewPaymentCollector event raised by the ERC20Template contract.
type ERC20TemplateNewPaymentCollector struct {
	Caller              common.Address
	NewPaymentCollector common.Address
	Timestamp           *big.Int
	BlockNumber         *big.Int
	Raw                 *types.Log // Blockchain specific contextual infos
}

const ERC20TemplateNewPaymentCollectorEventName = "NewPaymentCollector"

// ContractEventName returns the user-defined event name.
func (ERC20TemplateNewPaymentCollector) ContractEventName() string {
	return ERC20TemplateNewPaymentCollectorEventName
}

// UnpackNewPaymentCollectorEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event NewPaymentCollector(address indexed caller, address indexed _newPaymentCollector, uint256 timestamp, uint256 blockNumber)
func (eRC20Template *ERC20Template) UnpackNewPaymentCollectorEvent(log *types.Log) (*ERC20TemplateNewPaymentCollector, error) {
	event := "NewPaymentCollector"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != eRC20Template.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ERC20TemplateNewPaymentCollector)
	if len(log.Data) > 0 {
		if err := eRC20Template.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range eRC20Template.abi.Events[event].Inputs {
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

// ERC20TemplateOrderReused represents a OrderReused event raised by the ERC20Template contract.
type ERC20TemplateOrderReused struct {
	OrderTxId [32]byte
	Caller    common.Address
	Timestamp *big.Int
	Number    *big.Int
	Raw       *types.Log // Blockchain specific contextual infos
}

const ERC20TemplateOrderReusedEventName = "OrderReused"

// ContractEventName returns the user-defined event name.
func (ERC20TemplateOrderReused) ContractEventName() string {
	return ERC20TemplateOrderReusedEventName
}

// UnpackOrderReusedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event OrderReused(bytes32 orderTxId, address caller, uint256 timestamp, uint256 number)
func (eRC20Template *ERC20Template) UnpackOrderReusedEvent(log *types.Log) (*ERC20TemplateOrderReused, error) {
	event := "OrderReused"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != eRC20Template.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ERC20TemplateOrderReused)
	if len(log.Data) > 0 {
		if err := eRC20Template.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range eRC20Template.abi.Events[event].Inputs {
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

// ERC20TemplateOrderStarted represents a OrderStarted event raised by the ERC20Template contract.
type ERC20TemplateOrderStarted struct {
	Consumer             common.Address
	Payer                common.Address
	Amount               *big.Int
	ServiceIndex         *big.Int
	Timestamp            *big.Int
	PublishMarketAddress common.Address
	BlockNumber          *big.Int
	Raw                  *types.Log // Blockchain specific contextual infos
}

const ERC20TemplateOrderStartedEventName = "OrderStarted"

// ContractEventName returns the user-defined event name.
func (ERC20TemplateOrderStarted) ContractEventName() string {
	return ERC20TemplateOrderStartedEventName
}

// UnpackOrderStartedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event OrderStarted(address indexed consumer, address payer, uint256 amount, uint256 serviceIndex, uint256 timestamp, address indexed publishMarketAddress, uint256 blockNumber)
func (eRC20Template *ERC20Template) UnpackOrderStartedEvent(log *types.Log) (*ERC20TemplateOrderStarted, error) {
	event := "OrderStarted"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != eRC20Template.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ERC20TemplateOrderStarted)
	if len(log.Data) > 0 {
		if err := eRC20Template.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range eRC20Template.abi.Events[event].Inputs {
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

// ERC20TemplateProviderFee represents a ProviderFee event raised by the ERC20Template contract.
type ERC20TemplateProviderFee struct {
	ProviderFeeAddress common.Address
	ProviderFeeToken   common.Address
	ProviderFeeAmount  *big.Int
	ProviderData       []byte
	V                  uint8
	R                  [32]byte
	S                  [32]byte
	ValidUntil         *big.Int
	Raw                *types.Log // Blockchain specific contextual infos
}

const ERC20TemplateProviderFeeEventName = "ProviderFee"

// ContractEventName returns the user-defined event name.
func (ERC20TemplateProviderFee) ContractEventName() string {
	return ERC20TemplateProviderFeeEventName
}

// UnpackProviderFeeEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event ProviderFee(address indexed providerFeeAddress, address indexed providerFeeToken, uint256 providerFeeAmount, bytes providerData, uint8 v, bytes32 r, bytes32 s, uint256 validUntil)
func (eRC20Template *ERC20Template) UnpackProviderFeeEvent(log *types.Log) (*ERC20TemplateProviderFee, error) {
	event := "ProviderFee"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != eRC20Template.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ERC20TemplateProviderFee)
	if len(log.Data) > 0 {
		if err := eRC20Template.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range eRC20Template.abi.Events[event].Inputs {
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
