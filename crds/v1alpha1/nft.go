package v1alpha1

// NFT is a data NFT of Ocean's contracts.
type NFT struct {
	// ChainID of its chain; an environment's spec.payment.chain must say how to reach it.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=9007199254740991
	// +required
	ChainID int64 `json:"chainID"`

	// Address of its contract.
	// +required
	Address Address `json:"address"`
}

// Publication is what stands on chain of a dataset or an algorithm.
type Publication struct {
	// DID of the NFT: did:op and the SHA-256 of its address and chain.
	// +kubebuilder:validation:MaxLength=71
	// +required
	DID string `json:"did"`

	// State of the NFT: 0, active, or 5, unlisted. In any other it does not count.
	// +kubebuilder:validation:Enum=0;5
	// +optional
	State int32 `json:"state"`

	// Publisher is the account that has set the DDO, where it owns the NFT. Whoever is given leave to set it, or hands an NFT
	// to somebody else, publishes nothing in that one's name.
	// +optional
	Publisher Address `json:"publisher,omitempty"`

	// Datatoken whose orders give access.
	// +optional
	Datatoken Address `json:"datatoken,omitempty"`

	// ServiceIndex of the service in the DDO, which an order must be for.
	// +optional
	ServiceIndex int64 `json:"serviceIndex,omitempty"`

	// DDOSHA256 is the SHA-256 of the DDO on chain, in lower-case hex.
	// +kubebuilder:validation:MaxLength=64
	// +required
	DDOSHA256 string `json:"ddoSHA256"`

	// Block in which it was set.
	// +required
	Block int64 `json:"block"`

	// DDO on chain, as JSON.
	// +kubebuilder:validation:MaxLength=32768
	// +optional
	DDO string `json:"ddo,omitempty"`
}
