package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/spf13/cobra"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/chain"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/images"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/lifecycle"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/sandboxrule"
)

// running opens a cluster and requires it to run.
func running(open opener) (layout.Cluster, *layout.Record, error) {
	cluster, err := open()
	if err != nil {
		return layout.Cluster{}, nil, err
	}
	record, err := lifecycle.Running(cluster)
	return cluster, record, err
}

func envCommand(open opener) *cobra.Command {
	return &cobra.Command{
		Use:   "env",
		Short: `Print the cluster's addresses, to be evaluated: eval "$(devcluster env)"`,
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			cluster, record, err := running(open)
			if err != nil {
				return err
			}
			variables, err := environment(cluster, *record)
			if err != nil {
				return err
			}
			for _, v := range variables {
				fmt.Printf("export %s='%s'\n", v[0], strings.ReplaceAll(v[1], "'", `'\''`))
			}
			return nil
		},
	}
}

func environment(cluster layout.Cluster, record layout.Record) ([][2]string, error) {
	money, err := chain.Read(record.Binaries)
	if err != nil {
		return nil, fmt.Errorf("read the description of the development chain: %w; run `devcluster down` and `up`", err)
	}
	return [][2]string{
		{"KUBECONFIG", cluster.Kubeconfig()},
		{"C2D_CLUSTER", cluster.Name},
		{"C2D_KUBECTL", filepath.Join(record.Binaries, "kubectl")},
		{"C2D_API_SERVER", record.APIServer()},
		{"C2D_AUDIT_LOG", cluster.AuditLog()},
		{"C2D_S3_ENDPOINT", record.S3()},
		{"C2D_S3_REGION", layout.S3Region},
		{"C2D_S3_ACCESS_KEY", record.AccessKey},
		{"C2D_S3_SECRET_KEY", record.SecretKey},
		{"C2D_REGISTRY", layout.RegistryName},
		{"C2D_REGISTRY_PUSH", record.Registry()},
		{"C2D_NODE_IP", record.NodeIP().String()},
		{"C2D_HOST_IP", record.HostIP().String()},
		{"C2D_SERVICES_IP", record.ServicesIP().String()},
		{"C2D_POD_CIDR", layout.PodCIDR},
		{"C2D_SERVICE_CIDR", layout.ServiceCIDR},
		{"C2D_SANDBOX_NAMESPACE_LABEL", sandboxrule.SandboxLabel + "=true"},
		{"C2D_GATEWAY_POD_LABEL", sandboxrule.GatewayLabel},
		{"C2D_GATEWAY_PORT", strconv.Itoa(sandboxrule.GatewayPort)},
		{"C2D_CHAIN_RPC_URL", record.Chain()},
		{"C2D_CHAIN_ID", strconv.FormatUint(money.ChainID, 10)},
		{"C2D_CHAIN_TOKEN", money.Contracts["Token"].Hex()},
		{"C2D_CHAIN_ESCROW", money.Contracts["Escrow"].Hex()},
		{"C2D_CHAIN_ENTERPRISE_ESCROW", money.Contracts["EnterpriseEscrow"].Hex()},
		{"C2D_CHAIN_ERC721_FACTORY", money.Contracts["ERC721Factory"].Hex()},
		{"C2D_CHAIN_FIXED_PRICE", money.Contracts["FixedPrice"].Hex()},
		{"C2D_CHAIN_DISPENSER", money.Contracts["Dispenser"].Hex()},
		{"C2D_CHAIN_ACCESS_LIST_FACTORY", money.Contracts["AccessListFactory"].Hex()},
		{"C2D_CHAIN_OWNER_ADDRESS", money.Owner.Address.Hex()},
		{"C2D_CHAIN_OWNER_KEY", money.Owner.PrivateKey},
		{"C2D_CHAIN_CONSUMER_ADDRESS", money.Consumer.Address.Hex()},
		{"C2D_CHAIN_CONSUMER_KEY", money.Consumer.PrivateKey},
	}, nil
}

