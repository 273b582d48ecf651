package provider

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/agreement"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
)

const (
	testAgreement = "c2d_service_agreement.test"
	testToken     = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
	testEscrow    = "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"
	// Keys of accounts that every development chain knows; nothing is theirs anywhere else.
	otherKey     = "5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a"
	otherAddress = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"
)

// paidEnvironment in the body of an environment, at a price of CPU.
func paidEnvironment(price string) string {
	return fmt.Sprintf(`payment = {
    chain            = { chain_id = 8996, rpc_urls = ["http://localhost:8545"], confirmations = 1 }
    escrow           = %q
    payee_secret_ref = { name = "payee" }
    prices           = [{ token = %q, per_minute = { cpu = %q } }]
  }`, testEscrow, testToken, price)
}

func agreementBody(more string) string {
	body := `
resource "c2d_service_agreement" "test" {
  name        = "ours"
  environment = c2d_compute_environment.test.name
  datasets    = [{ name = c2d_dataset.own.name }]
  algorithms  = ["*"]
  payment     = { token = "` + testToken + `", max_amount = "25000" }
  expires_at  = "2100-01-01T00:00:00Z"
  ` + more + `
}
resource "c2d_dataset" "own" {
  name  = "own"
  files = [{ inline = "x" }]
}`
	return body
}

func TestAccServiceAgreement(t *testing.T) {
	t.Setenv(privateKeyVariable, testKey)
	namespace := newNamespace(t)
	controller := startController(t, namespace)
	config := func(price, more string) string {
		return configuration(t, namespace, "", environmentBody(namespace, "4", paidEnvironment(price))+agreementBody(more))
	}
	key := client.ObjectKey{Namespace: namespace, Name: "ours"}
	first := &v1alpha1.ServiceAgreement{}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{
				Config: config("1000", ""),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectKnownValue(testAgreement, tfjsonpath.New("consumer"), knownvalue.StringExact(testAddress)),
					plancheck.ExpectUnknownValue(testAgreement, tfjsonpath.New("signature")),
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(testAgreement, "id", knownvalue.StringExact(namespace+"/ours")),
					expectValue(testAgreement, "state", knownvalue.StringExact("Active")),
					expectValue(testAgreement, "consumer", knownvalue.StringExact(testAddress)),
					expectValue(testAgreement, "terms.payee", knownvalue.StringExact(testPayee)),
					expectValue(testAgreement, "terms.escrow", knownvalue.StringExact(testEscrow)),
					expectValue(testAgreement, "terms.chain_id", knownvalue.Int64Exact(8996)),
					expectValue(testAgreement, "terms.prices.cpu", knownvalue.StringExact("1000")),
					expectValue(testAgreement, "terms.prices.disk_gib", knownvalue.StringExact("0")),
					expectValue(testAgreement, "datasets.0.did", knownvalue.StringRegexp(errorText("did:c2d:"))),
					expectValue(testAgreement, "nonce", knownvalue.StringRegexp(errorText(""))),
					expectValue(testAgreement, "spent", knownvalue.StringExact("0")),
					expectValue(testAgreement, "active_since", knownvalue.NotNull()),
					expectValue("c2d_compute_environment.test", "payee", knownvalue.StringExact(testPayee)),
				},
				Check: func(*terraform.State) error { return api.Get(context.Background(), key, first) },
			},
			{
				ResourceName: testAgreement, ImportState: true, ImportStateVerify: true,
				// The agreement's own namespace is written out on import.
				ImportStateVerifyIgnore: []string{"timeouts", "datasets.0.namespace", "datasets.0.%"},
			},
			{ // another spelling of the same, and another timeout
				Config: strings.Replace(config("1000", "timeouts = { update = \"9m\" }"), "2100-01-01T00:00:00Z", "2100-01-01T01:00:00+01:00", 1),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(testAgreement, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(testAgreement, tfjsonpath.New("state"), knownvalue.StringExact("Active")),
				}},
				Check: func(*terraform.State) error {
					var now v1alpha1.ServiceAgreement
					if err := api.Get(context.Background(), key, &now); err != nil {
						return err
					}
					if now.Generation != first.Generation {
						return fmt.Errorf("the object was written: generation %d, want %d", now.Generation, first.Generation)
					}
					return nil
				},
			},
			{ // another price: what was signed holds no more
				PreConfig: change(t, "", namespace, &v1alpha1.ComputeEnvironment{}, func(e *v1alpha1.ComputeEnvironment) {
					e.Spec.Payment.Prices[0].PerMinute.CPU = "1500"
				}),
				Config:             config("1500", ""),
				PlanOnly:           true,
				ExpectNonEmptyPlan: true,
			},
			{
				Config:      config("1500", `max_prices = { cpu = "1200" }`),
				ExpectError: errorText("cpu costs 1500 base units per minute, and max_prices.cpu is 1200"),
			},
			{ // it is signed again in place
				Config: config("1500", ""),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(testAgreement, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(testAgreement, tfjsonpath.New("terms").AtMapKey("prices").AtMapKey("cpu"), knownvalue.StringExact("1500")),
					plancheck.ExpectUnknownValue(testAgreement, tfjsonpath.New("signature")),
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(testAgreement, "state", knownvalue.StringExact("Active")),
					expectValue(testAgreement, "terms.prices.cpu", knownvalue.StringExact("1500")),
				},
				Check: func(*terraform.State) error { return sameAgreement(key, first, true) },
			},
			{
				Config:           config("1500", ""),
				ConfigPlanChecks: expectNoChange,
			},
			{ // somebody else's signature is drift
				PreConfig: change(t, namespace, "ours", &v1alpha1.ServiceAgreement{}, func(a *v1alpha1.ServiceAgreement) {
					a.Spec.Signature = "0x" + strings.Repeat("11", 64) + "1b"
				}),
				Config:      config("1500", ""),
				ExpectError: errorText(`conflict with "kubectl-edit"`),
			},
			{
				Config:            strings.Replace(config("1500", ""), `provider "c2d" {`, "provider \"c2d\" {\n  force_conflicts = true", 1),
				ConfigPlanChecks:  expectAction(testAgreement, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{expectValue(testAgreement, "state", knownvalue.StringExact("Active"))},
			},
			{ // what jobs spend is no drift
				PreConfig: func() {
					controller.from(func(object client.Object) bool {
						a, ok := object.(*v1alpha1.ServiceAgreement)
						if !ok || a.Status.State == "" {
							return becomeReady(object)
						}
						a.Status.Spent = "1234"
						return becomeReady(a)
					})
				},
				Config:           config("1500", ""),
				ConfigPlanChecks: expectNoChange,
			},
			{ // more to spend takes another agreement
				Config:           strings.Replace(config("1500", ""), "25000", "30000", 1),
				ConfigPlanChecks: expectAction(testAgreement, plancheck.ResourceActionReplace),
				Check:            func(*terraform.State) error { return sameAgreement(key, first, false) },
			},
		},
	})
}

