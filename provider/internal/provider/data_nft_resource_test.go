package provider

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/publish"
)

const (
	testNFT = "c2d_data_nft.test"
	testDDO = "c2d_ddo.test"
)

// One apply makes the NFT, the dataset that names it and the DDO; and each change is one apply.
func TestAccPublish(t *testing.T) {
	t.Parallel()
	p := newPublisher(t)
	namespace := newNamespace(t)
	startController(t, namespace)
	p.startPublication(namespace)
	config := func(nft, license, endpoint string) string {
		return configuration(t, namespace, p.settings, nft+fmt.Sprintf(`
resource "c2d_dataset" "test" {
  name     = "tumours"
  metadata = { name = "Tumours", description = "569 samples, 30 features each.", author = "Hospital", license = %q }
  files    = [{ inline = "x" }]
  nft      = c2d_data_nft.test
  terms    = { agreement = "Required", timeout = "24h" }
}
resource "c2d_ddo" "test" {
  nft              = c2d_data_nft.test
  dataset          = c2d_dataset.test
  service_endpoint = %q
}`, license, endpoint))
	}
	const endpoint = "https://c2d.example.org"
	nft := p.nftBody("Tumours", p.price("1000"+zeros), "")
	all := func(nft, dataset, ddo plancheck.ResourceActionType) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(testNFT, nft), plancheck.ExpectResourceAction(testDataset, dataset), plancheck.ExpectResourceAction(testDDO, ddo),
		}}
	}
	const noop, update, replace = plancheck.ResourceActionNoop, plancheck.ResourceActionUpdate, plancheck.ResourceActionReplace
	var address, datatoken string
	hasLicense := func(license string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			doc, err := p.published(address)
			if err != nil {
				return err
			}
			if doc.Metadata.License != license || doc.Services[0].Timeout != 86400 || doc.Services[0].DatatokenAddress != datatoken || doc.Services[0].ServiceEndpoint != endpoint {
				return fmt.Errorf("the DDO on chain is %+v", doc)
			}
			return nil
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy: func(state *terraform.State) error {
			if facts := p.facts(address); facts.State != publish.EndOfLife {
				return fmt.Errorf("the NFT is left in state %d", facts.State)
			}
			if doc, err := p.published(address); err == nil {
				return fmt.Errorf("DDO %+v is left", doc)
			}
			return allGone(namespace)(state)
		},
		Steps: []resource.TestStep{
			{
				Config: config(nft, "MIT", endpoint),
				Check: resource.ComposeTestCheckFunc(
					remember(testNFT, "address", &address), remember(testNFT, "datatoken_address", &datatoken), hasLicense("MIT"),
					resource.TestCheckResourceAttrPair(testNFT, "did", testDDO, "did"),
					resource.TestCheckResourceAttrPair(testNFT, "address", testDataset, "nft.address"),
					resource.TestCheckResourceAttrPair(testNFT, "id", testDDO, "id"),
					func(*terraform.State) error { return p.matches(namespace, address) },
				),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(testNFT, "chain_id", knownvalue.Int64Exact(8996)),
					expectValue(testNFT, "owner", knownvalue.StringExact(p.owner.Address().Hex())),
					expectValue(testDDO, "current", knownvalue.Bool(true)),
				},
			},
			{
				Config:           config(nft, "MIT", endpoint),
				ConfigPlanChecks: expectNoChange,
				Check:            resource.TestCheckResourceAttrPair(testDDO, "sha256", testDataset, "published.ddo_sha256"),
			},
			{ResourceName: testNFT, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts", "contracts", "block", "transaction"}},
			{ResourceName: testDDO, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts", "dataset"}},
			{ResourceName: testNFT, ImportState: true, ImportStateId: "8996", ExpectError: errorText(`"8996" does not name an NFT: expected chainID/address`)},
			{
				Config:           config(nft, "CC0-1.0", endpoint),
				ConfigPlanChecks: all(noop, update, update),
				Check:            hasLicense("CC0-1.0"),
			},
			{ // somebody else, or another tool, has set the state and the metadata
				PreConfig: func() {
					there := publish.At(p.client, common.HexToAddress(address))
					p.send(func() (*chain.Sent, error) { return there.SetState(t.Context(), p.owner, publish.Revoked) })
				},
				Config:           config(nft, "CC0-1.0", endpoint),
				ConfigPlanChecks: all(update, noop, noop),
				Check: func(*terraform.State) error {
					if state := p.facts(address).State; state != publish.Active {
						return fmt.Errorf("state %d", state)
					}
					return nil
				},
			},
			{
				PreConfig: func() {
					there := publish.At(p.client, common.HexToAddress(address))
					p.send(func() (*chain.Sent, error) {
						return there.SetMetadata(t.Context(), p.owner, []byte(`{"what":"else"}`), publish.Active)
					})
				},
				Config:           config(nft, "CC0-1.0", endpoint),
				ConfigPlanChecks: all(noop, noop, update),
				Check:            hasLicense("CC0-1.0"),
			},
			{
				Config:           config(p.nftBody("Tumours", p.price("2000"+zeros), `state = "unlisted"`+"\n"+`token_uri = "https://example.org/tumours.json"`), "CC0-1.0", endpoint),
				ConfigPlanChecks: all(update, noop, noop),
				Check: func(*terraform.State) error {
					terms, err := publish.DatatokenTerms(t.Context(), p.client, common.HexToAddress(datatoken))
					if err != nil || terms.Fixed == nil || terms.Fixed.Amount.String() != "2000"+zeros {
						return fmt.Errorf("terms %+v, %w", terms, err)
					}
					if facts := p.facts(address); facts.State != publish.Unlisted || facts.TokenURI != "https://example.org/tumours.json" {
						return fmt.Errorf("facts %+v", facts)
					}
					return nil
				},
			},
			{ // another name is another NFT; the old one's life ends
				Config:           config(p.nftBody("Breast tumours", "free = true", ""), "CC0-1.0", endpoint),
				ConfigPlanChecks: all(replace, update, replace),
				Check: func(state *terraform.State) error {
					if facts := p.facts(address); facts.State != publish.EndOfLife {
						return fmt.Errorf("the old NFT is left in state %d", facts.State)
					}
					return resource.ComposeTestCheckFunc(remember(testNFT, "address", &address), remember(testNFT, "datatoken_address", &datatoken), hasLicense("CC0-1.0"))(state)
				},
			},
			{Config: config(p.nftBody("Breast tumours", "free = true", ""), "CC0-1.0", endpoint), ConfigPlanChecks: expectNoChange},
		},
	})
}

