package agreement

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
)

// ledger keeps what agreements that were deleted had spent, until they would have expired: whoever creates one again, with
// the same signature or another under the same terms, finds it there. It is a ConfigMap beside the controller.
type ledger struct {
	reader    client.Reader
	writer    client.Writer
	namespace string
}

// LedgerName of the ConfigMap in the controller's namespace.
const LedgerName = "c2d-agreements"

// maxEntries keep the ledger within what an object may hold.
const maxEntries = 3000

// entry of an agreement that is gone.
type entry struct {
	// Agreement is namespace/name, for people.
	Agreement string          `json:"agreement"`
	Spent     v1alpha1.Amount `json:"spent"`
	ExpiresAt metav1.Time     `json:"expiresAt"`
}

// spent by earlier objects of the same terms; empty: there was none that spent anything.
func (l *ledger) spent(ctx context.Context, a *v1alpha1.ServiceAgreement) (v1alpha1.Amount, error) {
	book, err := l.open(ctx)
	if err != nil {
		return "", err
	}
	text, ok := book.Data[keyOf(a)]
	if !ok {
		return "", nil
	}
	e, err := parse(text)
	return e.Spent, err
}

// record what an agreement has spent that is being deleted.
func (l *ledger) record(ctx context.Context, a *v1alpha1.ServiceAgreement, now time.Time) error {
	if a.Status.Spent == "" || a.Status.Spent == "0" || !now.Before(a.Spec.ExpiresAt.Time) {
		return nil
	}
	book, err := l.open(ctx)
	if err != nil {
		return err
	}
	key := keyOf(a)
	if text, ok := book.Data[key]; ok {
		known, err := parse(text)
		if err != nil {
			return err
		}
		if !more(a.Status.Spent, known.Spent) {
			return nil
		}
	}
	maps.DeleteFunc(book.Data, func(_, text string) bool {
		e, err := parse(text)
		return err == nil && !now.Before(e.ExpiresAt.Time)
	})
	if len(book.Data) >= maxEntries {
		return fmt.Errorf("ConfigMap %s/%s has %d agreements that were deleted and have not expired; ServiceAgreement %s/%s stays until one of them has", l.namespace, LedgerName, len(book.Data), a.Namespace, a.Name)
	}
	text, err := json.Marshal(entry{a.Namespace + "/" + a.Name, a.Status.Spent, a.Spec.ExpiresAt})
	if err != nil {
		return err
	}
	if book.Data == nil {
		book.Data = map[string]string{}
	}
	book.Data[key] = string(text)
	if book.ResourceVersion == "" {
		err = l.writer.Create(ctx, book)
	} else {
		err = l.writer.Update(ctx, book)
	}
	if err != nil {
		return fmt.Errorf("record what ServiceAgreement %s/%s has spent: %w", a.Namespace, a.Name, err)
	}
	return nil
}

func (l *ledger) open(ctx context.Context) (*corev1.ConfigMap, error) {
	book := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: l.namespace, Name: LedgerName}}
	err := l.reader.Get(ctx, types.NamespacedName{Namespace: l.namespace, Name: LedgerName}, book)
	if err != nil && !apierrors.IsNotFound(err) {
		return nil, fmt.Errorf("read ConfigMap %s/%s: %w", l.namespace, LedgerName, err)
	}
	return book, nil
}

func parse(text string) (e entry, err error) {
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return e, fmt.Errorf("an entry of ConfigMap %s cannot be read: %w", LedgerName, err)
	}
	return e, nil
}

func more(a, b v1alpha1.Amount) bool {
	x, err := ocean.ParseAmount(string(a))
	if err != nil {
		return false
	}
	y, err := ocean.ParseAmount(string(b))
	if err != nil {
		y = new(big.Int)
	}
	return x.Cmp(y) > 0
}

// keyOf an agreement: the hash of all that is immutable in it. Two with the same key share one maxAmount, as one whose
// signature was replaced does with itself.
func keyOf(a *v1alpha1.ServiceAgreement) string {
	spec := a.Spec
	spec.Signature = ""
	spec.Consumer, spec.Payment.Token = lower(spec.Consumer), lower(spec.Payment.Token)
	// Their order is not signed.
	spec.Algorithms = slices.Sorted(slices.Values(spec.Algorithms))
	spec.Datasets = slices.SortedFunc(slices.Values(spec.Datasets), func(x, y v1alpha1.AgreedDataset) int {
		return cmp.Or(cmp.Compare(x.DID, y.DID), cmp.Compare(x.Namespace, y.Namespace), cmp.Compare(x.Name, y.Name))
	})
	spec.ExpiresAt = metav1.NewTime(spec.ExpiresAt.UTC().Truncate(time.Second))
	text, err := json.Marshal(struct {
		Namespace, Name string
		Spec            v1alpha1.ServiceAgreementSpec
	}{a.Namespace, a.Name, spec})
	if err != nil {
		panic(err) // Text, lists of text and a time.
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func lower(address v1alpha1.Address) v1alpha1.Address {
	return v1alpha1.Address(strings.ToLower(string(address)))
}