func sameAgreement(key client.ObjectKey, as *v1alpha1.ServiceAgreement, same bool) error {
	var now v1alpha1.ServiceAgreement
	if err := api.Get(context.Background(), key, &now); err != nil {
		return err
	}
	if (now.UID == as.UID) != same {
		return fmt.Errorf("the agreement has UID %s, and had %s", now.UID, as.UID)
	}
	return nil
}

// TestAccServiceAgreementBadInput makes everything wrong that can be wrong with a wallet, a signature and an environment.
func TestAccServiceAgreementBadInput(t *testing.T) {
	namespace := newNamespace(t)
	startController(t, namespace)
	free := newNamespace(t)
	startController(t, free)
	const otherSignature = `signature = "0x` + "2222222222222222222222222222222222222222222222222222222222222222" + "2222222222222222222222222222222222222222222222222222222222222222" + `1b"`
	paid := environmentBody(namespace, "4", paidEnvironment("1000"))
	unpaid := strings.Replace(environmentBody(namespace, "4", ""), fmt.Sprintf("%q", namespace), fmt.Sprintf("%q", free), 1)
	step := func(key, environment, settings, more, want string) resource.TestStep {
		return resource.TestStep{
			PreConfig:   func() { must(setenv(privateKeyVariable, key)) },
			Config:      configuration(t, namespace, settings, environment+agreementBody(more)),
			ExpectError: errorText(want),
		}
	}
	t.Setenv(privateKeyVariable, testKey)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		Steps: []resource.TestStep{
			{Config: configuration(t, namespace, "", paid)},
			step("", paid, "", "", "$C2D_PRIVATE_KEY is not set"),
			step("not-a-key", paid, "", "", "32 bytes in hexadecimal"),
			step(testKey, paid, "", `consumer = "`+otherAddress+`"`, "the consumer is "+otherAddress),
			step(testKey, paid, "", `consumer = "`+strings.ToLower(otherAddress)+`"`, "does not carry the checksum of EIP-55"),
			step(testKey, paid, "", otherSignature, `Attribute "nonce" must be specified when "signature" is specified`),
			step(testKey, paid, "", otherSignature+"\nconsumer = \""+testAddress+"\"\nnonce = \"1\"", "signature is not the consumer's over these terms"),
			step(testKey, paid, `wallet = { keystore = "key.json" }`, "", "the provider has a wallet, and $C2D_PRIVATE_KEY is set too"),
			step(testKey, paid, `wallet = { keystore = "key.json", private_key_env = "KEY" }`, "", "one of private_key_env, keystore and signer must be set"),
			step("", paid, `wallet = { keystore = "missing.json" }`, "", "wallet.keystore: open missing.json"),
			step("", paid, `wallet = { signer = { url = "http://127.0.0.1:1", api = "Clef", address = "`+testAddress+`" } }`, "", "the external signer at 127.0.0.1:1 does not answer"),
			{
				PreConfig:   func() { must(setenv(privateKeyVariable, testKey)) },
				Config:      strings.Replace(configuration(t, namespace, "", paid+agreementBody("")), "2100-", "2020-", 1),
				ExpectError: errorText("is over: expected a time in the future"),
			},
			{
				Config:      strings.Replace(configuration(t, namespace, "", paid+agreementBody("")), "c2d_dataset.own.name }", "\"nowhere\" }", 1),
				ExpectError: errorText("DID of dataset"),
			},
			{
				Config:      strings.Replace(configuration(t, namespace, "", paid+agreementBody("")), `token = "`+testToken+`", max_amount`, `token = "`+testEscrow+`", max_amount`, 1),
				ExpectError: errorText("does not list token " + testEscrow),
			},
			{Config: configuration(t, namespace, "", unpaid)},
			step(testKey, unpaid, "", "", "has no spec.payment"),
		},
	})
}

