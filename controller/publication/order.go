package publication

import (
	"context"
	"fmt"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/order"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// ordered is an order, and when it was found.
type ordered struct {
	order *order.Order
	read  time.Time
}

// Order of what is published as an NFT, that gives access. Without one the error is an *order.Missing; a *Silence says that
// nobody knows. Since in the question is filled in. The answer is at most as old as age, and an order that is over is none
// whatever its age.
func (b *Book) Order(ctx context.Context, nft *v1alpha1.NFT, question order.Question, age time.Duration) (*order.Order, error) {
	b.open()
	key := fmt.Sprint(nft.ChainID, question.Datatoken, question.Service, question.Consumer, question.Environment, question.Timeout)
	question.Since = oldest(nft.ChainID)
	if value, ok := b.orders.Get(key); ok {
		known := value.(ordered)
		over := !known.order.Expires.IsZero() && !known.order.Expires.After(question.Now)
		if time.Since(known.read) < age && !over {
			return known.order, nil
		}
	}
	var found *order.Order
	began := time.Now()
	err := b.ask(ctx, nft.ChainID, func(ctx context.Context, client *chain.Client, _ *v1alpha1.ComputeEnvironment) (err error) {
		found, err = order.Find(ctx, client, question)
		return err
	})
	if err != nil {
		b.orders.Remove(key)
		return nil, err
	}
	b.orders.Add(key, ordered{found, began}, memory)
	return found, nil
}