const zeros = "000000000000000000"

// What a run has created that was interrupted is taken over; what another resource has made is not.
func TestAccDataNFTOfAnEarlierRun(t *testing.T) {
	t.Parallel()
	p := newPublisher(t)
	namespace := newNamespace(t)
	factory := publish.NewFactory(p.client, p.server.Contracts.ERC721Factory)
	asset := publish.Asset{Name: "Left behind", Symbol: "TMR", Template: 1, Transferable: true, Datatoken: publish.Datatoken{Name: "Access", Symbol: "ACC", Template: 1}}
	var left common.Address
	p.send(func() (*chain.Sent, error) { return factory.Create(t.Context(), p.owner, asset) })
	found, err := factory.Find(t.Context(), p.owner.Address(), asset, 0)
	if err != nil || len(found) != 1 {
		t.Fatalf("found %+v, %v", found, err)
	}
	left = found[0].NFT
	body := p.nftBody("Left behind", "", "") + strings.Replace(p.nftBody("Left behind", "", ""), `"test"`, `"other"`, 1)
	var one, other string
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		Steps: []resource.TestStep{{
			Config: configuration(t, namespace, p.settings, body),
			Check: resource.ComposeTestCheckFunc(remember(testNFT, "address", &one), remember("c2d_data_nft.other", "address", &other), func(*terraform.State) error {
				if one == other || left.Hex() != one && left.Hex() != other {
					return fmt.Errorf("NFTs %s and %s, want two, of which one is %s", one, other, left)
				}
				return nil
			}),
		}},
	})
}

// Errors say what is wrong, and nothing is made.
func TestAccPublishBadInput(t *testing.T) {
	t.Parallel()
	p := newPublisher(t)
	namespace := newNamespace(t)
	startController(t, namespace)
	started := p.server.Head(t)
	fails := func(settings, body, words string) resource.TestStep {
		return resource.TestStep{Config: configuration(t, namespace, settings, body), ExpectError: errorText(words)}
	}
	plain := p.nftBody("Bad", "", "")
	unknownContracts := strings.Replace(plain, p.contracts(), "", 1)
	steps := []resource.TestStep{
		fails(p.settings, unknownContracts, "expected it in contracts.factory"),
		fails(p.settings, p.nftBody("Bad", `price = { token = "`+p.server.Token.Hex()+`", amount = "1" }`, ""), "expected at least 10^-8 of a token"),
		fails(p.settings, p.nftBody("Bad", `cap = "5"`, ""), "a datatoken of template 1 has no cap"),
		fails(p.settings, p.nftBody("Bad", p.price("5")+", free = true", ""), "cannot be specified when"),
		fails(p.settings, p.nftBody("Bad", "", `state = "sold"`), "value must be one of"),
		fails(strings.Replace(p.settings, "8996", "1", 1), plain, "serve"),
		fails(strings.Replace(p.settings, "private_key_env = \"", "private_key_env = \"NOT_", 1), plain, "is not set"),
		fails("", plain, "not told which chain to use"),
		fails(p.settings, strings.Replace(plain, p.server.Contracts.ERC721Factory.Hex(), p.server.Token.Hex(), 1), "contract refuses the call"),
		fails(p.settings, fmt.Sprintf("resource \"c2d_ddo\" \"test\" {\n nft = { chain_id = 8996, address = %q }\n json = \"{}\"\n}", p.server.Token.Hex()), "contract refuses the call"),
		fails(p.settings, `resource "c2d_ddo" "test" { nft = { chain_id = 8996, address = "0x0" } }`, "is no address"),
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: providers(), Steps: steps})
	factory := publish.NewFactory(p.client, p.server.Contracts.ERC721Factory)
	asset := publish.Asset{Name: "Bad", Symbol: "TMR"}
	if found, err := factory.Find(t.Context(), p.owner.Address(), asset, started); err != nil || len(found) > 0 {
		t.Errorf("found %+v, %v", found, err)
	}
}