// TestAccServiceAgreementWaits tells what an agreement lacks, and takes the wait up again.
func TestAccServiceAgreementWaits(t *testing.T) {
	t.Setenv(privateKeyVariable, testKey)
	namespace := newNamespace(t)
	controller := startController(t, namespace)
	controller.from(func(object client.Object) bool {
		a, ok := object.(*v1alpha1.ServiceAgreement)
		if !ok {
			return becomeReady(object)
		}
		a.Status.State, a.Status.ObservedGeneration = v1alpha1.AgreementPending, a.Generation
		a.Status.Conditions = []metav1.Condition{
			condition(a, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonDepositInsufficient, "Deposit more."),
			condition(a, v1alpha1.ConditionReconciling, metav1.ConditionTrue, v1alpha1.ReasonDepositInsufficient, "Deposit more."),
		}
		return true
	})
	config := func(more string) string {
		return configuration(t, namespace, "", environmentBody(namespace, "4", paidEnvironment("1000"))+agreementBody(more))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{
				Config:             config(`timeouts = { create = "1s", update = "1s" }`),
				ConfigStateChecks:  []statecheck.StateCheck{expectValue(testAgreement, "reason", knownvalue.StringExact("DepositInsufficient"))},
				ExpectNonEmptyPlan: true,
			},
			{
				PreConfig:         func() { controller.from(becomeReady) },
				Config:            config(""),
				ConfigStateChecks: []statecheck.StateCheck{expectValue(testAgreement, "state", knownvalue.StringExact("Active"))},
			},
			{
				PreConfig:   func() { controller.from(beStalled(v1alpha1.ReasonTokenNotTaken, "Another token.")) },
				Config:      config(`timeouts = { update = "10m" }`),
				ExpectError: errorText("Another token."),
			},
			{
				PreConfig: func() { controller.from(becomeReady) },
				Config:    config(""),
			},
		},
	})
}

