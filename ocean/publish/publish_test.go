package publish

import (
	"encoding/json"
	"errors"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/order"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/s3server"
)

const confirmations = 2

// world is a chain with an owner, who publishes, and a consumer, who has the token that is paid with.
type world struct {
	*testing.T
	server          *chainserver.Server
	client          *chain.Client
	factory         *Factory
	owner, consumer *chain.Sender
	start           uint64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	server := chainserver.Start(t, chainserver.Instantly)
	client, err := chain.New(chain.Options{
		ChainID: server.ChainID, URLs: []string{server.URL}, Confirmations: confirmations, Transport: egress.Transport(s3server.Loopback()),
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, server: server, client: client, start: server.Head(t), factory: NewFactory(client, server.Contracts.ERC721Factory)}
	w.owner, w.consumer = w.sender(server.Owner), w.sender(server.Consumer)
	return w
}

func (w *world) sender(account chainserver.Account) *chain.Sender {
	w.Helper()
	key, err := wallet.FromKey(account.PrivateKey)
	if err != nil {
		w.Fatal(err)
	}
	sender, err := chain.NewSender(w.client, key, chain.SenderOptions{MaxFeePerGas: big.NewInt(1e13), Poll: 10 * time.Millisecond})
	if err != nil {
		w.Fatal(err)
	}
	return sender
}

// do what was sent: wait until it is mined, and let it settle.
func (w *world) do(sent *chain.Sent, err error) *types.Receipt {
	w.Helper()
	receipt := w.mined(sent, err)
	w.server.Mine(w, confirmations)
	for _, sender := range []*chain.Sender{w.owner, w.consumer} {
		if err := sender.Tend(w.Context()); err != nil {
			w.Fatal(err)
		}
	}
	return receipt
}

func (w *world) mined(sent *chain.Sent, err error) *types.Receipt {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		receipt, err := w.client.Receipt(w.Context(), sent.Hash)
		if err != nil {
			w.Fatal(err)
		}
		if receipt != nil && receipt.Status != types.ReceiptStatusSuccessful {
			w.Fatalf("transaction %s was refused", sent.Hash)
		}
		if receipt != nil {
			return receipt
		}
		if time.Now().After(deadline) {
			w.Fatalf("transaction %s is not mined within a minute", sent.Hash)
		}
	}
}

func asset() Asset {
	return Asset{
		Name: "Tumours", Symbol: "TMR", TokenURI: "urn:c2d:one", Template: 1,
		Datatoken: Datatoken{Name: "Access to tumours", Symbol: "ATMR", Template: 1},
	}
}

func (w *world) create(asset Asset) *Created {
	w.Helper()
	created, err := w.factory.Made(w.do(w.factory.Create(w.Context(), w.owner, asset)))
	if err != nil {
		w.Fatal(err)
	}
	return created
}

