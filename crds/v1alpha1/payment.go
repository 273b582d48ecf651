package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Address of an account or a contract, with the checksum of EIP-55 in its upper and lower case.
//
// +kubebuilder:validation:MaxLength=42
// +kubebuilder:validation:Pattern=`^0x[0-9a-fA-F]{40}$`
type Address string

// Amount in base units of a token, as a decimal integer.
//
// +kubebuilder:validation:MaxLength=78
// +kubebuilder:validation:Pattern=`^(0|[1-9][0-9]*)$`
type Amount string

// Hash of 32 bytes, as 0x and 64 hexadecimal digits: a transaction, a lock, a digest.
//
// +kubebuilder:validation:MaxLength=66
// +kubebuilder:validation:Pattern=`^0x[0-9a-f]{64}$`
type Hash string

// Payment says what jobs cost in an environment, and how they pay: out of Ocean's escrow contract, under a
// ServiceAgreement, for each minute that the algorithm ran.
//
// +kubebuilder:validation:XValidation:rule="has(self.payeeSecretRef) != has(self.payeeSigner)",message="exactly one of payeeSecretRef and payeeSigner must be set"
type Payment struct {
	// Chain that the money is on.
	// +required
	Chain Chain `json:"chain"`

	// Escrow is the address of Ocean's escrow contract.
	// +required
	Escrow Address `json:"escrow"`

	// PayeeSecretRef names a Secret in the controller's namespace with the key of the account that is paid: privateKey in
	// hexadecimal, or keystore (Web3 Secret Storage, JSON) and password.
	// +optional
	PayeeSecretRef *LocalSecretReference `json:"payeeSecretRef,omitempty"`

	// PayeeSigner keeps the key of the account that is paid outside of the cluster, and signs its transactions.
	// +optional
	PayeeSigner *ExternalSigner `json:"payeeSigner,omitempty"`

	// Prices per minute, for each token that is taken. Whoever signs an agreement signs those of its token: at other prices
	// it does not hold.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=token
	// +required
	Prices []TokenPrices `json:"prices"`
}

// Chain says how to reach an Ethereum chain.
//
// +kubebuilder:validation:XValidation:rule="has(self.rpcURLs) != has(self.rpcURLsSecretRef)",message="exactly one of rpcURLs and rpcURLsSecretRef must be set"
type Chain struct {
	// ChainID of the chain. Nodes that serve another one are not believed.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=9007199254740991
	// +required
	ChainID int64 `json:"chainID"`

	// RPCURLs of nodes, tried in this order: https://rpc.example.org. Whoever may read this object can read them: one that
	// contains a key belongs in rpcURLsSecretRef.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:items:MinLength=8
	// +kubebuilder:validation:items:MaxLength=2048
	// +kubebuilder:validation:items:Pattern=`^https?://[^/@\s]+(/\S*)?$`
	// +listType=atomic
	// +optional
	RPCURLs []string `json:"rpcURLs,omitempty"`

	// RPCURLsSecretRef names a Secret in the controller's namespace whose key rpcURLs holds the URLs of nodes, one on each line.
	// +optional
	RPCURLsSecretRef *LocalSecretReference `json:"rpcURLsSecretRef,omitempty"`

	// NFTFactory is Ocean's ERC721Factory on the chain. Of NFTs that it has made it is known who publishes with them. Not set:
	// the one that Ocean has deployed there, if any.
	// +optional
	NFTFactory Address `json:"nftFactory,omitempty"`

	// Confirmations is the number of blocks on top of an event's own from which on it is believed.
	// +kubebuilder:default=3
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000
	// +optional
	Confirmations *int32 `json:"confirmations,omitempty"`
}

// ExternalSigner is a service that signs with a key which it does not hand out.
type ExternalSigner struct {
	// URL of the service, http or https, without user name and password in it.
	// +kubebuilder:validation:MinLength=8
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:Pattern=`^https?://[^/@\s]+(/\S*)?$`
	// +required
	URL string `json:"url"`

	// API that it speaks: Clef (account_signTransaction) or Web3Signer (eth_signTransaction).
	// +required
	API SignerAPI `json:"api"`

	// Address of the account that it is to sign for.
	// +required
	Address Address `json:"address"`
}

// SignerAPI is the interface of an external signer.
//
// +kubebuilder:validation:Enum=Clef;Web3Signer
type SignerAPI string

// Interfaces of external signers.
const (
	SignerClef       SignerAPI = "Clef"
	SignerWeb3Signer SignerAPI = "Web3Signer"
)

// TokenPrices are the prices in one token.
type TokenPrices struct {
	// Token is the address of an ERC-20 contract.
	// +required
	Token Address `json:"token"`

	// PerMinute that a job's algorithm runs; a minute that has begun counts as one.
	// +required
	PerMinute Prices `json:"perMinute"`
}

