package chain

import (
	"testing"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
)

func TestBlockBefore(t *testing.T) {
	server := chainserver.Start(t, chainserver.OnDemand)
	client := newClient(t, server)
	server.Mine(t, 5)
	old, err := client.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	server.Advance(t, time.Hour)
	server.Mine(t, 5)
	oldest := time.Unix(int64(old.Time), 0)
	for name, test := range map[string]struct {
		when  time.Time
		least uint64
		want  uint64
	}{
		"the time of a block":      {oldest, 0, old.Number},
		"between two blocks":       {oldest.Add(time.Minute), 0, old.Number},
		"after the newest":         {oldest.Add(24 * time.Hour), 0, server.Head(t)},
		"before all":               {time.Unix(0, 0), 3, 3},
		"before the least":         {oldest, old.Number + 2, old.Number + 2},
		"least is beyond the head": {oldest, old.Number + 1000, old.Number + 1000},
	} {
		if got, err := client.BlockBefore(t.Context(), test.when, test.least); err != nil || got != test.want {
			t.Errorf("%s: got block %d, %v, want %d", name, got, err, test.want)
		}
	}
}

func TestPending(t *testing.T) {
	server := chainserver.Start(t, chainserver.OnDemand)
	client := newClient(t, server)
	sender := newSender(t, client, server.Consumer, time.Hour)
	pending := func(want bool) {
		t.Helper()
		if got, err := client.Pending(t.Context(), sender.Address()); err != nil || got != want {
			t.Errorf("pending %t, %v, want %t", got, err, want)
		}
	}
	pending(false)
	send(t, sender, transfer(server, server.Stranger.Address, 7))
	pending(true)
	server.Mine(t, 1)
	pending(false)
}
