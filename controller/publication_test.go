package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/order"
	onchain "github.com/compute-to-data/terraform-provider-c2d/ocean/publish"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/s3server"
)

// chains of these tests have ids of their own, by which the controller finds them.
var chains atomic.Uint64

// publisher is a market on which somebody publishes datasets and algorithms.
type publisher struct {
	*market
	front   *chainserver.Proxy
	nodes   *chain.Client
	factory *onchain.Factory
	owner   *chain.Sender
	cluster types.UID
}

func newPublisher(t *testing.T) *publisher {
	t.Helper()
	server := chainserver.StartAs(t, chainserver.Quickly, 770_000+chains.Add(1))
	p := &publisher{market: newMarketOn(t, server), front: chainserver.NewProxy(t, server)}
	change(t, p.environment, func(e *v1alpha1.ComputeEnvironment) {
		e.Spec.Payment.Chain.RPCURLs = []string{p.front.URL}
		e.Spec.Payment.Chain.NFTFactory = v1alpha1.Address(server.Contracts.ERC721Factory.Hex())
	})
	var err error
	if p.nodes, err = chain.New(chain.Options{ChainID: server.ChainID, URLs: []string{server.URL}, Transport: egress.Transport(s3server.Loopback())}); err != nil {
		t.Fatal(err)
	}
	key, err := wallet.FromKey(server.Stranger.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	if p.owner, err = chain.NewSender(p.nodes, key, chain.SenderOptions{MaxFeePerGas: big.NewInt(1e11), Poll: 20 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	p.factory = onchain.NewFactory(p.nodes, server.Contracts.ERC721Factory)
	var system corev1.Namespace
	if err := api.Get(t.Context(), client.ObjectKey{Name: metav1.NamespaceSystem}, &system); err != nil {
		t.Fatal(err)
	}
	p.cluster = system.UID
	return p
}

// change an object until nobody else has.
func change[T client.Object](t *testing.T, object T, by func(T)) {
	t.Helper()
	for {
		if err := api.Get(t.Context(), client.ObjectKeyFromObject(object), object); err != nil {
			t.Fatal(err)
		}
		by(object)
		err := api.Update(t.Context(), object)
		if err == nil {
			return
		}
		if !strings.Contains(err.Error(), "the object has been modified") {
			t.Fatal(err)
		}
	}
}

// mined by the owner of what is published.
func (p *publisher) mined(t *testing.T) func(*chain.Sent, error) common.Hash {
	return func(sent *chain.Sent, err error) common.Hash {
		t.Helper()
		if err == nil {
			_, err = p.owner.Wait(t.Context(), sent)
		}
		if err != nil {
			t.Fatal(err)
		}
		return sent.Hash
	}
}

// create an NFT with its datatoken, which says nothing yet.
func (p *publisher) create(t *testing.T) *onchain.Created {
	t.Helper()
	hash := p.mined(t)(p.factory.Create(t.Context(), p.owner, onchain.Asset{
		Name: "Asset", Symbol: "AST", Template: 1, Transferable: true, Datatoken: onchain.Datatoken{Name: "Access", Symbol: "ACC", Template: 1},
	}))
	receipt, err := p.nodes.Receipt(t.Context(), hash)
	if err != nil {
		t.Fatal(err)
	}
	created, err := p.factory.Made(receipt)
	if err != nil {
		t.Fatal(err)
	}
	return created
}

// metadata that Ocean's data model asks for.
var metadata = v1alpha1.Metadata{Name: "Asset", Description: "What it is about.", Author: "Somebody", License: "CC-BY-4.0"}

func (p *publisher) nft(created *onchain.Created) *v1alpha1.NFT {
	return &v1alpha1.NFT{ChainID: int64(p.chain.ChainID), Address: v1alpha1.Address(created.NFT.Hex())}
}

func (p *publisher) place(created *onchain.Created) *ocean.Place {
	return &ocean.Place{ChainID: int64(p.chain.ChainID), NFT: created.NFT, Datatoken: created.Datatoken, Endpoint: "https://gateway.example.org", Cluster: p.cluster}
}

// set the DDO, or whatever text.
func (p *publisher) set(t *testing.T, created *onchain.Created, ddo any, state onchain.State) {
	t.Helper()
	text, raw := ddo.([]byte)
	if !raw {
		var err error
		if text, err = json.Marshal(ddo); err != nil {
			t.Fatal(err)
		}
	}
	p.mined(t)(onchain.At(p.nodes, created.NFT).SetMetadata(t.Context(), p.owner, text, state))
}

// publishDataset of the story, as the object is.
func (p *publisher) publishDataset(t *testing.T) *onchain.Created {
	t.Helper()
	created := p.create(t)
	change(t, p.dataset, func(d *v1alpha1.Dataset) { d.Spec.NFT, d.Spec.Metadata = p.nft(created), metadata })
	p.unpublished(t, v1alpha1.ReasonDDONotFound, "has no metadata")
	p.set(t, created, p.ddo(t, created), onchain.Active)
	p.published(t, created)
	return created
}

func (p *publisher) ddo(t *testing.T, created *onchain.Created) *ocean.DDO {
	t.Helper()
	doc, err := ocean.PublishDataset(p.dataset, p.place(created), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// publishAlgorithm of the story, as the object is.
func (p *publisher) publishAlgorithm(t *testing.T) *onchain.Created {
	t.Helper()
	created := p.create(t)
	change(t, p.algorithm, func(a *v1alpha1.Algorithm) { a.Spec.NFT, a.Spec.Metadata = p.nft(created), metadata })
	doc, err := ocean.PublishAlgorithm(p.algorithm, p.place(created), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	p.set(t, created, doc, onchain.Unlisted)
	eventually(t, p.algorithm, "published", func(a *v1alpha1.Algorithm) bool {
		return meta.IsStatusConditionTrue(a.Status.Conditions, v1alpha1.ConditionPublished)
	})
	return created
}

func (p *publisher) published(t *testing.T, created *onchain.Created) {
	t.Helper()
	did := ocean.DID(int64(p.chain.ChainID), created.NFT)
	eventually(t, p.dataset, "published", func(d *v1alpha1.Dataset) bool {
		return meta.IsStatusConditionTrue(d.Status.Conditions, v1alpha1.ConditionPublished) && d.Status.DID == did && d.Status.Published != nil
	})
}

// unpublished for a reason; the dataset is as good as any without NFT.
func (p *publisher) unpublished(t *testing.T, reason, message string) {
	t.Helper()
	eventually(t, p.dataset, reason, func(d *v1alpha1.Dataset) bool {
		c := meta.FindStatusCondition(d.Status.Conditions, v1alpha1.ConditionPublished)
		return c != nil && c.Status == metav1.ConditionFalse && c.Reason == reason && strings.Contains(c.Message, message) &&
			d.Status.Published == nil && strings.HasPrefix(d.Status.DID, "did:c2d:") && meta.IsStatusConditionTrue(d.Status.Conditions, v1alpha1.ConditionReady)
	})
}

// TestPublication follows what stands on chain of a dataset.
func TestPublication(t *testing.T) {
	t.Parallel()
	p := newPublisher(t)
	created := p.publishDataset(t)
	got := p.dataset.Status.Published
	if got.Datatoken != v1alpha1.Address(created.Datatoken.Hex()) || got.Publisher != v1alpha1.Address(p.owner.Address().Hex()) ||
		got.State != 0 || got.ServiceIndex != 0 || got.Block <= 0 || !strings.Contains(got.DDO, p.dataset.Status.DID) || len(got.DDOSHA256) != 64 {
		t.Errorf("got %+v", got)
	}

	nft := onchain.At(p.nodes, created.NFT)
	p.mined(t)(nft.SetState(t.Context(), p.owner, onchain.Revoked))
	p.unpublished(t, v1alpha1.ReasonNFTWithdrawn, "state 3")
	p.mined(t)(nft.SetState(t.Context(), p.owner, onchain.Unlisted))
	p.published(t, created)

	other := p.ddo(t, created)
	other.Metadata.License = "MIT"
	p.set(t, created, other, onchain.Active)
	p.unpublished(t, v1alpha1.ReasonDDOMismatch, `metadata.license is "MIT" on chain, expected "CC-BY-4.0"`)
	p.set(t, created, []byte("garbage"), onchain.Active)
	p.unpublished(t, v1alpha1.ReasonDDOInvalid, "not JSON")
	foreign := p.ddo(t, created)
	foreign.Services[0].DatatokenAddress = p.chain.Token.Hex()
	p.set(t, created, foreign, onchain.Active)
	p.unpublished(t, v1alpha1.ReasonDDOMismatch, "services.datatokenAddress")
	p.set(t, created, p.ddo(t, created), onchain.Active)
	p.published(t, created)

	// Nobody else's object is what is published here.
	copied := &v1alpha1.Dataset{ObjectMeta: metav1.ObjectMeta{Namespace: p.namespace, Name: "copied"}, Spec: p.dataset.Spec}
	if err := api.Create(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	eventually(t, copied, "refusal", func(d *v1alpha1.Dataset) bool {
		c := meta.FindStatusCondition(d.Status.Conditions, v1alpha1.ConditionPublished)
		return c != nil && c.Reason == v1alpha1.ReasonDDOMismatch && strings.Contains(c.Message, "c2d.object") && strings.HasPrefix(d.Status.DID, "did:c2d:")
	})

	unread := p.create(t)
	// While the chain is silent what was believed stays, as long as the object stays what it was.
	p.front.Set(chainserver.Down)
	change(t, p.dataset, func(d *v1alpha1.Dataset) { d.Spec.Metadata.Tags = []string{"new"} })
	eventually(t, p.dataset, "seen", func(d *v1alpha1.Dataset) bool { return d.Status.ObservedGeneration == d.Generation })
	p.published(t, created)
	change(t, p.dataset, func(d *v1alpha1.Dataset) { d.Spec.Metadata.License = "MIT" })
	p.unpublished(t, v1alpha1.ReasonDDOMismatch, "metadata.license")
	change(t, p.dataset, func(d *v1alpha1.Dataset) { d.Spec.Metadata.License = "CC-BY-4.0" })
	p.published(t, created)
	p.front.Set(chainserver.Garbage)
	change(t, copied, func(d *v1alpha1.Dataset) { d.Spec.NFT = p.nft(unread) })
	eventually(t, copied, "silence", func(d *v1alpha1.Dataset) bool {
		c := meta.FindStatusCondition(d.Status.Conditions, v1alpha1.ConditionPublished)
		return c != nil && c.Reason == v1alpha1.ReasonChainUnavailable && c.Status == metav1.ConditionFalse
	})
	p.front.Set(nil)
	eventually(t, copied, "an answer", func(d *v1alpha1.Dataset) bool {
		c := meta.FindStatusCondition(d.Status.Conditions, v1alpha1.ConditionPublished)
		return c != nil && c.Reason == v1alpha1.ReasonDDONotFound
	})

	change(t, p.dataset, func(d *v1alpha1.Dataset) { d.Spec.NFT = &v1alpha1.NFT{ChainID: 1, Address: d.Spec.NFT.Address} })
	p.unpublished(t, v1alpha1.ReasonChainUnknown, "chainID 1")
	change(t, p.dataset, func(d *v1alpha1.Dataset) { d.Spec.NFT = nil })
	eventually(t, p.dataset, "no NFT", func(d *v1alpha1.Dataset) bool {
		return meta.FindStatusCondition(d.Status.Conditions, v1alpha1.ConditionPublished) == nil && strings.HasPrefix(d.Status.DID, "did:c2d:")
	})
}

// agreed on what the job names, with the dataset under the DID that it has now.
func (p *publisher) agreed(t *testing.T) {
	t.Helper()
	p.agreement.Spec.Datasets[0].DID = p.dataset.Status.DID
	p.sign(t)
}

// TestJobsByDID run what is published, under its DID, wherever in the cluster it is.
func TestJobsByDID(t *testing.T) {
	t.Parallel()
	p := newPublisher(t)
	p.publishDataset(t)
	elsewhere := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "publisher-"}}
	if err := api.Create(t.Context(), elsewhere); err != nil {
		t.Fatal(err)
	}
	p.algorithm = &v1alpha1.Algorithm{ObjectMeta: metav1.ObjectMeta{Namespace: elsewhere.Name, Name: "train"}, Spec: p.algorithm.Spec}
	if err := api.Create(t.Context(), p.algorithm); err != nil {
		t.Fatal(err)
	}
	eventually(t, p.algorithm, "DID", func(a *v1alpha1.Algorithm) bool { return a.Status.DID != "" })
	own := p.algorithm.Status.DID
	p.publishAlgorithm(t)
	change(t, p.dataset, func(d *v1alpha1.Dataset) {
		d.Spec.Access.Publishers = []v1alpha1.Address{v1alpha1.Address(p.owner.Address().Hex())}
		d.Spec.Access.Algorithms = []v1alpha1.TrustedAlgorithm{{Checksum: "*", DID: p.algorithm.Status.DID}}
	})
	p.agreement.Spec.Algorithms = []string{p.algorithm.Status.DID}
	p.agreed(t)
	p.job.Spec.Datasets = []v1alpha1.DatasetReference{{DID: p.dataset.Status.DID}}
	p.job.Spec.Algorithm = v1alpha1.AlgorithmReference{DID: p.algorithm.Status.DID}
	p.begin(t)
	pod := p.started(t)
	run, err := sandbox.ParseRun(pod.Annotations)
	if err != nil {
		t.Fatal(err)
	}
	if run.Datasets[0].DID != p.dataset.Status.DID || run.Datasets[0].UID != p.dataset.UID || run.Algorithm.DID != p.algorithm.Status.DID || run.Algorithm.UID != p.algorithm.UID {
		t.Errorf("the pod is to run %+v", run)
	}
	if c := meta.FindStatusCondition(p.job.Status.Conditions, v1alpha1.ConditionAdmitted); c == nil ||
		!strings.Contains(c.Message, p.dataset.Status.DID+" is Dataset "+p.namespace+"/tumours.") || !strings.Contains(c.Message, p.algorithm.Status.DID+" is Algorithm "+elsewhere.Name+"/train.") {
		t.Errorf("condition %+v does not say what the DIDs stand for", c)
	}

	for name, test := range map[string]struct {
		spec func(*v1alpha1.ComputeJobSpec)
		want string
	}{
		"unknown":                    {func(s *v1alpha1.ComputeJobSpec) { s.Datasets[0].DID = "did:op:" + strings.Repeat("0", 64) }, "There is no Dataset with DID did:op:0000"},
		"an unknown algorithm":       {func(s *v1alpha1.ComputeJobSpec) { s.Algorithm.DID = "did:op:" + strings.Repeat("0", 64) }, "There is no Algorithm with DID did:op:0000"},
		"unpublished and not beside": {func(s *v1alpha1.ComputeJobSpec) { s.Algorithm.DID = own }, "There is no Algorithm with DID " + own},
	} {
		job := &v1alpha1.ComputeJob{ObjectMeta: metav1.ObjectMeta{Namespace: p.namespace, Name: strings.ReplaceAll(name, " ", "-")}, Spec: *p.job.Spec.DeepCopy()}
		test.spec(&job.Spec)
		if err := api.Create(t.Context(), job); err != nil {
			t.Fatal(err)
		}
		waits(t, job, v1alpha1.ReasonNotFound, test.want)
	}

	// One that is not for a consumer does not exist for it.
	change(t, p.dataset, func(d *v1alpha1.Dataset) { d.Spec.Access.Consumers.Namespaces = nil })
	job := &v1alpha1.ComputeJob{ObjectMeta: metav1.ObjectMeta{Namespace: p.namespace, Name: "hidden"}, Spec: p.job.Spec}
	if err := api.Create(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	waits(t, job, v1alpha1.ReasonNotFound, "There is no Dataset with DID "+p.dataset.Status.DID)
	if c := meta.FindStatusCondition(job.Status.Conditions, v1alpha1.ConditionReady); strings.Contains(c.Message, "tumours") {
		t.Errorf("%q tells what the dataset is called", c.Message)
	}
	// It is known by its account.
	change(t, p.dataset, func(d *v1alpha1.Dataset) {
		d.Spec.Access.Consumers.Addresses = []v1alpha1.Address{v1alpha1.Address(strings.ToLower(p.key.Address().Hex()))}
	})
	eventually(t, job, "admitted", func(j *v1alpha1.ComputeJob) bool {
		return meta.IsStatusConditionTrue(j.Status.Conditions, v1alpha1.ConditionAdmitted)
	})
}

// waits for a reason.
func waits(t *testing.T, job *v1alpha1.ComputeJob, reason, message string) {
	t.Helper()
	eventually(t, job, reason, func(j *v1alpha1.ComputeJob) bool {
		c := meta.FindStatusCondition(j.Status.Conditions, v1alpha1.ConditionReady)
		return c != nil && c.Reason == reason && strings.Contains(c.Message, message)
	})
}

// TestWhoHasNotPublished is trusted by nobody who trusts publishers, and neither is who got an NFT from somebody else.
func TestWhoHasNotPublished(t *testing.T) {
	t.Parallel()
	p := newPublisher(t)
	trusted := v1alpha1.Address(p.key.Address().Hex())
	change(t, p.dataset, func(d *v1alpha1.Dataset) { d.Spec.Access.Publishers = []v1alpha1.Address{trusted} })
	p.sign(t)
	begin := func(name string) {
		t.Helper()
		p.job = &v1alpha1.ComputeJob{ObjectMeta: metav1.ObjectMeta{Namespace: p.namespace, Name: name}, Spec: p.job.Spec}
		p.begin(t)
	}
	begin("unpublished")
	p.failed(t, v1alpha1.ReasonPolicyDenied, "published by nobody who is known")
	created := p.publishAlgorithm(t)
	begin("another")
	p.failed(t, v1alpha1.ReasonPolicyDenied, "published by "+p.owner.Address().Hex())
	// A present does not make the trusted account a publisher of what it has not seen.
	p.mined(t)(p.owner.Send(t.Context(), chain.Call{To: created.NFT, Data: contracts.NewERC721Template().PackTransferFrom(p.owner.Address(), p.key.Address(), big.NewInt(1))}))
	eventually(t, p.algorithm, "no publisher", func(a *v1alpha1.Algorithm) bool {
		return a.Status.Published != nil && a.Status.Published.Publisher == ""
	})
	begin("given")
	p.failed(t, v1alpha1.ReasonPolicyDenied, "published by nobody who is known")

	// Neither does a contract that tells lies about it.
	forged := &onchain.Created{NFT: common.HexToAddress("0x00000000000000000000000000000000000f0f0f"), Datatoken: created.Datatoken}
	p.forge(t, forged.NFT, p.key.Address())
	change(t, p.algorithm, func(a *v1alpha1.Algorithm) { a.Spec.NFT = p.nft(forged) })
	doc, err := ocean.PublishAlgorithm(p.algorithm, p.place(forged), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	definition := contracts.NewERC721Template().GetABI().Events["MetadataCreated"]
	event, err := definition.Inputs.NonIndexed().Pack(uint8(0), "", []byte{0}, text, sha256.Sum256(text), big.NewInt(0), big.NewInt(0))
	if err != nil {
		t.Fatal(err)
	}
	p.mined(t)(p.owner.Send(t.Context(), chain.Call{To: forged.NFT, Data: event}))
	eventually(t, p.algorithm, "forged", func(a *v1alpha1.Algorithm) bool { return a.Status.DID == doc.ID })
	if by := p.algorithm.Status.Published.Publisher; by != "" {
		t.Errorf("a forged contract makes %s a publisher", by)
	}
	begin("forged")
	p.failed(t, v1alpha1.ReasonPolicyDenied, "published by nobody who is known")
}

// forge a contract that says of itself that an account owns it, that every datatoken is its own, and, of whatever it is
// called with, that the account has set it as its metadata.
func (p *publisher) forge(t *testing.T, at, owner common.Address) {
	t.Helper()
	topic := contracts.NewERC721Template().GetABI().Events["MetadataCreated"].ID
	code := "0x" +
		"36602414604857" + // a call with one argument: to the answers at 0x48
		"366000600037" + // the whole call into memory
		"73" + hex.EncodeToString(owner[:]) + "7f" + hex.EncodeToString(topic[:]) + "366000a200" + // log it, and stop
		"5b600435600114605c57" + "600160005260206000f3" + // true, unless the argument is 1
		"5b73" + hex.EncodeToString(owner[:]) + "60005260206000f3" // the owner
	p.chain.Call(t, nil, "anvil_setCode", at, code)
}

// TestForgottenPublication is one whose block the chain has lost, deeper than anybody counts on.
func TestForgottenPublication(t *testing.T) {
	t.Parallel()
	p := newPublisher(t)
	p.publishDataset(t)
	p.chain.Reorganise(t, int(p.chain.Head(t))-int(p.dataset.Status.Published.Block)+2)
	p.unpublished(t, v1alpha1.ReasonDDONotFound, "has no metadata")
}

// TestNothingStartsUnknown: while the chain is silent no job starts under a DID that only the chain knows.
func TestNothingStartsUnknown(t *testing.T) {
	t.Parallel()
	p := newPublisher(t)
	p.publishDataset(t)
	p.job.Spec.Environment, p.job.Spec.Agreement = environmentName, ""
	p.job.Spec.Datasets = []v1alpha1.DatasetReference{{DID: p.dataset.Status.DID}}
	p.front.Set(chainserver.Down)
	p.begin(t)
	waits(t, p.job, v1alpha1.ReasonChainUnavailable, "chain")
	var pods corev1.PodList
	if err := api.List(t.Context(), &pods, client.MatchingLabels{sandbox.LabelJobUID: string(p.job.UID)}); err != nil || len(pods.Items) > 0 {
		t.Errorf("%d pods, %v", len(pods.Items), err)
	}
	p.front.Set(nil)
	p.started(t)
}

// TestOrders are what a dataset can ask for: of the consumer, of its own datatoken, within its timeout.
func TestOrders(t *testing.T) {
	t.Parallel()
	p := newPublisher(t)
	change(t, p.dataset, func(d *v1alpha1.Dataset) { d.Spec.Terms.Timeout = &metav1.Duration{Duration: time.Hour} })
	created := p.publishDataset(t)
	change(t, p.dataset, func(d *v1alpha1.Dataset) { d.Spec.Terms.Order = v1alpha1.OrderRequired })
	p.agreed(t)
	agreement := p.job.Spec.Agreement
	begin := func(name string) {
		t.Helper()
		p.job = &v1alpha1.ComputeJob{ObjectMeta: metav1.ObjectMeta{Namespace: p.namespace, Name: name}, Spec: *p.job.Spec.DeepCopy()}
		p.begin(t)
	}
	p.job.Spec.Agreement = ""
	begin("of-nobody")
	p.failed(t, v1alpha1.ReasonAgreementInvalid, "sign a ServiceAgreement")
	p.job.Spec.Agreement = agreement
	begin("without")
	p.failed(t, v1alpha1.ReasonOrderMissing, "spec.terms.order does not allow account "+p.key.Address().Hex())
	if p.job.Status.Payment != nil {
		t.Errorf("money moved: %+v", p.job.Status.Payment)
	}

	token := contracts.NewERC20Template()
	p.mined(t)(p.owner.Send(t.Context(), chain.Call{To: created.Datatoken, Data: token.PackMint(p.owner.Address(), onchain.Whole(1))}))
	p.mined(t)(p.owner.Send(t.Context(), chain.Call{To: created.Datatoken, Data: token.PackMint(p.key.Address(), onchain.Whole(1))}))
	p.mined(t)(order.Start(t.Context(), p.owner, created.Datatoken, p.owner.Address(), 0))
	begin("of-another")
	p.failed(t, v1alpha1.ReasonOrderMissing, "spec.terms.order")

	p.do(t)(order.Start(t.Context(), p.consumer, created.Datatoken, p.key.Address(), 0))
	ordered, err := order.Find(t.Context(), p.nodes, order.Question{
		Datatoken: created.Datatoken, Consumer: p.key.Address(), Timeout: time.Hour, Now: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	begin("with")
	p.started(t)
	if end := p.job.Status.AccessExpiresAt; end == nil || !end.Time.Equal(ordered.Expires) {
		t.Errorf("access ends at %v, want %s", end, ordered.Expires)
	}

	// What is no longer published gives nobody access.
	p.mined(t)(onchain.At(p.nodes, created.NFT).SetState(t.Context(), p.owner, onchain.OrderingDisabled))
	p.unpublished(t, v1alpha1.ReasonNFTWithdrawn, "state 4")
	begin("withdrawn")
	p.failed(t, v1alpha1.ReasonAgreementInvalid, "spec.datasets does not list")
}
