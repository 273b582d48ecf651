package main

import (
	"bytes"
	"crypto/tls"
	"errors"
	"flag"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

func TestParse(t *testing.T) {
	t.Setenv("POD_NAMESPACE", "c2d-system")
	t.Setenv("CLUSTER_CIDRS", "10.0.0.0/8")
	var help bytes.Buffer
	if _, _, err := parse([]string{"--help"}, &help); !errors.Is(err, flag.ErrHelp) || !strings.Contains(help.String(), "-cluster-cidrs") {
		t.Errorf("help: %v\n%s", err, help.String())
	}
	options, kubeconfig, err := parse(nil, &help)
	if err != nil || kubeconfig != "" || options.Namespace != "c2d-system" || options.Listen != ":8443" || options.CanaryListen != ":8444" || options.ConsumerListen != ":8445" ||
		!slices.Equal(options.Cluster, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}) {
		t.Errorf("defaults: %+v, %v", options, err)
	}
	options, _, err = parse([]string{"--cluster-cidrs=10.0.0.0/8, fd00::/64", "--namespace=n"}, &help)
	if err != nil || len(options.Cluster) != 2 || options.Namespace != "n" {
		t.Errorf("set: %+v, %v", options, err)
	}
	for says, args := range map[string][]string{
		"--cluster-cidrs":        {"--cluster-cidrs=10.0.0.0"},
		"unexpected argument":    {"serve"},
		"--namespace is not set": {"--namespace="},
		"not defined":            {"--no-such-flag"},
	} {
		if _, _, err := parse(args, &help); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: %v", args, err)
		}
	}
}

// The controller renews the certificate in place; a gateway that runs takes it up.
func TestCertificateIsRenewed(t *testing.T) {
	w := newWorld(t)
	serial := func() string {
		conn, err := tls.Dial("tcp", w.listen, &tls.Config{InsecureSkipVerify: true, ServerName: sandbox.GatewayServerName(w.own)})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		return conn.ConnectionState().PeerCertificates[0].SerialNumber.String()
	}
	before := serial()
	writeCertificate(t, w.certificate, sandbox.GatewayServerName(w.own))
	deadline := time.Now().Add(25 * time.Second)
	for serial() == before {
		if time.Now().After(deadline) {
			t.Fatal("the old certificate is still in use")
		}
		time.Sleep(50 * time.Millisecond)
	}
}