// TestAccServiceAgreementSignedElsewhere takes a signature that was made with a wallet that Terraform does not have.
func TestAccServiceAgreementSignedElsewhere(t *testing.T) {
	t.Setenv(privateKeyVariable, "")
	namespace := newNamespace(t)
	startController(t, namespace)
	environment := environmentBody(namespace, "4", paidEnvironment("1000"))
	did := ocean.ClusterDID("elsewhere", "1")
	const nonce = "study-1"
	sign := func(amount string) string {
		var e v1alpha1.ComputeEnvironment
		must(api.Get(context.Background(), client.ObjectKey{Name: namespace}, &e))
		terms, err := agreement.TermsOf(&v1alpha1.ServiceAgreement{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "ours"},
			Spec: v1alpha1.ServiceAgreementSpec{
				Consumer: otherAddress, Environment: namespace, Nonce: nonce, Algorithms: []string{"*"},
				Datasets:  []v1alpha1.AgreedDataset{{DID: did, Namespace: namespace, Name: "own"}},
				Payment:   v1alpha1.AgreedPayment{Token: testToken, MaxAmount: v1alpha1.Amount(amount)},
				ExpiresAt: metav1.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
			},
		}, &e)
		must(err)
		key, err := wallet.FromKey(otherKey)
		must(err)
		signature, err := agreement.Sign(context.Background(), key, terms)
		must(err)
		return signature
	}
	configFor := func(more string) string {
		body := strings.Replace(agreementBody(more), "c2d_dataset.own.name }", fmt.Sprintf("\"own\", did = %q }", did), 1)
		return configuration(t, namespace, "", "variable \"signature\" {}\n"+environment+body)
	}
	signature := config.Variables{}
	given := fmt.Sprintf("consumer = %q\nnonce = %q\nsignature = var.signature", otherAddress, nonce)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{Config: configuration(t, namespace, "", environment)},
			{ // for another amount
				PreConfig:       func() { signature["signature"] = config.StringVariable(sign("24000")) },
				ConfigVariables: signature,
				Config:          configFor(given),
				ExpectError:     errorText("Signature Does Not Hold"),
			},
			{
				PreConfig:         func() { signature["signature"] = config.StringVariable(sign("25000")) },
				ConfigVariables:   signature,
				Config:            configFor(given),
				ConfigStateChecks: []statecheck.StateCheck{expectValue(testAgreement, "state", knownvalue.StringExact("Active"))},
			},
		},
	})
}

// TestAccServiceAgreementWallets signs with each kind of wallet. Neither key nor password is in a plan, a state or a log.
func TestAccServiceAgreementWallets(t *testing.T) {
	signer := startSigner(t, otherKey)
	namespace := newNamespace(t)
	startController(t, namespace)
	hidden := secrets{testKey, testPassword, otherKey}
	hidden.inNoLog(t)
	keystore := writeKeystore(t)
	password := writeFile(t, "password", testPassword+"\n")
	for _, variable := range []string{privateKeyVariable, passwordVariable, "STUDY_KEY"} {
		t.Setenv(variable, "")
		must(setenv(variable, ""))
	}
	t.Setenv("STUDY_KEY", otherKey)
	environment := environmentBody(namespace, "4", paidEnvironment("1000"))
	step := func(settings, consumer string) resource.TestStep {
		return resource.TestStep{
			Config:           configuration(t, namespace, settings, environment+agreementBody(fmt.Sprintf("nonce = %q", consumer))),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{hidden}},
			ConfigStateChecks: []statecheck.StateCheck{
				hidden,
				expectValue(testAgreement, "consumer", knownvalue.StringExact(consumer)),
				expectValue(testAgreement, "state", knownvalue.StringExact("Active")),
			},
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			step(fmt.Sprintf("wallet = { keystore = %q, password_file = %q }", keystore, password), testAddress),
			{Config: configuration(t, namespace, "", environment)},
			step(`wallet = { private_key_env = "STUDY_KEY" }`, otherAddress),
			{Config: configuration(t, namespace, "", environment)},
			step(fmt.Sprintf(`wallet = { signer = { url = %q, api = "Web3Signer", address = %q } }`, signer, otherAddress), otherAddress),
		},
	})
}
