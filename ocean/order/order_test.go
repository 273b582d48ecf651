package order

import (
	"crypto/ecdsa"
	"encoding/json"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/s3server"
)

const (
	confirmations = 2
	timeout       = time.Hour
	service       = 0
)

// world is a chain on which an owner has published a datatoken, of which consumer and stranger have some.
type world struct {
	*testing.T
	server                    *chainserver.Server
	client                    *chain.Client
	owner, consumer, stranger *chain.Sender
	datatoken                 common.Address
	start                     uint64
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
	w := &world{T: t, server: server, client: client, start: server.Head(t)}
	w.owner, w.consumer, w.stranger = w.sender(server.Owner), w.sender(server.Consumer), w.sender(server.Stranger)
	w.datatoken = w.publish(w.owner)
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

// publish a datatoken, of which consumer and stranger get five each.
func (w *world) publish(by *chain.Sender) common.Address {
	w.Helper()
	factory, template := contracts.NewERC721Factory(), contracts.NewERC20Template()
	sent := w.do(by.Send(w.Context(), chain.Call{To: w.server.Contracts.ERC721Factory, Data: factory.PackCreateNftWithErc20(
		contracts.IFactoryNftCreateData{Name: "Tumours", Symbol: "TMR", TemplateIndex: big.NewInt(1), Owner: by.Address()},
		contracts.IFactoryErcCreateData{
			TemplateIndex: big.NewInt(1), Strings: []string{"Access", "ACC"}, Addresses: []common.Address{by.Address(), {}, {}, {}},
			Uints: []*big.Int{tokens(1000), new(big.Int)},
		},
	)}))
	receipt, err := w.client.Receipt(w.Context(), sent.Hash)
	if err != nil {
		w.Fatal(err)
	}
	var datatoken common.Address
	for _, log := range receipt.Logs {
		if created, err := factory.UnpackTokenCreatedEvent(log); err == nil {
			datatoken = created.NewTokenAddress
		}
	}
	for _, to := range []*chain.Sender{w.consumer, w.stranger} {
		w.do(by.Send(w.Context(), chain.Call{To: datatoken, Data: template.PackMint(to.Address(), tokens(5))}))
	}
	return datatoken
}

func tokens(n int64) *big.Int { return new(big.Int).Mul(big.NewInt(n), wholeToken) }

// do what was sent: wait until it is mined, and let it settle.
func (w *world) do(sent *chain.Sent, err error) *chain.Sent {
	w.Helper()
	w.mined(sent, err)
	w.server.Mine(w, confirmations)
	return sent
}

func (w *world) mined(sent *chain.Sent, err error) *chain.Sent {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		receipt, err := w.client.Receipt(w.Context(), sent.Hash)
		if err != nil {
			w.Fatal(err)
		}
		if receipt != nil {
			return sent
		}
		if time.Now().After(deadline) {
			w.Fatalf("transaction %s is not mined within a minute", sent.Hash)
		}
	}
}

