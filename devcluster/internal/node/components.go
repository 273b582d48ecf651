package node

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/chain"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

// components are the programs of a cluster. Each serves on the node's inner address or on the namespace's own loopback.
type components struct {
	etcd, containerd, s3, chain                                 *process
	apiServer, controllerManager, scheduler, kubelet, kubeProxy *process
}

func (c components) all() []*process {
	return []*process{c.etcd, c.containerd, c.s3, c.chain, c.apiServer, c.controllerManager, c.scheduler, c.kubelet, c.kubeProxy}
}

func newComponents(cluster layout.Cluster, record layout.Record) components {
	binary := func(name string) string { return filepath.Join(record.Binaries, name) }
	pki := func(name string) string { return cluster.Path("pki", name) }
	conf := func(name string) string { return cluster.Path("conf", name) }
	node := record.NodeIP().String()

	return components{
		etcd: &process{
			name: "etcd", binary: binary("etcd"),
			arguments: []string{
				"--name=" + cluster.Name, "--data-dir=" + cluster.Path("etcd"),
				"--listen-client-urls=http://127.0.0.1:2379", "--advertise-client-urls=http://127.0.0.1:2379",
				"--listen-peer-urls=http://127.0.0.1:2380", "--initial-advertise-peer-urls=http://127.0.0.1:2380",
				"--initial-cluster=" + cluster.Name + "=http://127.0.0.1:2380",
				// There is nobody else to be elected: why wait for a vote.
				"--heartbeat-interval=10", "--election-timeout=100",
				// A development cluster is made afresh each time: durability of its last seconds is worth nothing.
				"--unsafe-no-fsync",
			},
			ready: answers("http://127.0.0.1:2379/health"),
		},
		containerd: &process{
			name: "containerd", binary: binary("containerd"),
			arguments: []string{"--config", conf("containerd.toml")},
			env:       []string{"PATH=" + record.Binaries + ":/usr/sbin:/usr/bin:/sbin:/bin"},
			ready:     listens("unix", "/run/containerd/containerd.sock"),
		},
		s3: &process{
			name: "s3", binary: binary("versitygw"),
			arguments: []string{
				"--port", fmt.Sprintf("%s:%d", record.ServicesIP(), layout.S3Port), "--region", layout.S3Region,
				"--iam-dir", cluster.Path("s3", "accounts"), "--health", "/healthz", "--quiet", "--keep-alive",
				"posix", cluster.Path("s3", "buckets"),
			},
			env:   []string{"ROOT_ACCESS_KEY_ID=" + record.AccessKey, "ROOT_SECRET_ACCESS_KEY=" + record.SecretKey},
			ready: answers(record.S3() + "/healthz"),
		},
		chain: &process{
			name: "chain", binary: binary(chain.Anvil),
			arguments: []string{
				"--quiet", "--host", record.ServicesIP().String(), "--port", strconv.Itoa(layout.ChainPort),
				"--chain-id", strconv.Itoa(chain.ChainID), "--block-time", "1",
				// Written now and then, so that a chain that is killed starts again near where it was.
				"--state", cluster.Path("chain", chain.State), "--state-interval", "10",
				// Else it keeps the whole state of every block, in files.
				"--prune-history", "128",
			},
			ready: func(ctx context.Context) error { return chain.Answers(ctx, record.Chain()) },
		},
		apiServer: &process{
			name: "kube-apiserver", binary: binary("kube-apiserver"),
			arguments: []string{
				"--etcd-servers=http://127.0.0.1:2379",
				"--bind-address=" + node, "--advertise-address=" + node, fmt.Sprintf("--secure-port=%d", layout.APIServerPort),
				"--service-cluster-ip-range=" + layout.ServiceCIDR,
				"--tls-cert-file=" + pki("kube-apiserver.crt"), "--tls-private-key-file=" + pki("kube-apiserver.key"),
				"--client-ca-file=" + pki("ca.crt"), "--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
				"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
				"--service-account-key-file=" + pki("service-account.pub"), "--service-account-signing-key-file=" + pki("service-account.key"),
				"--kubelet-certificate-authority=" + pki("ca.crt"), "--kubelet-preferred-address-types=InternalIP",
				"--kubelet-client-certificate=" + pki("apiserver-to-kubelet.crt"), "--kubelet-client-key=" + pki("apiserver-to-kubelet.key"),
				"--audit-policy-file=" + conf("audit.yaml"), "--audit-log-path=" + cluster.AuditLog(), "--audit-log-maxsize=4096",
				"--allow-privileged=true", "--profiling=false",
			},
		},
		controllerManager: &process{
			name: "kube-controller-manager", binary: binary("kube-controller-manager"),
			arguments: []string{
				"--kubeconfig=" + conf("kube-controller-manager.kubeconfig"), "--bind-address=127.0.0.1",
				"--service-account-private-key-file=" + pki("service-account.key"), "--root-ca-file=" + pki("ca.crt"),
				"--use-service-account-credentials=true", "--leader-elect=false", "--profiling=false",
				// With the default of 20 requests a second it takes five seconds to make its own service accounts.
				"--kube-api-qps=100", "--kube-api-burst=200",
			},
			ready: answers("https://127.0.0.1:10257/healthz"),
		},
		scheduler: &process{
			name: "kube-scheduler", binary: binary("kube-scheduler"),
			arguments: []string{
				"--kubeconfig=" + conf("kube-scheduler.kubeconfig"), "--bind-address=127.0.0.1",
				"--leader-elect=false", "--profiling=false",
			},
			ready: answers("https://127.0.0.1:10259/healthz"),
		},
		kubelet: &process{
			name: "kubelet", binary: binary("kubelet"),
			arguments: []string{
				"--config=" + conf("kubelet.yaml"), "--kubeconfig=" + conf("kubelet.kubeconfig"), "--root-dir=" + cluster.Path("kubelet"),
				"--cert-dir=" + cluster.Path("kubelet", "pki"), "--node-ip=" + node, "--hostname-override=" + cluster.Name,
			},
			ready: answers("http://127.0.0.1:10248/healthz"),
		},
		kubeProxy: &process{
			name: "kube-proxy", binary: binary("kube-proxy"),
			arguments: []string{"--config=" + conf("kube-proxy.yaml")},
			ready:     answers("http://127.0.0.1:10256/healthz"),
		},
	}
}

