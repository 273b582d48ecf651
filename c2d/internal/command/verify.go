package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/types"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/proof"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/manifest"
)

// verifying is how a manifest is to be verified.
type verifying struct {
	keys        []string
	environment string
	unsigned    bool
	output      string
}

// verdict on a manifest, as it is printed with -o json.
type verdict struct {
	Verified bool `json:"verified"`
	// KeyID of the key that has signed; empty where no signature was checked.
	KeyID string              `json:"keyID,omitempty"`
	Files []proof.File        `json:"files,omitempty"`
	Run   *manifest.Predicate `json:"run"`
}

func newVerify(s *session) *cobra.Command {
	var how verifying
	cmd := &cobra.Command{
		Use:   "verify MANIFEST [DIR]",
		Short: "Check what was run, and that the results are what came out",
		Long: `Check the manifest of a run: that the environment has signed it, and, with a folder, that every file that it lists is there with
the right size and SHA-256, and no other. Then say in words what was run on what, when, by which rules, and what it cost.

It needs no cluster: give the environment's public key as a file. Ask its owner for it, or take it from the cluster once:

  kubectl get computeenvironment NAME -o jsonpath='{.status.manifestKeys[0].publicKey}' > NAME.pem

The manifest is an in-toto Statement in a DSSE envelope: any other tool for these can check its signature too.

Exit codes: 0 all is as it should be; 1 it is not, or the signature was not checked; 2 the command was not understood.`,
		Example: "  " + s.program + " verify train/1/manifest.json train/1 --key clinic.pem\n" +
			"  " + s.program + " verify train/1/manifest.json --environment clinic",
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if how.output != "" && how.output != "json" {
				return fmt.Errorf("--output is %q, expected json", how.output)
			}
			return s.verify(cmd.Context(), how, args)
		},
	}
	cmd.Flags().StringArrayVar(&how.keys, "key", nil, "file with a public key as PEM; one of several must have signed")
	cmd.Flags().StringVar(&how.environment, "environment", "", "ComputeEnvironment whose keys the cluster is asked for")
	cmd.Flags().BoolVar(&how.unsigned, "insecure-skip-signature", false, "check the files alone: whoever wrote the manifest may have made it up")
	cmd.Flags().StringVarP(&how.output, "output", "o", "", "json prints the verdict as JSON")
	return cmd
}

func (s *session) verify(ctx context.Context, how verifying, args []string) error {
	text, err := readManifest(args[0])
	if err != nil {
		return err
	}
	m, err := manifest.Parse(text)
	if err != nil {
		return err
	}
	result := verdict{Run: &m.Statement.Predicate}
	var unsigned error
	if !how.unsigned {
		if result.KeyID, unsigned = s.signedBy(ctx, how, m); unsigned != nil && !errors.Is(unsigned, manifest.ErrSignature) {
			return unsigned
		}
	}
	if len(args) == 2 {
		folder, err := os.OpenRoot(args[1])
		if err != nil {
			return err
		}
		defer func() { _ = folder.Close() }()
		if result.Files, err = proof.Files(folder, m.Statement.Predicate.Results); err != nil {
			return err
		}
	}
	result.Verified = unsigned == nil && !how.unsigned && proof.Whole(result.Files)
	if how.output == "json" {
		if err := json.NewEncoder(s.Out).Encode(result); err != nil {
			return err
		}
	} else if err := s.say(m, result, len(args) == 2); err != nil {
		return err
	}
	switch {
	case unsigned != nil:
		return unsigned
	case !proof.Whole(result.Files):
		return fmt.Errorf("%w: the files are not those of the manifest", errVerify)
	}
	return nil
}

// errVerify says that something is not what the manifest says.
var errVerify = errors.New("not verified")

// say the verdict in words.
func (s *session) say(m *manifest.Manifest, result verdict, files bool) error {
	if err := proof.Words(&m.Statement.Predicate).Print(s.Out); err != nil {
		return err
	}
	same := 0
	for _, file := range result.Files {
		if file.State == proof.Same {
			same++
			continue
		}
		s.note("%s: %q %s", file.State, file.Name, file.Detail)
	}
	if files {
		fmt.Fprintf(s.Out, "Files: %d of %d verified\n", same, len(m.Statement.Predicate.Results))
	}
	if result.KeyID != "" {
		fmt.Fprintf(s.Out, "Signed by key %s\n", result.KeyID)
	} else {
		s.note("THE SIGNATURE IS NOT VERIFIED: nobody vouches for any of this")
	}
	return nil
}

// signedBy finds out which of the known keys has signed.
func (s *session) signedBy(ctx context.Context, how verifying, m *manifest.Manifest) (string, error) {
	keys, err := s.keys(ctx, how)
	if err != nil {
		return "", err
	}
	key, err := m.Verify(ctx, keys...)
	if err != nil {
		return "", err
	}
	return key.ID(), nil
}

func (s *session) keys(ctx context.Context, how verifying) ([]*manifest.Key, error) {
	var keys []*manifest.Key
	for _, name := range how.keys {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		key, err := manifest.ParseKey(text)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", name, err)
		}
		keys = append(keys, key)
	}
	if how.environment != "" {
		c, err := s.connect()
		if err != nil {
			return nil, err
		}
		more, err := keysOf(ctx, c, how.environment)
		if err != nil {
			return nil, err
		}
		keys = append(keys, more...)
	}
	if len(keys) == 0 {
		return nil, errors.New("whose signature is to be checked is not said: give the environment's public key with --key FILE or --environment NAME, or check the files alone with --insecure-skip-signature")
	}
	return keys, nil
}

// keysOf an environment, as the cluster knows them.
func keysOf(ctx context.Context, c *connection, name string) ([]*manifest.Key, error) {
	var environment v1alpha1.ComputeEnvironment
	if err := c.Get(ctx, types.NamespacedName{Name: name}, &environment); err != nil {
		return nil, fmt.Errorf("read the keys of ComputeEnvironment %s: %w", name, err)
	}
	var keys []*manifest.Key
	for _, known := range environment.Status.ManifestKeys {
		key, err := manifest.ParseKey([]byte(known.PublicKey))
		if err != nil {
			return nil, fmt.Errorf("status.manifestKeys of ComputeEnvironment %s: %w", name, err)
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("ComputeEnvironment %s has no status.manifestKeys", name)
	}
	return keys, nil
}

func readManifest(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxManifest+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxManifest {
		return nil, fmt.Errorf("%s has more than %d bytes: it is no manifest", name, maxManifest)
	}
	return text, nil
}
