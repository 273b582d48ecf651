package chain

import (
	"context"

	"github.com/ethereum/go-ethereum/common"
)

// Idle says that no transaction of an account waits for a block, as far as the servers know.
func (c *Client) Idle(ctx context.Context, account common.Address) (bool, error) {
	mined, err := c.nonce(ctx, account, "latest")
	if err != nil {
		return false, err
	}
	pending, err := c.nonce(ctx, account, "pending")
	return pending <= mined, err
}
