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

// FixedRateExchangeMetaData contains all meta data concerning the FixedRateExchange contract.
var FixedRateExchangeMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"exchangeId\",\"type\":\"bytes32\"},{\"internalType\":\"uint256\",\"name\":\"datatokenAmount\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"maxBaseTokenAmount\",\"type\":\"uint256\"},{\"internalType\":\"address\",\"name\":\"consumeMarketAddress\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"consumeMarketSwapFeeAmount\",\"type\":\"uint256\"}],\"name\":\"buyDT\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"exchangeId\",\"type\":\"bytes32\"},{\"internalType\":\"uint256\",\"name\":\"datatokenAmount\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"consumeMarketSwapFeeAmount\",\"type\":\"uint256\"}],\"name\":\"calcBaseInGivenOutDT\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"baseTokenAmount\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"oceanFeeAmount\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"publishMarketFeeAmount\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"consumeMarketFeeAmount\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"exchangeId\",\"type\":\"bytes32\"}],\"name\":\"getExchange\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"exchangeOwner\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"datatoken\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"dtDecimals\",\"type\":\"uint256\"},{\"internalType\":\"address\",\"name\":\"baseToken\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"btDecimals\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"fixedRate\",\"type\":\"uint256\"},{\"internalType\":\"bool\",\"name\":\"active\",\"type\":\"bool\"},{\"internalType\":\"uint256\",\"name\":\"dtSupply\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"btSupply\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"dtBalance\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"btBalance\",\"type\":\"uint256\"},{\"internalType\":\"bool\",\"name\":\"withMint\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"exchangeId\",\"type\":\"bytes32\"},{\"internalType\":\"uint256\",\"name\":\"newRate\",\"type\":\"uint256\"}],\"name\":\"setRate\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"}]",
	ID:  "FixedRateExchange",
}

// FixedRateExchange is an auto generated Go binding around an Ethereum contract.
type FixedRateExchange struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *FixedRateExchange) GetABI() abi.ABI {
	return c.abi
}

