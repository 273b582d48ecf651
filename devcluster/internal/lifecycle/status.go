package lifecycle

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/chain"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

// Health of a cluster.
type Health int

const (
	Healthy Health = iota
	Unhealthy
	NotRunning
)

// Status prints a table of the cluster's parts, each as it is seen from the host.
func Status(ctx context.Context, cluster layout.Cluster, out io.Writer) (Health, error) {
	record, err := cluster.ReadRecord()
	if err != nil {
		return Unhealthy, err
	}
	if !record.Alive() {
		fmt.Fprintf(out, "Cluster %s is not running.\n", cluster.Name)
		return NotRunning, nil
	}
	progress, err := cluster.ReadProgress()
	if err != nil {
		return Unhealthy, err
	}
	health := Healthy
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(part, state string, healthy bool, detail string) {
		if !healthy {
			health = Unhealthy
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", part, state, detail)
	}
	row("cluster "+cluster.Name, string(progress.Phase), progress.Phase == layout.Ready, "up for "+time.Since(record.Created).Round(time.Second).String())
	for _, c := range progress.Components {
		state, detail := "running", ""
		if !c.Running {
			state = "not running"
		}
		if c.Restarts > 0 {
			detail = fmt.Sprintf("%d restarts, last: %s", c.Restarts, c.Last)
		}
		row(c.Name, state, c.Running, detail)
	}
	for _, check := range []struct {
		part, address string
		run           func(context.Context) error
	}{
		{"API and node", record.APIServer(), func(ctx context.Context) error { return nodeReady(ctx, cluster) }},
		{"S3", record.S3(), func(ctx context.Context) error { return get(ctx, record.S3()+"/healthz") }},
		{"chain", record.Chain(), func(ctx context.Context) error { return chain.Answers(ctx, record.Chain()) }},
		{"image registry", "http://" + record.Registry(), func(ctx context.Context) error { return get(ctx, "http://"+record.Registry()+"/v2/") }},
	} {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		err := check.run(ctx)
		cancel()
		if err != nil {
			row(check.part, "unhealthy", false, err.Error())
		} else {
			row(check.part, "healthy", true, check.address)
		}
	}
	return health, table.Flush()
}

func nodeReady(ctx context.Context, cluster layout.Cluster) error {
	config, err := clientcmd.BuildConfigFromFlags("", cluster.Kubeconfig())
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	node, err := client.CoreV1().Nodes().Get(ctx, cluster.Name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady && condition.Status != corev1.ConditionTrue {
			return fmt.Errorf("node: %s", condition.Message)
		}
	}
	return nil
}

func get(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", url, response.Status)
	}
	return nil
}

// Running returns the record of a cluster that runs, or an error that says how to start it.
func Running(cluster layout.Cluster) (*layout.Record, error) {
	record, err := cluster.ReadRecord()
	if err != nil {
		return nil, err
	}
	if !record.Alive() {
		return nil, fmt.Errorf("cluster %s is not running; start it with `devcluster up --name %[1]s`", cluster.Name)
	}
	return record, nil
}

func openLog(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// tailOf returns the last lines of a log that is short by nature.
func tailOf(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}