// loopbackTransport is for servers that make their own certificate and listen on the loopback only.
func loopbackTransport() *http.Transport {
	return &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}
}

// answers is ready once a GET gives 200.
func answers(url string) func(context.Context) error {
	client := &http.Client{Transport: loopbackTransport()}
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if _, err := io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20)); err != nil {
			return err
		}
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s answered %s", url, response.Status)
		}
		return nil
	}
}

// apiServerReady asks as the administrator, whom the API server admits only after its own start-up hooks are done.
func apiServerReady(client *kubernetes.Clientset) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := client.RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
		return err
	}
}

// podsAdmitted is nil once namespace default has the service account without which it admits no pod.
func podsAdmitted(ctx context.Context, client *kubernetes.Clientset) error {
	_, err := client.CoreV1().ServiceAccounts("default").Get(ctx, "default", metav1.GetOptions{})
	return err
}

func nodeExists(ctx context.Context, client *kubernetes.Clientset, name string) error {
	_, err := client.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
	return err
}

// nodeReady is nil once the node's condition Ready is True.
func nodeReady(ctx context.Context, client *kubernetes.Clientset, name string) error {
	node, err := client.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	for _, condition := range node.Status.Conditions {
		if condition.Type == "Ready" {
			if condition.Status == "True" {
				return nil
			}
			return fmt.Errorf("node is not ready: %s: %s", condition.Reason, condition.Message)
		}
	}
	return fmt.Errorf("node has no condition Ready yet")
}

// listens is ready once a connection can be made.
func listens(network, address string) func(context.Context) error {
	return func(ctx context.Context) error {
		// A packet to a Service that has no rules yet gets no answer: try again soon.
		connection, err := (&net.Dialer{Timeout: 300 * time.Millisecond}).DialContext(ctx, network, address)
		if err != nil {
			return err
		}
		return connection.Close()
	}
}
