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

// Escrowauth is an auto generated low-level Go binding around an user-defined struct.
type Escrowauth struct {
	Payee               common.Address
	MaxLockedAmount     *big.Int
	CurrentLockedAmount *big.Int
	MaxLockSeconds      *big.Int
	MaxLockCounts       *big.Int
	CurrentLocks        *big.Int
}

// Escrowlock is an auto generated low-level Go binding around an user-defined struct.
type Escrowlock struct {
	JobId  *big.Int
	Payer  common.Address
	Amount *big.Int
	Expiry *big.Int
	Token  common.Address
}

// EscrowuserFunds is an auto generated low-level Go binding around an user-defined struct.
type EscrowuserFunds struct {
	Available *big.Int
	Locked    *big.Int
}

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

// ERC20MetaData contains all meta data concerning the ERC20 contract.
var ERC20MetaData = bind.MetaData{
	ABI: "[{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"spender\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"value\",\"type\":\"uint256\"}],\"name\":\"Approval\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"from\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"to\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"value\",\"type\":\"uint256\"}],\"name\":\"Transfer\",\"type\":\"event\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"spender\",\"type\":\"address\"}],\"name\":\"allowance\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"spender\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"approve\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"balanceOf\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"decimals\",\"outputs\":[{\"internalType\":\"uint8\",\"name\":\"\",\"type\":\"uint8\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"eip712Domain\",\"outputs\":[{\"internalType\":\"bytes1\",\"name\":\"fields\",\"type\":\"bytes1\"},{\"internalType\":\"string\",\"name\":\"name\",\"type\":\"string\"},{\"internalType\":\"string\",\"name\":\"version\",\"type\":\"string\"},{\"internalType\":\"uint256\",\"name\":\"chainId\",\"type\":\"uint256\"},{\"internalType\":\"address\",\"name\":\"verifyingContract\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"salt\",\"type\":\"bytes32\"},{\"internalType\":\"uint256[]\",\"name\":\"extensions\",\"type\":\"uint256[]\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"name\",\"outputs\":[{\"internalType\":\"string\",\"name\":\"\",\"type\":\"string\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"}],\"name\":\"nonces\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"spender\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"value\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"deadline\",\"type\":\"uint256\"},{\"internalType\":\"uint8\",\"name\":\"v\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"r\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"s\",\"type\":\"bytes32\"}],\"name\":\"permit\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"symbol\",\"outputs\":[{\"internalType\":\"string\",\"name\":\"\",\"type\":\"string\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"to\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"transfer\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"}]",
	ID:  "ERC20",
}

// ERC20 is an auto generated Go binding around an Ethereum contract.
type ERC20 struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *ERC20) GetABI() abi.ABI {
	return c.abi
}

