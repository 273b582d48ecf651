package node

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

// authority signs every certificate of one cluster. Its key is never written: a cluster lives as long as its certificates.
type authority struct {
	cluster     layout.Cluster
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	serial      int64
}

const validity = 365 * 24 * time.Hour

func newAuthority(cluster layout.Cluster) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	a := &authority{cluster: cluster, key: key, serial: 1}
	template := a.template("devcluster " + cluster.Name)
	template.IsCA = true
	template.BasicConstraintsValid = true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	if a.certificate, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	return a, writePEM(cluster.Path("pki", "ca.crt"), "CERTIFICATE", der)
}

func (a *authority) template(commonName string, groups ...string) *x509.Certificate {
	a.serial++
	return &x509.Certificate{
		SerialNumber: big.NewInt(a.serial),
		Subject:      pkix.Name{CommonName: commonName, Organization: groups},
		NotBefore:    time.Now().Add(-time.Minute),
		NotAfter:     time.Now().Add(validity),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
}

// serving writes NAME.crt and NAME.key for a server that is reached under the given names and addresses.
func (a *authority) serving(name string, dns []string, addresses ...net.IP) error {
	template := a.template(name)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	template.DNSNames, template.IPAddresses = dns, addresses
	return a.issue(name, template)
}

// client writes NAME.crt and NAME.key for a user of the API; user and groups are what RBAC sees.
func (a *authority) client(name, user string, groups ...string) error {
	template := a.template(user, groups...)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return a.issue(name, template)
}

func (a *authority) issue(name string, template *x509.Certificate) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return fmt.Errorf("certificate %s: %w", name, err)
	}
	if err := writePEM(a.cluster.Path("pki", name+".crt"), "CERTIFICATE", der); err != nil {
		return err
	}
	return a.writeKey(name, key)
}

func (a *authority) writeKey(name string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return writePEM(a.cluster.Path("pki", name+".key"), "PRIVATE KEY", der)
}

// signingKey writes the pair of keys that service-account tokens are signed and checked with.
func (a *authority) signingKey(name string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return err
	}
	if err := writePEM(a.cluster.Path("pki", name+".pub"), "PUBLIC KEY", public); err != nil {
		return err
	}
	return a.writeKey(name, key)
}

// kubeconfig writes a configuration that carries everything in itself, so that it can be copied.
func (a *authority) kubeconfig(path, name, server string) error {
	var contents [3][]byte
	for i, file := range []string{"ca.crt", name + ".crt", name + ".key"} {
		content, err := os.ReadFile(a.cluster.Path("pki", file))
		if err != nil {
			return err
		}
		contents[i] = content
	}
	config := clientcmdapi.NewConfig()
	context := "devcluster-" + a.cluster.Name
	config.Clusters[context] = &clientcmdapi.Cluster{Server: server, CertificateAuthorityData: contents[0]}
	config.AuthInfos[context] = &clientcmdapi.AuthInfo{ClientCertificateData: contents[1], ClientKeyData: contents[2]}
	config.Contexts[context] = &clientcmdapi.Context{Cluster: context, AuthInfo: context}
	config.CurrentContext = context
	data, err := clientcmd.Write(*config)
	if err != nil {
		return err
	}
	return layout.WriteFile(path, data, 0o600)
}

// writePKI makes every key and certificate of a cluster, and a kubeconfig for everyone who talks to the API server.
func writePKI(cluster layout.Cluster, record layout.Record) error {
	a, err := newAuthority(cluster)
	if err != nil {
		return fmt.Errorf("make the certificate authority: %w", err)
	}
	node := net.IP(record.NodeIP().AsSlice())
	apiServerNames := []string{"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local", "localhost"}
	if err := a.serving("kube-apiserver", apiServerNames, node, net.ParseIP(layout.KubernetesService), net.IPv4(127, 0, 0, 1)); err != nil {
		return err
	}
	if err := a.serving("kubelet-server", []string{cluster.Name}, node); err != nil {
		return err
	}
	if err := a.signingKey("service-account"); err != nil {
		return err
	}
	for _, c := range []struct{ name, user, group string }{
		{"admin", "devcluster-admin", "system:masters"},
		{"apiserver-to-kubelet", "kube-apiserver", "system:masters"},
		{"kubelet", "system:node:" + cluster.Name, "system:nodes"},
		{"kube-controller-manager", "system:kube-controller-manager", ""},
		{"kube-scheduler", "system:kube-scheduler", ""},
		{"kube-proxy", "system:kube-proxy", ""},
	} {
		var groups []string
		if c.group != "" {
			groups = []string{c.group}
		}
		if err := a.client(c.name, c.user, groups...); err != nil {
			return err
		}
		path := cluster.Path("conf", c.name+".kubeconfig")
		if c.name == "admin" {
			path = cluster.Kubeconfig()
		}
		if err := a.kubeconfig(path, c.name, record.APIServer()); err != nil {
			return fmt.Errorf("kubeconfig of %s: %w", c.name, err)
		}
	}
	return nil
}

func writePEM(path, kind string, der []byte) error {
	return layout.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}
