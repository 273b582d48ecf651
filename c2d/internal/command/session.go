package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// session of a user with a cluster.
type session struct {
	genericiooptions.IOStreams
	flags            *genericclioptions.ConfigFlags
	program, version string
}

// connection to the API server with the user's rights.
type connection struct {
	client.Client
	config    *rest.Config
	namespace string
}

func (s *session) connect() (*connection, error) {
	config, err := s.flags.ToRESTConfig()
	if err != nil {
		return nil, fmt.Errorf("find the cluster (--kubeconfig, --context): %w", err)
	}
	config.UserAgent = "c2d/" + s.version
	config.WarningHandler = rest.NoWarnings{}
	namespace, _, err := s.flags.ToRawKubeConfigLoader().Namespace()
	if err != nil {
		return nil, fmt.Errorf("find the namespace (-n): %w", err)
	}
	scheme := runtime.NewScheme()
	if err := errors.Join(v1alpha1.AddToScheme(scheme), corev1.AddToScheme(scheme), authenticationv1.AddToScheme(scheme)); err != nil {
		return nil, err
	}
	api, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		return nil, fmt.Errorf("reach the cluster: %w", err)
	}
	return &connection{Client: api, config: config, namespace: namespace}, nil
}

// job by its name.
func (c *connection) job(ctx context.Context, name string) (*v1alpha1.ComputeJob, error) {
	var job v1alpha1.ComputeJob
	switch err := c.Get(ctx, types.NamespacedName{Namespace: c.namespace, Name: name}, &job); {
	case meta.IsNoMatchError(err):
		return nil, errors.New("the cluster knows no ComputeJobs; install the platform's CRDs, or name another cluster with --context")
	case apierrors.IsNotFound(err):
		return nil, fmt.Errorf("ComputeJob %q does not exist in namespace %q; -n names another namespace", name, c.namespace)
	case err != nil:
		return nil, fmt.Errorf("read ComputeJob %q in namespace %q: %w", name, c.namespace, err)
	}
	return &job, nil
}

func keyOf(job *v1alpha1.ComputeJob) types.NamespacedName { return client.ObjectKeyFromObject(job) }

// runOf a job that the user means: 0 is the newest.
func runOf(job *v1alpha1.ComputeJob, asked int64) (int64, error) {
	switch {
	case job.Status.Run == 0:
		return 0, fmt.Errorf("job %s has not begun its first run", job.Name)
	case asked < 0 || asked > job.Status.Run:
		return 0, fmt.Errorf("job %s has no run %d; its newest is %d", job.Name, asked, job.Status.Run)
	case asked == 0:
		return job.Status.Run, nil
	default:
		return asked, nil
	}
}

// note tells the user something beside the output.
func (s *session) note(format string, args ...any) {
	fmt.Fprintf(s.ErrOut, "note: "+format+"\n", args...)
}

// output formats of what is data.
type output string

func (o *output) add(cmd *cobra.Command) {
	cmd.Flags().StringVarP((*string)(o), "output", "o", "", "print it as data instead: json or yaml")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"json", "yaml"}, cobra.ShellCompDirectiveNoFileComp))
}

func (o *output) check() error {
	switch *o {
	case "", "json", "yaml":
		return nil
	}
	return fmt.Errorf("-o is %q, expected json or yaml", string(*o))
}

// print data, or else the text.
func (o *output) print(w io.Writer, data any, text func(io.Writer) error) error {
	var encoded []byte
	var err error
	switch *o {
	case "json":
		encoded, err = json.MarshalIndent(data, "", "  ")
		encoded = append(encoded, '\n')
	case "yaml":
		encoded, err = yaml.Marshal(data)
	default:
		return text(w)
	}
	if err != nil {
		return err
	}
	_, err = w.Write(encoded)
	return err
}

// oneJob checks the arguments of a verb.
func oneJob(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("%q takes the name of one ComputeJob, not %d arguments", cmd.CommandPath(), len(args))
	}
	return nil
}

// completionTimeout bounds what a shell waits for.
const completionTimeout = 3 * time.Second

func (s *session) completeJobs(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return s.complete(cmd, func(ctx context.Context, c *connection) (names []string, err error) {
		var jobs v1alpha1.ComputeJobList
		err = c.List(ctx, &jobs, client.InNamespace(c.namespace), client.Limit(500))
		for i := range jobs.Items {
			names = append(names, cobra.CompletionWithDesc(jobs.Items[i].Name, string(jobs.Items[i].Status.State)))
		}
		return names, err
	})
}

func (s *session) completeAlgorithms(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return s.complete(cmd, func(ctx context.Context, c *connection) (names []string, err error) {
		var algorithms v1alpha1.AlgorithmList
		err = c.List(ctx, &algorithms, client.InNamespace(c.namespace), client.Limit(500))
		for i := range algorithms.Items {
			names = append(names, algorithms.Items[i].Name)
		}
		return names, err
	})
}

func (s *session) completeNamespaces(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return s.complete(cmd, func(ctx context.Context, c *connection) (names []string, err error) {
		var namespaces corev1.NamespaceList
		err = c.List(ctx, &namespaces, client.Limit(500))
		for i := range namespaces.Items {
			names = append(names, namespaces.Items[i].Name)
		}
		return names, err
	})
}

func (s *session) complete(cmd *cobra.Command, list func(context.Context, *connection) ([]string, error)) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionTimeout)
	defer cancel()
	c, err := s.connect()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	names, err := list(ctx, c)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
