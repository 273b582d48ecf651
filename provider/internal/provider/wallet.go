package provider

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
)

// Variables of the environment that hold what must not be written down.
const (
	privateKeyVariable = "C2D_PRIVATE_KEY"
	passwordVariable   = "C2D_KEYSTORE_PASSWORD"
)

// maxSecretFile bounds keystore and password files, in bytes.
const maxSecretFile = 64 << 10

// errWallet is the root of all that is wrong with the wallet's configuration. No key and no password is ever in it.
var errWallet = errors.New("the wallet cannot be opened")

// errNoKey says that the provider is given no wallet at all. Plans need none: keys may be kept for the apply alone.
var errNoKey = errors.New("the provider has no other wallet")

type walletModel struct {
	PrivateKeyEnv types.String       `tfsdk:"private_key_env"`
	Keystore      types.String       `tfsdk:"keystore"`
	PasswordFile  types.String       `tfsdk:"password_file"`
	Signer        *walletSignerModel `tfsdk:"signer"`
}

type walletSignerModel struct {
	URL     types.String `tfsdk:"url"`
	API     types.String `tfsdk:"api"`
	Address types.String `tfsdk:"address"`
}

func walletAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Wallet that signs agreements and sends transactions, one account per provider configuration. Default: the private key in `$" + privateKeyVariable + "`. " +
			"No key can be given here, so that none gets into a plan or a state.",
		Optional:   true,
		Validators: []validator.Object{exactlyOneOf("private_key_env", "keystore", "signer")},
		Attributes: map[string]schema.Attribute{
			"private_key_env": schema.StringAttribute{
				MarkdownDescription: "Name of the environment variable that holds the private key (32 bytes in hexadecimal), in place of `" + privateKeyVariable + "`: for a configuration with several wallets.",
				Optional:            true,
				Validators:          []validator.String{matches(`^[A-Za-z_][A-Za-z0-9_]*$`, "must be the name of an environment variable, never the key itself")},
			},
			"keystore": schema.StringAttribute{
				MarkdownDescription: "Path of a keystore file (JSON of version 3, as geth and most wallets write it). Its password comes from `password_file`, or from `$" + passwordVariable + "`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"password_file": schema.StringAttribute{
				MarkdownDescription: "Path of a file with the keystore's password. A line break at its end does not count.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.AlsoRequires(path.MatchRoot("wallet").AtName("keystore"))},
			},
			"signer": schema.SingleNestedAttribute{
				MarkdownDescription: "External signer, which keeps the key to itself.",
				Optional:            true,
				Attributes: map[string]schema.Attribute{
					"url": schema.StringAttribute{
						MarkdownDescription: "URL of the signer, http or https.",
						Required:            true,
						Sensitive:           true,
						Validators:          urlValidators(),
					},
					"api": schema.StringAttribute{
						MarkdownDescription: "API that it speaks: `Clef` (account_signTransaction, account_signTypedData) or `Web3Signer` (eth_signTransaction, eth_signTypedData).",
						Required:            true,
						Validators:          []validator.String{stringvalidator.OneOf(string(v1alpha1.SignerClef), string(v1alpha1.SignerWeb3Signer))},
					},
					"address": schema.StringAttribute{
						MarkdownDescription: "Address of the account that it signs for.",
						Required:            true,
						Validators:          []validator.String{checksummedAddress{}},
					},
				},
			},
		},
	}
}

// wallet that signs.
func (l *ledger) wallet() (wallet.Wallet, error) {
	l.walletOnce.Do(func() {
		if l.unknown["wallet"] {
			l.walletErr = fmt.Errorf("%w: wallet", errUnknownSettings)
			return
		}
		l.opened, l.walletErr = openWallet(l.walletSettings)
	})
	return l.opened, l.walletErr
}

func openWallet(settings *walletModel) (wallet.Wallet, error) {
	variable, inEnvironment := privateKeyVariable, os.Getenv(privateKeyVariable) != ""
	if settings == nil {
		settings = &walletModel{}
	}
	if name := settings.PrivateKeyEnv.ValueString(); name != "" {
		variable = name
	} else if inEnvironment && (!settings.Keystore.IsNull() || settings.Signer != nil) {
		return nil, fmt.Errorf("%w: the provider has a wallet, and $%s is set too; expected one of the two", errWallet, privateKeyVariable)
	}
	var opened wallet.Wallet
	var err error
	switch {
	case !settings.Keystore.IsNull():
		opened, err = openKeystore(settings)
	case settings.Signer != nil:
		opened, err = openSigner(settings.Signer)
	default:
		key := os.Getenv(variable)
		if key == "" {
			return nil, fmt.Errorf("%w: $%s is not set, and %w", errWallet, variable, errNoKey)
		}
		if opened, err = wallet.FromKey(key); err != nil {
			err = fmt.Errorf("$%s: %w", variable, err)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errWallet, err)
	}
	return opened, nil
}

func openKeystore(settings *walletModel) (wallet.Wallet, error) {
	file, err := readSecretFile("wallet.keystore", settings.Keystore.ValueString())
	if err != nil {
		return nil, err
	}
	password, exists := os.LookupEnv(passwordVariable)
	if !settings.PasswordFile.IsNull() {
		text, err := readSecretFile("wallet.password_file", settings.PasswordFile.ValueString())
		if err != nil {
			return nil, err
		}
		password, exists = strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r"), true
	}
	if !exists {
		return nil, fmt.Errorf("the keystore's password is not given: expected wallet.password_file or $%s", passwordVariable)
	}
	return wallet.FromKeystore(file, password)
}

func readSecretFile(attribute, name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", attribute, err)
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxSecretFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", attribute, err)
	}
	if len(text) > maxSecretFile {
		return nil, fmt.Errorf("%s: %s has more than %d bytes; expected a small file", attribute, name, maxSecretFile)
	}
	return text, nil
}

func openSigner(signer *walletSignerModel) (wallet.Wallet, error) {
	address, err := ocean.ParseAddress(signer.Address.ValueString())
	if err != nil {
		return nil, fmt.Errorf("wallet.signer.address: %w", err)
	}
	protocol := wallet.Clef
	if signer.API.ValueString() == string(v1alpha1.SignerWeb3Signer) {
		protocol = wallet.Web3Signer
	}
	return wallet.FromSigner(signer.URL.ValueString(), protocol, address, ownTransport())
}