// NewFixedRateExchange creates a new instance of FixedRateExchange.
func NewFixedRateExchange() *FixedRateExchange {
	parsed, err := FixedRateExchangeMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &FixedRateExchange{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *FixedRateExchange) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackBuyDT is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x68c4b7e9.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function buyDT(bytes32 exchangeId, uint256 datatokenAmount, uint256 maxBaseTokenAmount, address consumeMarketAddress, uint256 consumeMarketSwapFeeAmount) returns()
func (fixedRateExchange *FixedRateExchange) PackBuyDT(exchangeId [32]byte, datatokenAmount *big.Int, maxBaseTokenAmount *big.Int, consumeMarketAddress common.Address, consumeMarketSwapFeeAmount *big.Int) []byte {
	enc, err := fixedRateExchange.abi.Pack("buyDT", exchangeId, datatokenAmount, maxBaseTokenAmount, consumeMarketAddress, consumeMarketSwapFeeAmount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBuyDT is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x68c4b7e9.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function buyDT(bytes32 exchangeId, uint256 datatokenAmount, uint256 maxBaseTokenAmount, address consumeMarketAddress, uint256 consumeMarketSwapFeeAmount) returns()
func (fixedRateExchange *FixedRateExchange) TryPackBuyDT(exchangeId [32]byte, datatokenAmount *big.Int, maxBaseTokenAmount *big.Int, consumeMarketAddress common.Address, consumeMarketSwapFeeAmount *big.Int) ([]byte, error) {
	return fixedRateExchange.abi.Pack("buyDT", exchangeId, datatokenAmount, maxBaseTokenAmount, consumeMarketAddress, consumeMarketSwapFeeAmount)
}

// PackCalcBaseInGivenOutDT is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdd1bc96a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function calcBaseInGivenOutDT(bytes32 exchangeId, uint256 datatokenAmount, uint256 consumeMarketSwapFeeAmount) view returns(uint256 baseTokenAmount, uint256 oceanFeeAmount, uint256 publishMarketFeeAmount, uint256 consumeMarketFeeAmount)
func (fixedRateExchange *FixedRateExchange) PackCalcBaseInGivenOutDT(exchangeId [32]byte, datatokenAmount *big.Int, consumeMarketSwapFeeAmount *big.Int) []byte {
	enc, err := fixedRateExchange.abi.Pack("calcBaseInGivenOutDT", exchangeId, datatokenAmount, consumeMarketSwapFeeAmount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCalcBaseInGivenOutDT is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdd1bc96a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function calcBaseInGivenOutDT(bytes32 exchangeId, uint256 datatokenAmount, uint256 consumeMarketSwapFeeAmount) view returns(uint256 baseTokenAmount, uint256 oceanFeeAmount, uint256 publishMarketFeeAmount, uint256 consumeMarketFeeAmount)
func (fixedRateExchange *FixedRateExchange) TryPackCalcBaseInGivenOutDT(exchangeId [32]byte, datatokenAmount *big.Int, consumeMarketSwapFeeAmount *big.Int) ([]byte, error) {
	return fixedRateExchange.abi.Pack("calcBaseInGivenOutDT", exchangeId, datatokenAmount, consumeMarketSwapFeeAmount)
}

// CalcBaseInGivenOutDTOutput serves as a container for the return parameters of contract
// method CalcBaseInGivenOutDT.
type CalcBaseInGivenOutDTOutput struct {
	BaseTokenAmount        *big.Int
	OceanFeeAmount         *big.Int
	PublishMarketFeeAmount *big.Int
	ConsumeMarketFeeAmount *big.Int
}

// UnpackCalcBaseInGivenOutDT is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xdd1bc96a.
//
// Solidity: function calcBaseInGivenOutDT(bytes32 exchangeId, uint256 datatokenAmount, uint256 consumeMarketSwapFeeAmount) view returns(uint256 baseTokenAmount, uint256 oceanFeeAmount, uint256 publishMarketFeeAmount, uint256 consumeMarketFeeAmount)
func (fixedRateExchange *FixedRateExchange) UnpackCalcBaseInGivenOutDT(data []byte) (CalcBaseInGivenOutDTOutput, error) {
	out, err := fixedRateExchange.abi.Unpack("calcBaseInGivenOutDT", data)
	outstruct := new(CalcBaseInGivenOutDTOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.BaseTokenAmount = abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	outstruct.OceanFeeAmount = abi.ConvertType(out[1], new(big.Int)).(*big.Int)
	outstruct.PublishMarketFeeAmount = abi.ConvertType(out[2], new(big.Int)).(*big.Int)
	outstruct.ConsumeMarketFeeAmount = abi.ConvertType(out[3], new(big.Int)).(*big.Int)
	return *outstruct, nil
}

// PackGetExchange is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x4c87087d.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getExchange(bytes32 exchangeId) view returns(address exchangeOwner, address datatoken, uint256 dtDecimals, address baseToken, uint256 btDecimals, uint256 fixedRate, bool active, uint256 dtSupply, uint256 btSupply, uint256 dtBalance, uint256 btBalance, bool withMint)
func (fixedRateExchange *FixedRateExchange) PackGetExchange(exchangeId [32]byte) []byte {
	enc, err := fixedRateExchange.abi.Pack("getExchange", exchangeId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetExchange is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x4c87087d.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getExchange(bytes32 exchangeId) view returns(address exchangeOwner, address datatoken, uint256 dtDecimals, address baseToken, uint256 btDecimals, uint256 fixedRate, bool active, uint256 dtSupply, uint256 btSupply, uint256 dtBalance, uint256 btBalance, bool withMint)
func (fixedRateExchange *FixedRateExchange) TryPackGetExchange(exchangeId [32]byte) ([]byte, error) {
	return fixedRateExchange.abi.Pack("getExchange", exchangeId)
}

// GetExchangeOutput serves as a container for the return parameters of contract
// method GetExchange.
type GetExchangeOutput struct {
	ExchangeOwner common.Address
	Datatoken     common.Address
	DtDecimals    *big.Int
	BaseToken     common.Address
	BtDecimals    *big.Int
	FixedRate     *big.Int
	Active        bool
	DtSupply      *big.Int
	BtSupply      *big.Int
	DtBalance     *big.Int
	BtBalance     *big.Int
	WithMint      bool
}

// UnpackGetExchange is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x4c87087d.
//
// Solidity: function getExchange(bytes32 exchangeId) view returns(address exchangeOwner, address datatoken, uint256 dtDecimals, address baseToken, uint256 btDecimals, uint256 fixedRate, bool active, uint256 dtSupply, uint256 btSupply, uint256 dtBalance, uint256 btBalance, bool withMint)
func (fixedRateExchange *FixedRateExchange) UnpackGetExchange(data []byte) (GetExchangeOutput, error) {
	out, err := fixedRateExchange.abi.Unpack("getExchange", data)
	outstruct := new(GetExchangeOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.ExchangeOwner = *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	outstruct.Datatoken = *abi.ConvertType(out[1], new(common.Address)).(*common.Address)
	outstruct.DtDecimals = abi.ConvertType(out[2], new(big.Int)).(*big.Int)
	outstruct.BaseToken = *abi.ConvertType(out[3], new(common.Address)).(*common.Address)
	outstruct.BtDecimals = abi.ConvertType(out[4], new(big.Int)).(*big.Int)
	outstruct.FixedRate = abi.ConvertType(out[5], new(big.Int)).(*big.Int)
	outstruct.Active = *abi.ConvertType(out[6], new(bool)).(*bool)
	outstruct.DtSupply = abi.ConvertType(out[7], new(big.Int)).(*big.Int)
	outstruct.BtSupply = abi.ConvertType(out[8], new(big.Int)).(*big.Int)
	outstruct.DtBalance = abi.ConvertType(out[9], new(big.Int)).(*big.Int)
	outstruct.BtBalance = abi.ConvertType(out[10], new(big.Int)).(*big.Int)
	outstruct.WithMint = *abi.ConvertType(out[11], new(bool)).(*bool)
	return *outstruct, nil
}

// PackSetRate is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x680819eb.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setRate(bytes32 exchangeId, uint256 newRate) returns()
func (fixedRateExchange *FixedRateExchange) PackSetRate(exchangeId [32]byte, newRate *big.Int) []byte {
	enc, err := fixedRateExchange.abi.Pack("setRate", exchangeId, newRate)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetRate is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x680819eb.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setRate(bytes32 exchangeId, uint256 newRate) returns()
func (fixedRateExchange *FixedRateExchange) TryPackSetRate(exchangeId [32]byte, newRate *big.Int) ([]byte, error) {
	return fixedRateExchange.abi.Pack("setRate", exchangeId, newRate)
}
