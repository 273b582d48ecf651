package payment

import (
	"math/big"
	"sync"
	"time"
)

const (
	// calmTime stands in for confirmations where a chain makes no blocks.
	calmTime = 30 * time.Second
	// maxCalm locks are remembered.
	maxCalm = 10_000
)

// look at the payee's account on chain.
type look struct {
	mined, pending, head uint64
	at                   time.Time
}

// calm knows since when nothing was sent that may lock the money of a run. Where a run ends before its lock was seen, a
// transaction may be on its way, sent by a process that has died, and seen by some servers only. It has missed its chance
// once all that was pending at the first look is mined, and as many blocks have come since as make an event believed. The
// zero value is ready.
type calm struct {
	mutex sync.Mutex
	since map[string]look
}

// lasts says whether it has lasted long enough.
func (c *calm) lasts(id *big.Int, now look, confirmations uint64) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	first, known := c.since[id.String()]
	if !known {
		if c.since == nil || len(c.since) >= maxCalm {
			// Whoever is forgotten looks for the first time again.
			c.since = map[string]look{}
		}
		c.since[id.String()] = now
		return false
	}
	return now.mined >= first.pending && (now.head >= first.head+max(confirmations, 1) || now.at.Sub(first.at) >= calmTime)
}

// disturb it: something is about to be sent.
func (c *calm) disturb(id *big.Int) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	delete(c.since, id.String())
}