// A DDO is told only of the object that names the NFT, by whoever owns it, and no key is ever in the state.
func TestAccDDO(t *testing.T) {
	t.Parallel()
	p := newPublisher(t)
	namespace := newNamespace(t)
	startController(t, namespace)
	p.startPublication(namespace)
	algorithm := func(nft string) string {
		return fmt.Sprintf(`
resource "c2d_algorithm" "test" {
  name      = "train"
  metadata  = { name = "Training", description = "Trains a model on tables.", author = "Research", license = "MIT" }
  container = { image = "registry.example.org/python", digest = "sha256:%s", entrypoint = "python3 $ALGO" }
  code      = { raw = "print(1)" }
  %s
}
resource "c2d_ddo" "test" {
  nft              = c2d_data_nft.test
  algorithm        = c2d_algorithm.test
  service_endpoint = "https://c2d.example.org"
}`, strings.Repeat("0", 64), nft)
	}
	nft := p.nftBody("Training", "", "")
	written := func(license string) string {
		return fmt.Sprintf(`
resource "c2d_ddo" "test" {
  nft  = c2d_data_nft.test
  json = jsonencode({
    "@context" = ["https://w3id.org/did/v1"], id = c2d_data_nft.test.did, version = "4.7.0", chainId = c2d_data_nft.test.chain_id, nftAddress = c2d_data_nft.test.address
    metadata   = { type = "dataset", name = "By hand", description = "Written by hand.", author = "A", license = %q, created = "2026-01-01T00:00:00Z", updated = "2026-01-01T00:00:00Z" }
    services   = [{ id = "access", type = "access", files = "", datatokenAddress = c2d_data_nft.test.datatoken_address, serviceEndpoint = "https://c2d.example.org", timeout = 0 }]
  })
}`, license)
	}
	var address string
	license := func(want string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			doc, err := p.published(address)
			if err != nil || doc.Metadata.License != want {
				return fmt.Errorf("ddo %+v, %w, want license %s", doc, err, want)
			}
			return nil
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		Steps: []resource.TestStep{
			{
				Config:      configuration(t, namespace, p.settings, nft+algorithm("")),
				ExpectError: errorText("does not name the NFT: expected nft = { chain_id = 8996"),
			},
			{
				Config: configuration(t, namespace, p.settings, nft+algorithm("nft = c2d_data_nft.test")),
				Check:  resource.ComposeTestCheckFunc(remember(testNFT, "address", &address), license("MIT"), p.secretless),
			},
			{
				Config:      configuration(t, namespace, p.settings, nft+strings.ReplaceAll(algorithm("nft = c2d_data_nft.test"), "Trains a model on tables.", "Short")),
				ExpectError: errorText("metadata.description has 5 characters, expected 10 to 7000"),
			},
			{ // an account that may not
				Config:      configuration(t, namespace, p.as(p.account()), nft+strings.ReplaceAll(algorithm("nft = c2d_data_nft.test"), `"MIT"`, `"CC0"`)),
				ExpectError: errorText("may not write the metadata"),
			},
			{Config: configuration(t, namespace, p.settings, nft+written("CC-BY-4.0")), Check: license("CC-BY-4.0")},
			{Config: configuration(t, namespace, p.settings, nft+written("CC-BY-4.0")), ConfigPlanChecks: expectNoChange},
			{
				Config:           configuration(t, namespace, p.settings, nft+written("MIT")),
				ConfigPlanChecks: expectAction(testDDO, plancheck.ResourceActionUpdate),
				Check:            license("MIT"),
			},
			{
				Config:      configuration(t, namespace, p.settings, nft+strings.Replace(written("MIT"), "chainId = c2d_data_nft.test.chain_id", "chainId = 1", 1)),
				ExpectError: errorText("expected that of its NFT"),
			},
		},
	})
}

// secretless wants none of the keys in the state.
func (p *publisher) secretless(state *terraform.State) error {
	for _, key := range p.keys {
		if strings.Contains(state.String(), key) {
			return errors.New("a key is in the state")
		}
	}
	return nil
}