func loadCommand(open opener) *cobra.Command {
	var binary, rootfs, archive string
	var options images.Options
	load := &cobra.Command{
		Use:   "load NAME (--binary FILE | --rootfs FILE | --archive FILE)",
		Short: "Put an image into the cluster's registry and print the reference to pull it by",
		Long: `Put an image into the cluster's registry and print the reference to pull it by, with its digest.
Equal files give equal digests; what is there already is not uploaded again. NAME may end in :TAG.`,
		Example: "  devcluster load c2d/agent --binary bin/agent\n  devcluster load python --rootfs python.tar",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			cluster, record, err := running(open)
			if err != nil {
				return err
			}
			var image v1.Image
			switch {
			case binary != "":
				image, err = images.FromBinary(binary, options)
			case rootfs != "":
				image, err = images.FromRootfs(rootfs, options)
			default:
				image, err = images.FromArchive(archive)
			}
			if err != nil {
				return err
			}
			store := images.Store{Blobs: cluster.Path("registry"), Address: record.Registry()}
			reference, err := store.Push(cmd.Context(), arguments[0], image)
			if err == nil {
				fmt.Println(reference)
			}
			return err
		},
	}
	flags := load.Flags()
	flags.StringVar(&binary, "binary", "", "a static binary: it becomes /NAME and the entrypoint of an image with nothing else in it")
	flags.StringVar(&rootfs, "rootfs", "", "a tar archive of a root file system")
	flags.StringVar(&archive, "archive", "", "a docker archive, as `docker save` writes it")
	flags.StringVar(&options.User, "user", "", "user of a --binary or --rootfs image (default 65532:65532)")
	flags.StringArrayVar(&options.Entrypoint, "entrypoint", nil, "one word of the entrypoint of a --binary or --rootfs image; repeat for more")
	flags.StringArrayVar(&options.Env, "env", nil, "NAME=VALUE in the environment of a --binary or --rootfs image; repeat for more")
	load.MarkFlagsOneRequired("binary", "rootfs", "archive")
	load.MarkFlagsMutuallyExclusive("binary", "rootfs", "archive")
	load.MarkFlagsMutuallyExclusive("archive", "user")
	load.MarkFlagsMutuallyExclusive("archive", "entrypoint")
	load.MarkFlagsMutuallyExclusive("archive", "env")
	return load
}

func networkPolicyCommand(open opener) *cobra.Command {
	return &cobra.Command{
		Use:   "network-policy (on | off | late DURATION | status)",
		Short: "Switch the sandbox's network rule, to see isolation proven or found missing",
		Long: `Switch the network rule for pods in namespaces labelled ` + sandboxrule.SandboxLabel + `=true.
  on              they reach the gateway's port, those with network public addresses, and nothing else; nothing reaches them
  off             nothing is enforced
  late DURATION   each pod is free for that long, counted from its first packet, and then bound
  status          print which of these holds`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(_ *cobra.Command, arguments []string) error {
			_, record, err := running(open)
			if err != nil {
				return err
			}
			if len(arguments) == 1 && arguments[0] == "status" {
				listing, err := inNetwork(record, "", sandboxrule.ListMode...)
				if err != nil {
					return err
				}
				mode, err := sandboxrule.CurrentMode(listing)
				if err == nil {
					fmt.Println(mode)
				}
				return err
			}
			mode, err := sandboxrule.ParseMode(arguments)
			if err != nil {
				return err
			}
			_, err = inNetwork(record, mode.Script(), "nft", "-f", "-")
			return err
		},
	}
}

// inNetwork runs a program of the host in the cluster's network namespace.
func inNetwork(record *layout.Record, input string, arguments ...string) (string, error) {
	command := exec.Command("nsenter", append([]string{"--target", strconv.Itoa(record.PID), "--net", "--"}, arguments...)...)
	command.Env = append(os.Environ(), "PATH=/usr/sbin:/usr/bin:/sbin:/bin")
	command.Stdin = strings.NewReader(input)
	out, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", arguments[0], err, bytes.TrimSpace(out))
	}
	return string(out), nil
}

func nodeExecCommand(open opener) *cobra.Command {
	return &cobra.Command{
		Use:     "node-exec -- COMMAND [ARGUMENT...]",
		Short:   "Run a command in the node's namespaces, to look around",
		Example: "  devcluster node-exec -- ctr -n k8s.io containers ls\n  devcluster node-exec -- nft list ruleset",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, arguments []string) error {
			_, record, err := running(open)
			if err != nil {
				return err
			}
			nsenter, err := exec.LookPath("nsenter")
			if err != nil {
				return errors.New("nsenter is not on the PATH; install Debian's util-linux")
			}
			if err := os.Setenv("PATH", record.Binaries+":/usr/sbin:/usr/bin:/sbin:/bin"); err != nil {
				return err
			}
			enter := append([]string{"nsenter", "--target", strconv.Itoa(record.PID), "--mount", "--net", "--pid", "--uts", "--ipc", "--"}, arguments...)
			return syscall.Exec(nsenter, enter, os.Environ())
		},
	}
}

func contractsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "contracts DIRECTORY",
		Short: "Unpack Ocean's contracts (ABI and bytecode) and their public addresses into a directory",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return chain.UnpackContracts(cmd.Context(), arguments[0])
		},
	}
}