// now is the time of the newest block.
func (w *world) now() time.Time {
	w.Helper()
	head, err := w.client.Head(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return time.Unix(int64(head.Time), 0)
}

func (w *world) question() Question {
	w.Helper()
	return Question{
		Datatoken: w.datatoken, Service: service, Consumer: w.consumer.Address(), Timeout: timeout, Now: w.now(), Since: w.start,
	}
}

// expect that there is no order, for a reason.
func (w *world) expect(what string, question Question, want Reason) {
	w.Helper()
	order, err := Find(w.Context(), w.client, question)
	if missing, ok := IsMissing(err); !ok || missing.Reason != want {
		w.Errorf("%s: got %+v, %v, want %s", what, order, err, want)
	}
}

func (w *world) find(what string, question Question) *Order {
	w.Helper()
	order, err := Find(w.Context(), w.client, question)
	if err != nil {
		w.Fatalf("%s: %v", what, err)
	}
	return order
}

func TestOrder(t *testing.T) {
	w := newWorld(t)
	w.expect("before anything is ordered", w.question(), NotOrdered)
	sent := w.mined(Start(t.Context(), w.consumer, w.datatoken, w.consumer.Address(), service))
	w.expect("before it is deep enough", w.question(), Unconfirmed)
	w.server.Mine(t, confirmations)

	question := w.question()
	order := w.find("ordered", question)
	if order.Consumer != w.consumer.Address() || order.Payer != w.consumer.Address() || order.Transaction != sent.Hash ||
		!order.Expires.Equal(order.Started.Add(timeout)) || order.Started.After(question.Now) || question.Now.Sub(order.Started) > timeout {
		t.Errorf("order %+v of transaction %s at %s", order, sent.Hash, question.Now)
	}

	for name, change := range map[string]func(*Question){
		"another consumer":  func(q *Question) { q.Consumer = w.stranger.Address() },
		"another service":   func(q *Question) { q.Service = 1 },
		"another datatoken": func(q *Question) { q.Datatoken = w.server.Token },
		"before it began":   func(q *Question) { q.Since, q.Timeout = order.Block+1, 0 },
	} {
		other := question
		change(&other)
		w.expect(name, other, NotOrdered)
	}
	question.Now = order.Expires.Add(-time.Second)
	w.find("a second before the end", question)
	question.Now = order.Expires
	w.expect("at the end", question, Expired)
	question.Now = order.Expires.Add(1000 * timeout)
	w.expect("long after the end", question, NotOrdered)
	question.Timeout = 0
	if forEver := w.find("without a timeout", question); !forEver.Expires.IsZero() {
		t.Errorf("it expires: %+v", forEver)
	}

	// A newer order lasts longer.
	w.server.Advance(t, timeout/2)
	w.do(Start(t.Context(), w.consumer, w.datatoken, w.consumer.Address(), service))
	if newer := w.find("ordered again", w.question()); !newer.Expires.After(order.Expires) {
		t.Errorf("got %+v, want one that lasts longer than %+v", newer, order)
	}
}

// What another contract emits is no order of this datatoken, whatever it says.
func TestOrderOfAnotherContract(t *testing.T) {
	w := newWorld(t)
	forged := w.publish(w.stranger)
	w.do(Start(t.Context(), w.consumer, forged, w.consumer.Address(), service))
	w.expect("an order of a stranger's datatoken", w.question(), NotOrdered)

	key := w.environment()
	fee, err := SignFee(key.key, w.datatoken, w.now().Add(timeout))
	if err != nil {
		t.Fatal(err)
	}
	order := w.do(Start(t.Context(), w.consumer, forged, w.consumer.Address(), service))
	w.do(Reuse(t.Context(), w.consumer, w.datatoken, order.Hash, fee))
	question := w.question()
	question.Environment = key.address
	w.expect("that order reused", question, NotOrdered)
	// A server that answers with the other contract's events is not believed.
	lying := chainserver.NewProxy(t, w.server)
	lying.Set(func(writer http.ResponseWriter, _ *http.Request, request chainserver.Request, pass func()) {
		if request.Method != "eth_getLogs" {
			pass()
			return
		}
		var logs json.RawMessage
		w.server.Call(t, &logs, "eth_getLogs", map[string]any{"address": forged, "fromBlock": "0x0", "topics": []any{contracts.NewERC20Template().GetABI().Events["OrderStarted"].ID}})
		chainserver.Answer(writer, request, string(logs))
	})
	client, err := chain.New(chain.Options{
		ChainID: w.server.ChainID, URLs: []string{lying.URL}, Confirmations: confirmations, Transport: egress.Transport(s3server.Loopback()),
	})
	if err != nil {
		t.Fatal(err)
	}
	found, err := Find(t.Context(), client, w.question())
	if _, missing := IsMissing(err); found != nil || err == nil || missing || chain.ReasonOf(err) == "" {
		t.Errorf("of a server that lies: %+v, %v; want an error of the chain", found, err)
	}
}

func TestOrderPaidByOthers(t *testing.T) {
	w := newWorld(t)
	w.do(Start(t.Context(), w.stranger, w.datatoken, w.consumer.Address(), service))
	if order := w.find("a present", w.question()); order.Payer != w.stranger.Address() {
		t.Errorf("got %+v, want one that the stranger paid", order)
	}
	question := w.question()
	question.Consumer = w.stranger.Address()
	w.expect("who gives it away has none", question, NotOrdered)

	environment := w.environment()
	w.do(Start(t.Context(), w.stranger, w.datatoken, environment.address, service))
	w.expect("the environment is not known", question, NotOrdered)
	question.Environment = environment.address
	w.find("paid for the environment, as Ocean's clients do", question)
	question.Consumer = w.owner.Address()
	w.expect("paid for the environment by somebody else", question, NotOrdered)
}

// environment is the account of an environment.
func (w *world) environment() account {
	w.Helper()
	key, err := crypto.GenerateKey()
	if err != nil {
		w.Fatal(err)
	}
	return account{key, crypto.PubkeyToAddress(key.PublicKey)}
}

type account struct {
	key     *ecdsa.PrivateKey
	address common.Address
}

func TestReorganisationRemovesOrder(t *testing.T) {
	w := newWorld(t)
	w.mined(Start(t.Context(), w.consumer, w.datatoken, w.consumer.Address(), service))
	w.server.Mine(t, confirmations-1)
	w.expect("before it is deep enough", w.question(), Unconfirmed)
	w.server.Reorganise(t, confirmations)
	w.server.Forget(t)
	w.server.Mine(t, 10*confirmations)
	w.expect("it is gone", w.question(), NotOrdered)
}

func TestReusedOrder(t *testing.T) {
	w := newWorld(t)
	environment := w.environment()
	ask := func() Question {
		question := w.question()
		question.Environment = environment.address
		return question
	}
	sign := func(by account, datatoken common.Address, until time.Time) contracts.ERC20TemplateproviderFee {
		fee, err := SignFee(by.key, datatoken, until)
		if err != nil {
			t.Fatal(err)
		}
		return fee
	}
	order := w.do(Start(t.Context(), w.consumer, w.datatoken, w.consumer.Address(), service))
	w.server.Advance(t, timeout)
	w.expect("its time is over", ask(), Expired)

	later := w.now().Add(10 * timeout)
	for name, fee := range map[string]contracts.ERC20TemplateproviderFee{
		"a fee of somebody else":     sign(w.environment(), w.datatoken, later),
		"a fee of another datatoken": sign(environment, w.server.Token, later),
		"a fee that has ended":       sign(environment, w.datatoken, w.now().Add(-time.Minute)),
	} {
		w.do(Reuse(t.Context(), w.consumer, w.datatoken, order.Hash, fee))
		w.expect(name, ask(), Expired)
	}
	w.do(Reuse(t.Context(), w.consumer, w.datatoken, common.Hash{1}, sign(environment, w.datatoken, later)))
	w.expect("an order that there never was", ask(), Expired)

	w.mined(Reuse(t.Context(), w.consumer, w.datatoken, order.Hash, sign(environment, w.datatoken, later)))
	w.expect("before the reuse is deep enough", ask(), Unconfirmed)
	w.server.Mine(t, confirmations)
	question := ask()
	if reused := w.find("reused", question); reused.Transaction != order.Hash || !reused.Expires.Equal(reused.Started.Add(timeout)) || !reused.Expires.After(question.Now) {
		t.Errorf("got %+v at %s", reused, question.Now)
	}
	w.expect("to somebody who does not know the environment", w.question(), Expired)
	question.Consumer = w.stranger.Address()
	w.expect("it is the consumer's still", question, NotOrdered)

	// It lasts no longer than the fee.
	w.server.Advance(t, 2*timeout)
	until := w.now().Add(timeout / 2)
	w.do(Reuse(t.Context(), w.stranger, w.datatoken, order.Hash, sign(environment, w.datatoken, until)))
	if reused := w.find("reused again", ask()); !reused.Expires.Equal(until.UTC().Truncate(time.Second)) {
		t.Errorf("got %+v, want until %s", reused, until)
	}
}

func TestMissingSaysWhy(t *testing.T) {
	w := newWorld(t)
	_, err := Find(t.Context(), w.client, w.question())
	for _, want := range []string{w.datatoken.Hex(), w.consumer.Address().Hex(), "service 0", "startOrder"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
}