// NewERC20 creates a new instance of ERC20.
func NewERC20() *ERC20 {
	parsed, err := ERC20MetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &ERC20{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *ERC20) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackAllowance is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdd62ed3e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function allowance(address owner, address spender) view returns(uint256)
func (eRC20 *ERC20) PackAllowance(owner common.Address, spender common.Address) []byte {
	enc, err := eRC20.abi.Pack("allowance", owner, spender)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAllowance is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdd62ed3e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function allowance(address owner, address spender) view returns(uint256)
func (eRC20 *ERC20) TryPackAllowance(owner common.Address, spender common.Address) ([]byte, error) {
	return eRC20.abi.Pack("allowance", owner, spender)
}

// UnpackAllowance is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xdd62ed3e.
//
// Solidity: function allowance(address owner, address spender) view returns(uint256)
func (eRC20 *ERC20) UnpackAllowance(data []byte) (*big.Int, error) {
	out, err := eRC20.abi.Unpack("allowance", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackApprove is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x095ea7b3.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function approve(address spender, uint256 amount) returns(bool)
func (eRC20 *ERC20) PackApprove(spender common.Address, amount *big.Int) []byte {
	enc, err := eRC20.abi.Pack("approve", spender, amount)
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
func (eRC20 *ERC20) TryPackApprove(spender common.Address, amount *big.Int) ([]byte, error) {
	return eRC20.abi.Pack("approve", spender, amount)
}

// UnpackApprove is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x095ea7b3.
//
// Solidity: function approve(address spender, uint256 amount) returns(bool)
func (eRC20 *ERC20) UnpackApprove(data []byte) (bool, error) {
	out, err := eRC20.abi.Unpack("approve", data)
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
func (eRC20 *ERC20) PackBalanceOf(account common.Address) []byte {
	enc, err := eRC20.abi.Pack("balanceOf", account)
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
func (eRC20 *ERC20) TryPackBalanceOf(account common.Address) ([]byte, error) {
	return eRC20.abi.Pack("balanceOf", account)
}

// UnpackBalanceOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x70a08231.
//
// Solidity: function balanceOf(address account) view returns(uint256)
func (eRC20 *ERC20) UnpackBalanceOf(data []byte) (*big.Int, error) {
	out, err := eRC20.abi.Unpack("balanceOf", data)
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
// Solidity: function decimals() view returns(uint8)
func (eRC20 *ERC20) PackDecimals() []byte {
	enc, err := eRC20.abi.Pack("decimals")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDecimals is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x313ce567.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function decimals() view returns(uint8)
func (eRC20 *ERC20) TryPackDecimals() ([]byte, error) {
	return eRC20.abi.Pack("decimals")
}

// UnpackDecimals is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x313ce567.
//
// Solidity: function decimals() view returns(uint8)
func (eRC20 *ERC20) UnpackDecimals(data []byte) (uint8, error) {
	out, err := eRC20.abi.Unpack("decimals", data)
	if err != nil {
		return *new(uint8), err
	}
	out0 := *abi.ConvertType(out[0], new(uint8)).(*uint8)
	return out0, nil
}

// PackEip712Domain is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x84b0196e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function eip712Domain() view returns(bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)
func (eRC20 *ERC20) PackEip712Domain() []byte {
	enc, err := eRC20.abi.Pack("eip712Domain")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackEip712Domain is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x84b0196e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function eip712Domain() view returns(bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)
func (eRC20 *ERC20) TryPackEip712Domain() ([]byte, error) {
	return eRC20.abi.Pack("eip712Domain")
}

// Eip712DomainOutput serves as a container for the return parameters of contract
// method Eip712Domain.
type Eip712DomainOutput struct {
	Fields            [1]byte
	Name              string
	Version           string
	ChainId           *big.Int
	VerifyingContract common.Address
	Salt              [32]byte
	Extensions        []*big.Int
}

// UnpackEip712Domain is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x84b0196e.
//
// Solidity: function eip712Domain() view returns(bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)
func (eRC20 *ERC20) UnpackEip712Domain(data []byte) (Eip712DomainOutput, error) {
	out, err := eRC20.abi.Unpack("eip712Domain", data)
	outstruct := new(Eip712DomainOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Fields = *abi.ConvertType(out[0], new([1]byte)).(*[1]byte)
	outstruct.Name = *abi.ConvertType(out[1], new(string)).(*string)
	outstruct.Version = *abi.ConvertType(out[2], new(string)).(*string)
	outstruct.ChainId = abi.ConvertType(out[3], new(big.Int)).(*big.Int)
	outstruct.VerifyingContract = *abi.ConvertType(out[4], new(common.Address)).(*common.Address)
	outstruct.Salt = *abi.ConvertType(out[5], new([32]byte)).(*[32]byte)
	outstruct.Extensions = *abi.ConvertType(out[6], new([]*big.Int)).(*[]*big.Int)
	return *outstruct, nil
}

// PackName is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x06fdde03.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function name() view returns(string)
func (eRC20 *ERC20) PackName() []byte {
	enc, err := eRC20.abi.Pack("name")
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
func (eRC20 *ERC20) TryPackName() ([]byte, error) {
	return eRC20.abi.Pack("name")
}

// UnpackName is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x06fdde03.
//
// Solidity: function name() view returns(string)
func (eRC20 *ERC20) UnpackName(data []byte) (string, error) {
	out, err := eRC20.abi.Unpack("name", data)
	if err != nil {
		return *new(string), err
	}
	out0 := *abi.ConvertType(out[0], new(string)).(*string)
	return out0, nil
}

// PackNonces is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7ecebe00.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function nonces(address owner) view returns(uint256)
func (eRC20 *ERC20) PackNonces(owner common.Address) []byte {
	enc, err := eRC20.abi.Pack("nonces", owner)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackNonces is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7ecebe00.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function nonces(address owner) view returns(uint256)
func (eRC20 *ERC20) TryPackNonces(owner common.Address) ([]byte, error) {
	return eRC20.abi.Pack("nonces", owner)
}

// UnpackNonces is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x7ecebe00.
//
// Solidity: function nonces(address owner) view returns(uint256)
func (eRC20 *ERC20) UnpackNonces(data []byte) (*big.Int, error) {
	out, err := eRC20.abi.Unpack("nonces", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackPermit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd505accf.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s) returns()
func (eRC20 *ERC20) PackPermit(owner common.Address, spender common.Address, value *big.Int, deadline *big.Int, v uint8, r [32]byte, s [32]byte) []byte {
	enc, err := eRC20.abi.Pack("permit", owner, spender, value, deadline, v, r, s)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPermit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd505accf.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s) returns()
func (eRC20 *ERC20) TryPackPermit(owner common.Address, spender common.Address, value *big.Int, deadline *big.Int, v uint8, r [32]byte, s [32]byte) ([]byte, error) {
	return eRC20.abi.Pack("permit", owner, spender, value, deadline, v, r, s)
}

// PackSymbol is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x95d89b41.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function symbol() view returns(string)
func (eRC20 *ERC20) PackSymbol() []byte {
	enc, err := eRC20.abi.Pack("symbol")
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
func (eRC20 *ERC20) TryPackSymbol() ([]byte, error) {
	return eRC20.abi.Pack("symbol")
}

// UnpackSymbol is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x95d89b41.
//
// Solidity: function symbol() view returns(string)
func (eRC20 *ERC20) UnpackSymbol(data []byte) (string, error) {
	out, err := eRC20.abi.Unpack("symbol", data)
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
func (eRC20 *ERC20) PackTransfer(to common.Address, amount *big.Int) []byte {
	enc, err := eRC20.abi.Pack("transfer", to, amount)
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
func (eRC20 *ERC20) TryPackTransfer(to common.Address, amount *big.Int) ([]byte, error) {
	return eRC20.abi.Pack("transfer", to, amount)
}

// UnpackTransfer is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xa9059cbb.
//
// Solidity: function transfer(address to, uint256 amount) returns(bool)
func (eRC20 *ERC20) UnpackTransfer(data []byte) (bool, error) {
	out, err := eRC20.abi.Unpack("transfer", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// ERC20Approval represents a Approval event raised by the ERC20 contract.
type ERC20Approval struct {
	Owner   common.Address
	Spender common.Address
	Value   *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const ERC20ApprovalEventName = "Approval"

// ContractEventName returns the user-defined event name.
func (ERC20Approval) ContractEventName() string {
	return ERC20ApprovalEventName
}

// UnpackApprovalEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Approval(address indexed owner, address indexed spender, uint256 value)
func (eRC20 *ERC20) UnpackApprovalEvent(log *types.Log) (*ERC20Approval, error) {
	event := "Approval"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != eRC20.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ERC20Approval)
	if len(log.Data) > 0 {
		if err := eRC20.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range eRC20.abi.Events[event].Inputs {
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

// ERC20Transfer represents a Transfer event raised by the ERC20 contract.
type ERC20Transfer struct {
	From  common.Address
	To    common.Address
	Value *big.Int
	Raw   *types.Log // Blockchain specific contextual infos
}

const ERC20TransferEventName = "Transfer"

// ContractEventName returns the user-defined event name.
func (ERC20Transfer) ContractEventName() string {
	return ERC20TransferEventName
}

// UnpackTransferEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Transfer(address indexed from, address indexed to, uint256 value)
func (eRC20 *ERC20) UnpackTransferEvent(log *types.Log) (*ERC20Transfer, error) {
	event := "Transfer"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != eRC20.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(ERC20Transfer)
	if len(log.Data) > 0 {
		if err := eRC20.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range eRC20.abi.Events[event].Inputs {
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

// EscrowMetaData contains all meta data concerning the Escrow contract.
var EscrowMetaData = bind.MetaData{
	ABI: "[{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"payer\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"payee\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"maxLockedAmount\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"maxLockSeconds\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"maxLockCounts\",\"type\":\"uint256\"}],\"name\":\"Auth\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"payee\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"jobId\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"payer\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"Canceled\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"payee\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"jobId\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"payer\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"bytes\",\"name\":\"proof\",\"type\":\"bytes\"}],\"name\":\"Claimed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"payer\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"Deposit\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"payer\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"payee\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"jobId\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"expiry\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"}],\"name\":\"Lock\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"payer\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"Withdraw\",\"type\":\"event\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"payee\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"maxLockedAmount\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"maxLockSeconds\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"maxLockCounts\",\"type\":\"uint256\"}],\"name\":\"authorize\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"jobId\",\"type\":\"uint256\"},{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"payer\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"payee\",\"type\":\"address\"}],\"name\":\"cancelExpiredLock\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"jobId\",\"type\":\"uint256\"},{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"payer\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"internalType\":\"bytes\",\"name\":\"proof\",\"type\":\"bytes\"}],\"name\":\"claimLock\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"jobId\",\"type\":\"uint256\"},{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"payer\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"internalType\":\"bytes\",\"name\":\"proof\",\"type\":\"bytes\"}],\"name\":\"claimLockAndWithdraw\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"jobId\",\"type\":\"uint256\"},{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"payer\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"expiry\",\"type\":\"uint256\"}],\"name\":\"createLock\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"deposit\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"deadline\",\"type\":\"uint256\"},{\"internalType\":\"uint8\",\"name\":\"v\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"r\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"s\",\"type\":\"bytes32\"}],\"name\":\"depositWithPermit\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"payer\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"payee\",\"type\":\"address\"}],\"name\":\"getAuthorizations\",\"outputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"payee\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"maxLockedAmount\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"currentLockedAmount\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"maxLockSeconds\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"maxLockCounts\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"currentLocks\",\"type\":\"uint256\"}],\"internalType\":\"structEscrow.auth[]\",\"name\":\"\",\"type\":\"tuple[]\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"payer\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"payee\",\"type\":\"address\"}],\"name\":\"getLocks\",\"outputs\":[{\"components\":[{\"internalType\":\"uint256\",\"name\":\"jobId\",\"type\":\"uint256\"},{\"internalType\":\"address\",\"name\":\"payer\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"expiry\",\"type\":\"uint256\"},{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"}],\"internalType\":\"structEscrow.lock[]\",\"name\":\"\",\"type\":\"tuple[]\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"payer\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"}],\"name\":\"getUserFunds\",\"outputs\":[{\"components\":[{\"internalType\":\"uint256\",\"name\":\"available\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"locked\",\"type\":\"uint256\"}],\"internalType\":\"structEscrow.userFunds\",\"name\":\"\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address[]\",\"name\":\"token\",\"type\":\"address[]\"},{\"internalType\":\"uint256[]\",\"name\":\"amount\",\"type\":\"uint256[]\"}],\"name\":\"withdraw\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"}]",
	ID:  "Escrow",
}

// Escrow is an auto generated Go binding around an Ethereum contract.
type Escrow struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *Escrow) GetABI() abi.ABI {
	return c.abi
}

// NewEscrow creates a new instance of Escrow.
func NewEscrow() *Escrow {
	parsed, err := EscrowMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &Escrow{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *Escrow) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackAuthorize is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x15fac1cc.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function authorize(address token, address payee, uint256 maxLockedAmount, uint256 maxLockSeconds, uint256 maxLockCounts) returns()
func (escrow *Escrow) PackAuthorize(token common.Address, payee common.Address, maxLockedAmount *big.Int, maxLockSeconds *big.Int, maxLockCounts *big.Int) []byte {
	enc, err := escrow.abi.Pack("authorize", token, payee, maxLockedAmount, maxLockSeconds, maxLockCounts)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAuthorize is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x15fac1cc.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function authorize(address token, address payee, uint256 maxLockedAmount, uint256 maxLockSeconds, uint256 maxLockCounts) returns()
func (escrow *Escrow) TryPackAuthorize(token common.Address, payee common.Address, maxLockedAmount *big.Int, maxLockSeconds *big.Int, maxLockCounts *big.Int) ([]byte, error) {
	return escrow.abi.Pack("authorize", token, payee, maxLockedAmount, maxLockSeconds, maxLockCounts)
}

// PackCancelExpiredLock is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3f918c03.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function cancelExpiredLock(uint256 jobId, address token, address payer, address payee) returns()
func (escrow *Escrow) PackCancelExpiredLock(jobId *big.Int, token common.Address, payer common.Address, payee common.Address) []byte {
	enc, err := escrow.abi.Pack("cancelExpiredLock", jobId, token, payer, payee)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCancelExpiredLock is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3f918c03.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function cancelExpiredLock(uint256 jobId, address token, address payer, address payee) returns()
func (escrow *Escrow) TryPackCancelExpiredLock(jobId *big.Int, token common.Address, payer common.Address, payee common.Address) ([]byte, error) {
	return escrow.abi.Pack("cancelExpiredLock", jobId, token, payer, payee)
}

// PackClaimLock is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x57d92e45.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function claimLock(uint256 jobId, address token, address payer, uint256 amount, bytes proof) returns()
func (escrow *Escrow) PackClaimLock(jobId *big.Int, token common.Address, payer common.Address, amount *big.Int, proof []byte) []byte {
	enc, err := escrow.abi.Pack("claimLock", jobId, token, payer, amount, proof)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackClaimLock is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x57d92e45.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function claimLock(uint256 jobId, address token, address payer, uint256 amount, bytes proof) returns()
func (escrow *Escrow) TryPackClaimLock(jobId *big.Int, token common.Address, payer common.Address, amount *big.Int, proof []byte) ([]byte, error) {
	return escrow.abi.Pack("claimLock", jobId, token, payer, amount, proof)
}

// PackClaimLockAndWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe46c3b29.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function claimLockAndWithdraw(uint256 jobId, address token, address payer, uint256 amount, bytes proof) returns()
func (escrow *Escrow) PackClaimLockAndWithdraw(jobId *big.Int, token common.Address, payer common.Address, amount *big.Int, proof []byte) []byte {
	enc, err := escrow.abi.Pack("claimLockAndWithdraw", jobId, token, payer, amount, proof)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackClaimLockAndWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe46c3b29.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function claimLockAndWithdraw(uint256 jobId, address token, address payer, uint256 amount, bytes proof) returns()
func (escrow *Escrow) TryPackClaimLockAndWithdraw(jobId *big.Int, token common.Address, payer common.Address, amount *big.Int, proof []byte) ([]byte, error) {
	return escrow.abi.Pack("claimLockAndWithdraw", jobId, token, payer, amount, proof)
}

// PackCreateLock is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x842d2c20.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function createLock(uint256 jobId, address token, address payer, uint256 amount, uint256 expiry) returns()
func (escrow *Escrow) PackCreateLock(jobId *big.Int, token common.Address, payer common.Address, amount *big.Int, expiry *big.Int) []byte {
	enc, err := escrow.abi.Pack("createLock", jobId, token, payer, amount, expiry)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCreateLock is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x842d2c20.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function createLock(uint256 jobId, address token, address payer, uint256 amount, uint256 expiry) returns()
func (escrow *Escrow) TryPackCreateLock(jobId *big.Int, token common.Address, payer common.Address, amount *big.Int, expiry *big.Int) ([]byte, error) {
	return escrow.abi.Pack("createLock", jobId, token, payer, amount, expiry)
}

// PackDeposit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x47e7ef24.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function deposit(address token, uint256 amount) returns()
func (escrow *Escrow) PackDeposit(token common.Address, amount *big.Int) []byte {
	enc, err := escrow.abi.Pack("deposit", token, amount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDeposit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x47e7ef24.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function deposit(address token, uint256 amount) returns()
func (escrow *Escrow) TryPackDeposit(token common.Address, amount *big.Int) ([]byte, error) {
	return escrow.abi.Pack("deposit", token, amount)
}

// PackDepositWithPermit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x12a62cff.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function depositWithPermit(address token, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) returns()
func (escrow *Escrow) PackDepositWithPermit(token common.Address, amount *big.Int, deadline *big.Int, v uint8, r [32]byte, s [32]byte) []byte {
	enc, err := escrow.abi.Pack("depositWithPermit", token, amount, deadline, v, r, s)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDepositWithPermit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x12a62cff.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function depositWithPermit(address token, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) returns()
func (escrow *Escrow) TryPackDepositWithPermit(token common.Address, amount *big.Int, deadline *big.Int, v uint8, r [32]byte, s [32]byte) ([]byte, error) {
	return escrow.abi.Pack("depositWithPermit", token, amount, deadline, v, r, s)
}

// PackGetAuthorizations is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdc697a5a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getAuthorizations(address token, address payer, address payee) view returns((address,uint256,uint256,uint256,uint256,uint256)[])
func (escrow *Escrow) PackGetAuthorizations(token common.Address, payer common.Address, payee common.Address) []byte {
	enc, err := escrow.abi.Pack("getAuthorizations", token, payer, payee)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetAuthorizations is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdc697a5a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getAuthorizations(address token, address payer, address payee) view returns((address,uint256,uint256,uint256,uint256,uint256)[])
func (escrow *Escrow) TryPackGetAuthorizations(token common.Address, payer common.Address, payee common.Address) ([]byte, error) {
	return escrow.abi.Pack("getAuthorizations", token, payer, payee)
}

// UnpackGetAuthorizations is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xdc697a5a.
//
// Solidity: function getAuthorizations(address token, address payer, address payee) view returns((address,uint256,uint256,uint256,uint256,uint256)[])
func (escrow *Escrow) UnpackGetAuthorizations(data []byte) ([]Escrowauth, error) {
	out, err := escrow.abi.Unpack("getAuthorizations", data)
	if err != nil {
		return *new([]Escrowauth), err
	}
	out0 := *abi.ConvertType(out[0], new([]Escrowauth)).(*[]Escrowauth)
	return out0, nil
}

// PackGetLocks is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7d3d2336.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getLocks(address token, address payer, address payee) view returns((uint256,address,uint256,uint256,address)[])
func (escrow *Escrow) PackGetLocks(token common.Address, payer common.Address, payee common.Address) []byte {
	enc, err := escrow.abi.Pack("getLocks", token, payer, payee)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetLocks is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7d3d2336.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getLocks(address token, address payer, address payee) view returns((uint256,address,uint256,uint256,address)[])
func (escrow *Escrow) TryPackGetLocks(token common.Address, payer common.Address, payee common.Address) ([]byte, error) {
	return escrow.abi.Pack("getLocks", token, payer, payee)
}

// UnpackGetLocks is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x7d3d2336.
//
// Solidity: function getLocks(address token, address payer, address payee) view returns((uint256,address,uint256,uint256,address)[])
func (escrow *Escrow) UnpackGetLocks(data []byte) ([]Escrowlock, error) {
	out, err := escrow.abi.Unpack("getLocks", data)
	if err != nil {
		return *new([]Escrowlock), err
	}
	out0 := *abi.ConvertType(out[0], new([]Escrowlock)).(*[]Escrowlock)
	return out0, nil
}

// PackGetUserFunds is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3a8ae44f.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function getUserFunds(address payer, address token) view returns((uint256,uint256))
func (escrow *Escrow) PackGetUserFunds(payer common.Address, token common.Address) []byte {
	enc, err := escrow.abi.Pack("getUserFunds", payer, token)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGetUserFunds is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3a8ae44f.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function getUserFunds(address payer, address token) view returns((uint256,uint256))
func (escrow *Escrow) TryPackGetUserFunds(payer common.Address, token common.Address) ([]byte, error) {
	return escrow.abi.Pack("getUserFunds", payer, token)
}

// UnpackGetUserFunds is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x3a8ae44f.
//
// Solidity: function getUserFunds(address payer, address token) view returns((uint256,uint256))
func (escrow *Escrow) UnpackGetUserFunds(data []byte) (EscrowuserFunds, error) {
	out, err := escrow.abi.Unpack("getUserFunds", data)
	if err != nil {
		return *new(EscrowuserFunds), err
	}
	out0 := *abi.ConvertType(out[0], new(EscrowuserFunds)).(*EscrowuserFunds)
	return out0, nil
}

// PackWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xde6d6d96.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function withdraw(address[] token, uint256[] amount) returns()
func (escrow *Escrow) PackWithdraw(token []common.Address, amount []*big.Int) []byte {
	enc, err := escrow.abi.Pack("withdraw", token, amount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xde6d6d96.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function withdraw(address[] token, uint256[] amount) returns()
func (escrow *Escrow) TryPackWithdraw(token []common.Address, amount []*big.Int) ([]byte, error) {
	return escrow.abi.Pack("withdraw", token, amount)
}

// EscrowAuth represents a Auth event raised by the Escrow contract.
type EscrowAuth struct {
	Payer           common.Address
	Payee           common.Address
	MaxLockedAmount *big.Int
	MaxLockSeconds  *big.Int
	MaxLockCounts   *big.Int
	Raw             *types.Log // Blockchain specific contextual infos
}

const EscrowAuthEventName = "Auth"

// ContractEventName returns the user-defined event name.
func (EscrowAuth) ContractEventName() string {
	return EscrowAuthEventName
}

// UnpackAuthEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Auth(address indexed payer, address indexed payee, uint256 maxLockedAmount, uint256 maxLockSeconds, uint256 maxLockCounts)
func (escrow *Escrow) UnpackAuthEvent(log *types.Log) (*EscrowAuth, error) {
	event := "Auth"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != escrow.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(EscrowAuth)
	if len(log.Data) > 0 {
		if err := escrow.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range escrow.abi.Events[event].Inputs {
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

// EscrowCanceled represents a Canceled event raised by the Escrow contract.
type EscrowCanceled struct {
	Payee  common.Address
	JobId  *big.Int
	Token  common.Address
	Payer  common.Address
	Amount *big.Int
	Raw    *types.Log // Blockchain specific contextual infos
}

const EscrowCanceledEventName = "Canceled"

// ContractEventName returns the user-defined event name.
func (EscrowCanceled) ContractEventName() string {
	return EscrowCanceledEventName
}

// UnpackCanceledEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Canceled(address indexed payee, uint256 jobId, address token, address indexed payer, uint256 amount)
func (escrow *Escrow) UnpackCanceledEvent(log *types.Log) (*EscrowCanceled, error) {
	event := "Canceled"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != escrow.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(EscrowCanceled)
	if len(log.Data) > 0 {
		if err := escrow.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range escrow.abi.Events[event].Inputs {
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

// EscrowClaimed represents a Claimed event raised by the Escrow contract.
type EscrowClaimed struct {
	Payee  common.Address
	JobId  *big.Int
	Token  common.Address
	Payer  common.Address
	Amount *big.Int
	Proof  []byte
	Raw    *types.Log // Blockchain specific contextual infos
}

const EscrowClaimedEventName = "Claimed"

// ContractEventName returns the user-defined event name.
func (EscrowClaimed) ContractEventName() string {
	return EscrowClaimedEventName
}

// UnpackClaimedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Claimed(address indexed payee, uint256 jobId, address token, address indexed payer, uint256 amount, bytes proof)
func (escrow *Escrow) UnpackClaimedEvent(log *types.Log) (*EscrowClaimed, error) {
	event := "Claimed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != escrow.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(EscrowClaimed)
	if len(log.Data) > 0 {
		if err := escrow.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range escrow.abi.Events[event].Inputs {
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

// EscrowDeposit represents a Deposit event raised by the Escrow contract.
type EscrowDeposit struct {
	Payer  common.Address
	Token  common.Address
	Amount *big.Int
	Raw    *types.Log // Blockchain specific contextual infos
}

const EscrowDepositEventName = "Deposit"

// ContractEventName returns the user-defined event name.
func (EscrowDeposit) ContractEventName() string {
	return EscrowDepositEventName
}

// UnpackDepositEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Deposit(address indexed payer, address token, uint256 amount)
func (escrow *Escrow) UnpackDepositEvent(log *types.Log) (*EscrowDeposit, error) {
	event := "Deposit"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != escrow.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(EscrowDeposit)
	if len(log.Data) > 0 {
		if err := escrow.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range escrow.abi.Events[event].Inputs {
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

// EscrowLock represents a Lock event raised by the Escrow contract.
type EscrowLock struct {
	Payer  common.Address
	Payee  common.Address
	JobId  *big.Int
	Amount *big.Int
	Expiry *big.Int
	Token  common.Address
	Raw    *types.Log // Blockchain specific contextual infos
}

const EscrowLockEventName = "Lock"

// ContractEventName returns the user-defined event name.
func (EscrowLock) ContractEventName() string {
	return EscrowLockEventName
}

// UnpackLockEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Lock(address payer, address payee, uint256 jobId, uint256 amount, uint256 expiry, address token)
func (escrow *Escrow) UnpackLockEvent(log *types.Log) (*EscrowLock, error) {
	event := "Lock"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != escrow.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(EscrowLock)
	if len(log.Data) > 0 {
		if err := escrow.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range escrow.abi.Events[event].Inputs {
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

// EscrowWithdraw represents a Withdraw event raised by the Escrow contract.
type EscrowWithdraw struct {
	Payer  common.Address
	Token  common.Address
	Amount *big.Int
	Raw    *types.Log // Blockchain specific contextual infos
}

const EscrowWithdrawEventName = "Withdraw"

// ContractEventName returns the user-defined event name.
func (EscrowWithdraw) ContractEventName() string {
	return EscrowWithdrawEventName
}

// UnpackWithdrawEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Withdraw(address indexed payer, address token, uint256 amount)
func (escrow *Escrow) UnpackWithdrawEvent(log *types.Log) (*EscrowWithdraw, error) {
	event := "Withdraw"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != escrow.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(EscrowWithdraw)
	if len(log.Data) > 0 {
		if err := escrow.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range escrow.abi.Events[event].Inputs {
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
