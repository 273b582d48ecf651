package chain

import (
	"context"

	"github.com/ethereum/go-ethereum/common"
)

// Nonces of an account as far as the servers know: how many of its transactions are mined, and how many there are with those
// that wait for a block.
func (c *Client) Nonces(ctx context.Context, account common.Address) (mined, pending uint64, err error) {
	if mined, err = c.nonce(ctx, account, "latest"); err != nil {
		return 0, 0, err
	}
	pending, err = c.nonce(ctx, account, "pending")
	return mined, pending, err
}

// Carries says whether a call with a key is on its way, sent by this sender.
func (s *Sender) Carries(ctx context.Context, key string) (bool, error) {
	sent, err := s.underway(ctx, key)
	return sent != nil, err
}