// Prices of one minute, in base units of a token. Parts of a core and of a GiB are paid in proportion.
type Prices struct {
	// CPU is the price of one core.
	// +kubebuilder:default="0"
	// +optional
	CPU Amount `json:"cpu,omitempty"`

	// MemoryGiB is the price of one GiB of memory.
	// +kubebuilder:default="0"
	// +optional
	MemoryGiB Amount `json:"memoryGiB,omitempty"`

	// DiskGiB is the price of one GiB of disk.
	// +kubebuilder:default="0"
	// +optional
	DiskGiB Amount `json:"diskGiB,omitempty"`
}

// Keys of the Secrets of Payment.
const (
	SecretKeyPrivateKey = "privateKey"
	SecretKeyKeystore   = "keystore"
	SecretKeyPassword   = "password"
	SecretKeyRPCURLs    = "rpcURLs"
)

// PaymentStatus is the money of one run. What it says is frozen when the money is locked; neither another price nor
// another environment changes it.
type PaymentStatus struct {
	// State in one word: Locking, Locked, Claiming, Settled, or Unsettled, which a person or time must resolve.
	// +required
	State PaymentState `json:"state"`

	// Agreement that pays, a ServiceAgreement beside the job.
	// +kubebuilder:validation:MaxLength=253
	// +required
	Agreement string `json:"agreement"`

	// LockID under which the escrow contract holds the money. It commits to cluster, job, run, what runs, and the prices.
	// +required
	LockID Hash `json:"lockID"`

	// Block before the lock was sent: only later events count.
	// +required
	Block int64 `json:"block"`

	// ChainID of the chain.
	// +required
	ChainID int64 `json:"chainID"`

	// Escrow contract.
	// +required
	Escrow Address `json:"escrow"`

	// Token that is paid with.
	// +required
	Token Address `json:"token"`

	// Payer is the consumer's account.
	// +required
	Payer Address `json:"payer"`

	// Payee is the environment's account.
	// +required
	Payee Address `json:"payee"`

	// Prices that the consumer signed.
	// +required
	Prices Prices `json:"prices"`

	// PerMinute is what a minute of this run costs.
	// +required
	PerMinute Amount `json:"perMinute"`

	// MaxMinutes are those of the run's maxDuration.
	// +required
	MaxMinutes int64 `json:"maxMinutes"`

	// Locked amount: the cost of maxMinutes.
	// +required
	Locked Amount `json:"locked"`

	// LockTx is the transaction that locked it, once it is confirmed.
	// +optional
	LockTx Hash `json:"lockTx,omitempty"`

	// LockExpiresAt is when the contract gives the money back to the consumer, whatever has run.
	// +optional
	LockExpiresAt *metav1.Time `json:"lockExpiresAt,omitempty"`

	// Minutes that are billed; 0 where the environment's side failed.
	// +optional
	Minutes *int64 `json:"minutes,omitempty"`

	// Claimed amount, which the payee got.
	// +optional
	Claimed Amount `json:"claimed,omitempty"`

	// Refunded amount, which is back with the consumer.
	// +optional
	Refunded Amount `json:"refunded,omitempty"`

	// ClaimTx is the transaction that settled the run, once it is confirmed.
	// +optional
	ClaimTx Hash `json:"claimTx,omitempty"`
}

// PaymentState is the state of a run's money in one word.
//
// +kubebuilder:validation:Enum=Locking;Locked;Claiming;Settled;Unsettled
type PaymentState string

// States of a run's money, in the order of its life.
const (
	// PaymentLocking money may be locked, or not yet.
	PaymentLocking PaymentState = "Locking"
	// PaymentLocked money is locked: the event is confirmed.
	PaymentLocked PaymentState = "Locked"
	// PaymentClaiming money may be claimed, or not yet.
	PaymentClaiming PaymentState = "Claiming"
	// PaymentSettled money is where it belongs: the event is confirmed.
	PaymentSettled PaymentState = "Settled"
	// PaymentUnsettled money could not be claimed or refunded.
	PaymentUnsettled PaymentState = "Unsettled"
)

// PaymentRecord is the money of an earlier run in short.
type PaymentRecord struct {
	// State that it is in.
	// +required
	State PaymentState `json:"state"`

	// LockID under which it was locked.
	// +required
	LockID Hash `json:"lockID"`

	// Token that was paid with.
	// +required
	Token Address `json:"token"`

	// Claimed amount.
	// +optional
	Claimed Amount `json:"claimed,omitempty"`

	// Refunded amount.
	// +optional
	Refunded Amount `json:"refunded,omitempty"`

	// ClaimTx is the transaction that settled the run.
	// +optional
	ClaimTx Hash `json:"claimTx,omitempty"`
}