// Each way to a price: what is read back is what was created, and a consumer gets a datatoken that orders access.
func TestCreate(t *testing.T) {
	w := newWorld(t)
	fixed := &FixedPrice{Exchange: w.server.Contracts.FixedPrice, Token: w.server.Token, Amount: big.NewInt(2_500_000_000_000_000_000)}
	for name, test := range map[string]struct {
		change func(*Asset)
		obtain func(datatoken common.Address)
	}{
		"handed out": {func(*Asset) {}, func(datatoken common.Address) {
			w.do(w.owner.Send(t.Context(), chain.Call{To: datatoken, Data: contracts.NewERC20Template().PackMint(w.consumer.Address(), Whole(1))}))
		}},
		"transferable, enterprise": {func(a *Asset) { a.Transferable, a.Datatoken.Template, a.Datatoken.Cap = true, 2, Whole(1000) }, func(datatoken common.Address) {
			w.do(w.owner.Send(t.Context(), chain.Call{To: datatoken, Data: contracts.NewERC20Template().PackMint(w.consumer.Address(), Whole(1))}))
		}},
		"free": {func(a *Asset) { a.Datatoken.Free = &FreePrice{Dispenser: w.server.Contracts.Dispenser} }, func(datatoken common.Address) {
			w.do(w.consumer.Send(t.Context(), chain.Call{
				To: w.server.Contracts.Dispenser, Data: contracts.NewDispenser().PackDispense(datatoken, Whole(1), w.consumer.Address()),
			}))
		}},
		"fixed": {func(a *Asset) { a.Datatoken.Fixed = fixed }, func(datatoken common.Address) {
			w.do(w.consumer.Send(t.Context(), chain.Call{To: w.server.Token, Data: contracts.NewERC20().PackApprove(fixed.Exchange, Whole(3))}))
			rates, err := read(t.Context(), w.client, datatoken, contracts.NewERC20Template().PackGetFixedRates(), contracts.NewERC20Template().UnpackGetFixedRates)
			if err != nil || len(rates) != 1 {
				t.Fatalf("rates %v, %v", rates, err)
			}
			w.do(w.consumer.Send(t.Context(), chain.Call{
				To: fixed.Exchange, Data: contracts.NewFixedRateExchange().PackBuyDT(rates[0].Id, Whole(1), Whole(3), common.Address{}, new(big.Int)),
			}))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			want := asset()
			want.TokenURI = "urn:c2d:" + name
			test.change(&want)
			created := w.create(want)
			facts, err := At(w.client, created.NFT).Facts(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if expected := (Facts{
				Owner: w.owner.Address(), Name: want.Name, Symbol: want.Symbol, TokenURI: want.TokenURI, Transferable: want.Transferable,
				Template: 1, State: Active, Datatokens: []common.Address{created.Datatoken},
			}); !reflect.DeepEqual(facts, expected) {
				t.Errorf("facts %+v, want %+v", facts, expected)
			}
			terms, err := DatatokenTerms(t.Context(), w.client, created.Datatoken)
			if err != nil {
				t.Fatal(err)
			}
			if terms.NFT != created.NFT || !reflect.DeepEqual(text(t, terms.Datatoken), text(t, want.Datatoken)) {
				t.Errorf("datatoken %s of %s, want %s", text(t, terms.Datatoken), terms.NFT, text(t, want.Datatoken))
			}
			test.obtain(created.Datatoken)
			w.do(order.Start(t.Context(), w.consumer, created.Datatoken, w.consumer.Address(), 0))
			if _, err := order.Find(t.Context(), w.client, order.Question{
				Datatoken: created.Datatoken, Consumer: w.consumer.Address(), Now: time.Now(), Since: w.start,
			}); err != nil {
				t.Error(err)
			}
			for of, issued := range map[common.Address]bool{created.Datatoken: true, w.server.Token: false} {
				if got, err := At(w.client, created.NFT).Issued(t.Context(), of); got != issued || err != nil {
					t.Errorf("%s is issued: %t, %v, want %t", of, got, err, issued)
				}
			}
		})
	}
}

func text(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPrice(t *testing.T) {
	w := newWorld(t)
	want := asset()
	want.Datatoken.Fixed = &FixedPrice{Exchange: w.server.Contracts.FixedPrice, Token: w.server.Token, Amount: big.NewInt(1)}
	if _, err := w.factory.Create(t.Context(), w.owner, want); !errors.Is(err, ErrInvalid) {
		t.Errorf("a price below what the exchange takes: %v", err)
	}
	capped := asset()
	capped.Datatoken.Cap = Whole(1)
	if _, err := w.factory.Create(t.Context(), w.owner, capped); !errors.Is(err, ErrInvalid) {
		t.Errorf("a cap that the template would pass over: %v", err)
	}
	want.Datatoken.Fixed.Amount = Whole(2)
	created := w.create(want)
	want.Datatoken.Fixed.Amount = Whole(5)
	w.do(SetPrice(t.Context(), w.client, w.owner, created.Datatoken, want.Datatoken.Fixed))
	if terms, err := DatatokenTerms(t.Context(), w.client, created.Datatoken); err != nil || terms.Fixed == nil || terms.Fixed.Amount.Cmp(Whole(5)) != 0 {
		t.Errorf("terms %+v, %v, want the new price", terms, err)
	}
	want.Datatoken.Fixed.Token = w.server.Contracts.Ocean
	if _, err := SetPrice(t.Context(), w.client, w.owner, created.Datatoken, want.Datatoken.Fixed); err == nil {
		t.Error("a price in another token is taken")
	}
}

// A process that ends right after it has sent must find what it made.
func TestFind(t *testing.T) {
	w := newWorld(t)
	find := func(by *chain.Sender, asset Asset) *Created {
		t.Helper()
		found, err := w.factory.Find(t.Context(), by.Address(), asset, w.start)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) > 1 {
			t.Errorf("found %d", len(found))
		}
		return slices.Concat(found, []*Created{nil})[0]
	}
	if found := find(w.owner, asset()); found != nil {
		t.Errorf("found %+v before there is anything", found)
	}
	made, err := w.factory.Made(w.mined(w.factory.Create(t.Context(), w.owner, asset())))
	if err != nil {
		t.Fatal(err)
	}
	if found := find(w.owner, asset()); found == nil || found.NFT != made.NFT || found.Datatoken != made.Datatoken || found.Settled {
		t.Errorf("found %+v, want %+v", found, made)
	}
	w.server.Mine(t, confirmations)
	if found := find(w.owner, asset()); found == nil || !found.Settled {
		t.Errorf("found %+v, want it settled", found)
	}
	other := asset()
	other.TokenURI = "urn:c2d:two"
	if found := find(w.owner, other); found != nil {
		t.Errorf("found %+v for another URI", found)
	}
	if found := find(w.consumer, asset()); found != nil {
		t.Errorf("found %+v of another owner", found)
	}
	w.do(w.factory.Create(t.Context(), w.consumer, asset())) // somebody else's of the same name
	if found := find(w.owner, asset()); found == nil || found.NFT != made.NFT {
		t.Errorf("found %+v, want the owner's %s", found, made.NFT)
	}
	newer := w.create(asset())
	if found, err := w.factory.Find(t.Context(), w.owner.Address(), asset(), w.start); err != nil || len(found) != 2 || found[0].NFT != newer.NFT {
		t.Errorf("found %+v, %v, want the newest first", found, err)
	}
}

// ddo of a dataset as it is published.
func (w *world) ddo(created *Created, license string) []byte {
	w.Helper()
	dataset := &v1alpha1.Dataset{
		ObjectMeta: metav1.ObjectMeta{Namespace: "hospital", Name: "tumours"},
		Spec:       v1alpha1.DatasetSpec{Metadata: v1alpha1.Metadata{Name: "Tumours", Description: "569 patients", Author: "Hospital", License: license}},
	}
	doc, err := ocean.PublishDataset(dataset, &ocean.Place{
		ChainID: int64(w.server.ChainID), NFT: created.NFT, Datatoken: created.Datatoken, Endpoint: "https://gateway.example.org", Cluster: "uid",
	}, time.Unix(0, 0))
	if err != nil {
		w.Fatal(err)
	}
	return []byte(text(w.T, doc))
}

func TestMetadata(t *testing.T) {
	w := newWorld(t)
	created := w.create(asset())
	nft := At(w.client, created.NFT)
	read := func() *Metadata {
		t.Helper()
		metadata, err := nft.Metadata(t.Context(), created.Block)
		if err != nil {
			t.Fatal(err)
		}
		return metadata
	}
	if metadata := read(); metadata != nil {
		t.Errorf("metadata %+v before there is any", metadata)
	}
	w.do(nft.SetTokenURI(t.Context(), w.owner, "https://example.org/tumours"))
	if facts, err := nft.Facts(t.Context()); err != nil || facts.TokenURI != "https://example.org/tumours" || facts.HasMetadata {
		t.Errorf("facts %+v, %v", facts, err)
	}
	w.do(nft.SetState(t.Context(), w.owner, Unlisted))
	if metadata := read(); metadata != nil {
		t.Errorf("metadata %+v of a state alone", metadata)
	}
	receipt := w.mined(nft.SetMetadata(t.Context(), w.owner, w.ddo(created, "MIT"), Active))
	if metadata := read(); metadata != nil {
		t.Errorf("metadata %+v before it is settled", metadata)
	}
	w.server.Mine(t, confirmations)
	metadata := read()
	if metadata == nil || metadata.State != Active || metadata.Block != receipt.BlockNumber.Uint64() || metadata.Transaction != receipt.TxHash {
		t.Fatalf("metadata %+v, want that of %s", metadata, receipt.TxHash)
	}
	doc, err := metadata.DDO()
	if err != nil || doc.ID != ocean.DID(int64(w.server.ChainID), created.NFT) || doc.Metadata.License != "MIT" {
		t.Errorf("ddo %+v, %v", doc, err)
	}

	w.do(nft.SetMetadata(t.Context(), w.owner, w.ddo(created, "CC0"), Active))
	w.do(nft.SetState(t.Context(), w.owner, Revoked))
	if metadata = read(); metadata.State != Revoked || metadata.State.Usable() {
		t.Errorf("metadata %+v, want the new state", metadata)
	}
	if doc, err = metadata.DDO(); err != nil || doc.Metadata.License != "CC0" {
		t.Errorf("ddo %+v, %v, want the new one", doc, err)
	}
	if facts, err := nft.Facts(t.Context()); err != nil || facts.State != Revoked || !facts.HasMetadata {
		t.Errorf("facts %+v, %v", facts, err)
	}
	w.do(nft.SetMetadata(t.Context(), w.owner, nil, Revoked))
	if _, err := read().DDO(); !errors.Is(err, ErrUnreadable) || !strings.Contains(err.Error(), "withdrawn") {
		t.Errorf("withdrawn metadata: %v", err)
	}
	if _, err := nft.SetMetadata(t.Context(), w.consumer, w.ddo(created, "MIT"), Active); !errors.Is(err, ErrNotAllowed) {
		t.Errorf("a stranger's metadata: %v", err)
	}
	if _, err := nft.SetState(t.Context(), w.consumer, Active); !errors.Is(err, ErrNotAllowed) {
		t.Errorf("a stranger's state: %v", err)
	}
	if _, err := At(w.client, w.server.Token).Facts(t.Context()); err == nil {
		t.Error("a token without a DDO is taken for an NFT")
	}
}

func TestReorganisationRemovesMetadata(t *testing.T) {
	w := newWorld(t)
	created := w.create(asset())
	nft := At(w.client, created.NFT)
	w.do(nft.SetMetadata(t.Context(), w.owner, w.ddo(created, "MIT"), Active))
	w.mined(nft.SetMetadata(t.Context(), w.owner, w.ddo(created, "CC0"), Active))
	w.server.Reorganise(t, 1)
	w.server.Forget(t)
	w.server.Mine(t, 10*confirmations)
	metadata, err := nft.Metadata(t.Context(), created.Block)
	if err != nil || metadata == nil {
		t.Fatalf("metadata %+v, %v", metadata, err)
	}
	if doc, err := metadata.DDO(); err != nil || doc.Metadata.License != "MIT" {
		t.Errorf("ddo %+v, %v, want the one before", doc, err)
	}
}

func TestUnreadableMetadata(t *testing.T) {
	for name, test := range map[string]struct {
		metadata Metadata
		want     string
	}{
		"empty":        {Metadata{}, "empty"},
		"encrypted":    {Metadata{Flags: []byte{2}, Data: []byte("x")}, "encrypted"},
		"compressed":   {Metadata{Flags: []byte{1}, Data: []byte("x")}, "compressed"},
		"both":         {Metadata{Flags: []byte{3}, Data: []byte("x")}, "encrypted"},
		"another hash": {Metadata{Data: []byte("{}")}, "SHA-256"},
		"no DDO":       {Metadata{Data: []byte("{}"), Hash: common.HexToHash("0x44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")}, "version"},
	} {
		if _, err := test.metadata.DDO(); !errors.Is(err, ErrUnreadable) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}
