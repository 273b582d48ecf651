package provider

import (
	"context"
	"encoding/hex"
	"fmt"
	"math/big"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/publish"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
)

// publisher is a chain, an owner on it, and a provider configuration for both.
type publisher struct {
	*testing.T
	server   *chainserver.Server
	client   *chain.Client
	owner    *chain.Sender
	settings string
	keys     []string
}

func newPublisher(t *testing.T) *publisher {
	t.Helper()
	p := &publisher{T: t, server: chainserver.Start(t, chainserver.Quickly)}
	var err error
	p.client, err = chain.New(chain.Options{ChainID: p.server.ChainID, URLs: []string{p.server.URL}, Confirmations: 1, Transport: ownTransport()})
	if err != nil {
		t.Fatal(err)
	}
	account := p.account()
	key, err := wallet.FromKey(account)
	if err != nil {
		t.Fatal(err)
	}
	if p.owner, err = chain.NewSender(p.client, key, chain.SenderOptions{MaxFeePerGas: big.NewInt(1e13), Poll: 50 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	p.settings = p.as(account)
	return p
}

// account of its own, by its key: the chains of all tests have one id, and a process one sender for each account on a chain.
func (p *publisher) account() string {
	p.Helper()
	key, err := crypto.GenerateKey()
	if err != nil {
		p.Fatal(err)
	}
	p.server.Call(p, nil, "anvil_setBalance", crypto.PubkeyToAddress(key.PublicKey), "0x56bc75e2d63100000")
	text := hex.EncodeToString(crypto.FromECDSA(key))
	p.keys = append(p.keys, text)
	return text
}

// as an account: its key is in a variable of this process.
func (p *publisher) as(key string) string {
	variable := "C2D_TEST_KEY_" + key[:8]
	must(os.Setenv(variable, key))
	return fmt.Sprintf("chain = { chain_id = %d, rpc_urls = [%q], confirmations = 1 }\n  wallet = { private_key_env = %q }", p.server.ChainID, p.server.URL, variable)
}

func (p *publisher) contracts() string {
	c := p.server.Contracts
	return fmt.Sprintf("contracts = { factory = %q, fixed_price = %q, dispenser = %q }", c.ERC721Factory.Hex(), c.FixedPrice.Hex(), c.Dispenser.Hex())
}

// send behind Terraform's back, and wait until it is confirmed.
func (p *publisher) send(send func() (*chain.Sent, error)) {
	p.Helper()
	sent, err := send()
	if err != nil {
		p.Fatal(err)
	}
	if _, err := p.owner.Wait(p.Context(), sent); err != nil {
		p.Fatal(err)
	}
}

func (p *publisher) price(amount string) string {
	return fmt.Sprintf("price = { token = %q, amount = %q }", p.server.Token.Hex(), amount)
}

func (p *publisher) nftBody(name, datatoken, more string) string {
	return fmt.Sprintf("resource \"c2d_data_nft\" \"test\" {\n  name = %q\n  symbol = \"TMR\"\n  datatoken = { name = \"Access\", symbol = \"ACC\", %s }\n  %s\n  %s\n}\n", name, datatoken, p.contracts(), more)
}

// remember an attribute of a resource.
func remember(address, attribute string, into *string) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		*into = state.RootModule().Resources[address].Primary.Attributes[attribute]
		if *into == "" {
			return fmt.Errorf("%s has no %s", address, attribute)
		}
		return nil
	}
}

func (p *publisher) facts(address string) publish.Facts {
	p.Helper()
	facts, err := publish.At(p.client, common.HexToAddress(address)).Facts(context.Background())
	if err != nil {
		p.Fatal(err)
	}
	return facts
}

// published DDO of an NFT, as the controller reads it.
func (p *publisher) published(address string) (*ocean.DDO, error) {
	p.Helper()
	metadata, err := publish.At(p.client, common.HexToAddress(address)).Metadata(context.Background(), 0)
	if err != nil || metadata == nil {
		return nil, fmt.Errorf("metadata %+v: %w", metadata, err)
	}
	return metadata.DDO()
}

// startPublication plays the part of the controller that reads the chain, until the test ends.
func (p *publisher) startPublication(namespace string) {
	p.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	p.Cleanup(func() { cancel(); running.Wait() })
	running.Go(func() {
		ticker := time.NewTicker(200 * time.Millisecond)
		defer ticker.Stop()
		for {
			p.confirm(ctx, namespace)
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
		}
	})
}

// confirm what stands on chain of the datasets and algorithms of a namespace.
func (p *publisher) confirm(ctx context.Context, namespace string) {
	var datasets v1alpha1.DatasetList
	var algorithms v1alpha1.AlgorithmList
	if api.List(ctx, &datasets, client.InNamespace(namespace)) != nil || api.List(ctx, &algorithms, client.InNamespace(namespace)) != nil {
		return
	}
	found := func(nft *v1alpha1.NFT) *v1alpha1.Publication {
		if nft == nil {
			return nil
		}
		metadata, err := publish.At(p.client, common.HexToAddress(string(nft.Address))).Metadata(ctx, 0)
		if err != nil || metadata == nil {
			return nil
		}
		if _, err := metadata.DDO(); err != nil {
			return nil
		}
		did := ocean.DID(nft.ChainID, common.HexToAddress(string(nft.Address)))
		return &v1alpha1.Publication{DID: did, Datatoken: nft.Address, DDOSHA256: hex.EncodeToString(metadata.Hash[:]), Block: int64(metadata.Block)}
	}
	for _, dataset := range datasets.Items {
		dataset.Status.Published = found(dataset.Spec.NFT)
		_ = api.Status().Update(ctx, &dataset) // a conflict is tried again
	}
	for _, algorithm := range algorithms.Items {
		algorithm.Status.Published = found(algorithm.Spec.NFT)
		_ = api.Status().Update(ctx, &algorithm)
	}
}

// matches says whether the controller would take the DDO on chain for the dataset's.
func (p *publisher) matches(namespace, address string) error {
	dataset := &v1alpha1.Dataset{}
	if err := api.Get(context.Background(), client.ObjectKey{Namespace: namespace, Name: "tumours"}, dataset); err != nil {
		return err
	}
	doc, err := p.published(address)
	if err != nil {
		return err
	}
	system := &corev1.Namespace{}
	if err := api.Get(context.Background(), client.ObjectKey{Name: "kube-system"}, system); err != nil {
		return err
	}
	mismatches, err := ocean.MatchDataset(doc, dataset, system.UID)
	if err != nil || len(mismatches) > 0 {
		return fmt.Errorf("mismatches %v, %w", mismatches, err)
	}
	return nil
}
