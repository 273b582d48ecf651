package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// patience with one connection.
const patience = time.Second

// list in an environment variable, separated by commas.
func list(name string) []string {
	return strings.FieldsFunc(os.Getenv(name), func(r rune) bool { return r == ',' })
}

// shoot at the suite's sinks before anything else, whatever the attack: a network rule that is late would let this out.
func shoot() {
	for _, target := range list("REDTEAM_FIRST_SHOT") {
		if connection, err := net.Dial("udp", target); err == nil {
			_, _ = connection.Write([]byte("first shot"))
			_ = connection.Close()
		}
		if connection, err := net.DialTimeout("tcp", target, 20*time.Millisecond); err == nil {
			found("TCP to " + target + " in the first moment")
			_ = connection.Close()
		}
	}
}

// egress over TCP, UDP and ICMP to the suite's sinks.
func egress([]string) {
	targets := list("REDTEAM_SINKS")
	if len(targets) == 0 {
		must(errors.New("no sinks are named"))
	}
	hosts := map[string]bool{}
	for _, target := range targets {
		connect(target)
		datagram(target)
		if host, _, err := net.SplitHostPort(target); err == nil && !hosts[host] {
			hosts[host] = true
			try("ICMP echo to "+host, ping(host, unix.SOCK_DGRAM))
			try("raw ICMP to "+host, ping(host, unix.SOCK_RAW))
		}
	}
	packet, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW, 0)
	try("a packet socket", err)
	_ = unix.Close(packet)
	addresses, err := net.InterfaceAddrs()
	must(err)
	for _, address := range addresses {
		if ip, ok := address.(*net.IPNet); ok && ip.IP.To4() == nil && ip.IP.IsGlobalUnicast() {
			fmt.Println("note: this pod has the IPv6 address", ip.IP)
		}
	}
}

func connect(target string) {
	connection, err := net.DialTimeout("tcp", target, patience)
	if err == nil {
		_, _ = connection.Write([]byte("attack"))
		_ = connection.Close()
	}
	try("TCP to "+target, err)
}

// datagram proves nothing by itself: the sink counts it.
func datagram(target string) {
	connection, err := net.DialTimeout("udp", target, patience)
	if err == nil {
		_, err = connection.Write([]byte("attack"))
		_ = connection.Close()
	}
	fmt.Printf("sent a datagram to %s: %v\n", target, err)
}

// ping waits for an answer.
func ping(host string, kind int) error {
	ip := net.ParseIP(host).To4()
	if ip == nil {
		return errors.New("no IPv4 address")
	}
	socket, err := unix.Socket(unix.AF_INET, kind, unix.IPPROTO_ICMP)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(socket) }()
	timeout := unix.NsecToTimeval(int64(patience))
	if err := unix.SetsockoptTimeval(socket, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &timeout); err != nil {
		return err
	}
	// Type 8, code 0, checksum, identifier 0, sequence 1.
	if err := unix.Sendto(socket, []byte{8, 0, 0xf7, 0xfe, 0, 0, 0, 1}, 0, &unix.SockaddrInet4{Addr: [4]byte(ip)}); err != nil {
		return err
	}
	_, _, err = unix.Recvfrom(socket, make([]byte, 128), 0)
	return err
}

// dns asks whatever could resolve a name, and would carry data in it.
func dns([]string) {
	names := []string{"kubernetes.default.svc.cluster.local", "metadata.google.internal", "canary.redteam.invalid"}
	for _, name := range names {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		_, err := net.DefaultResolver.LookupHost(ctx, name)
		cancel()
		try("resolve "+name, err)
	}
	for _, server := range list("REDTEAM_DNS") {
		datagram(server)
		connect(server)
		resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{Timeout: patience}).DialContext(ctx, network, server)
		}}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		_, err := resolver.LookupHost(ctx, "canary.redteam.invalid")
		cancel()
		try("ask "+server, err)
	}
	text, _ := os.ReadFile("/etc/resolv.conf")
	fmt.Printf("note: resolv.conf says %q\n", text)
}

// kubernetesAPI reaches for the API server and for a token to speak to it with.
func kubernetesAPI([]string) {
	for _, target := range list("REDTEAM_API") {
		connect(target)
	}
	for _, variable := range os.Environ() {
		if strings.HasPrefix(variable, "KUBERNETES_") || strings.Contains(variable, "_SERVICE_HOST=") || strings.HasPrefix(variable, "AWS_") || strings.HasPrefix(variable, "C2D_") {
			found("environment variable " + variable)
		}
	}
	for _, path := range []string{
		"/var/run/secrets/kubernetes.io/serviceaccount/token", "/run/secrets/kubernetes.io/serviceaccount/token",
		"/var/run/secrets/c2d.dev/token", "/var/run/secrets/eks.amazonaws.com/serviceaccount/token", "/handover/staged.json",
	} {
		_, err := os.ReadFile(path)
		try("read "+path, err)
	}
	_ = walk("/", func(path string, info os.FileInfo) {
		if name := info.Name(); name == "token" || name == "credentials" || name == "kubeconfig" {
			found("a file that looks like a credential: " + path)
		}
	})
}

// node reaches for what listens on the node.
func node([]string) {
	for _, target := range list("REDTEAM_NODE") {
		connect(target)
	}
	for _, path := range []string{
		"/run/containerd/containerd.sock", "/var/run/docker.sock", "/run/crio/crio.sock", "/var/lib/kubelet", "/etc/kubernetes",
		"/var/lib/etcd", "/host", "/rootfs", "/var/log/pods", "/sys/fs/cgroup/release_agent",
	} {
		_, err := os.Lstat(path)
		try("find "+path, err)
	}
	_ = walk("/", func(path string, info os.FileInfo) {
		if info.Mode()&os.ModeSocket != 0 {
			found("a socket: " + path)
		}
	})
}

// gateway is the one thing that answers: it must give nothing without a token, and its other ports must be closed.
func gateway([]string) {
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{
		// An attacker does not care who answers.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec
	}}
	for _, address := range list("REDTEAM_GATEWAY") {
		for _, path := range []string{"/", "/v1/run/plan", "/v1/run/code", "/v1/run/isolation", "/v1/run/inputs/0/0", "/v1/run/results/outputs/x", "/metrics", "/debug/pprof/", "/healthz"} {
			for token, header := range map[string]string{"no token": "", "a made-up token": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."} {
				request, err := http.NewRequest(http.MethodGet, "https://"+address+path, nil)
				must(err)
				if header != "" {
					request.Header.Set("Authorization", header)
				}
				response, err := client.Do(request)
				if err == nil {
					body, _ := io.ReadAll(io.LimitReader(response.Body, 4096))
					_ = response.Body.Close()
					if response.StatusCode >= 400 {
						err = errors.New(response.Status)
					} else {
						fmt.Printf("note: %s answered %q\n", path, body)
					}
				}
				try("ask the gateway for "+path+" with "+token, err)
			}
		}
		host, _, err := net.SplitHostPort(address)
		must(err)
		for _, port := range []string{"8080", "8081", "8444", "8445", "9443", "10250"} {
			connect(net.JoinHostPort(host, port))
		}
	}
}

// reach tries every target once, from outside the sandbox, and says which answered: only what can be reached at all
// proves something when the sandbox does not reach it.
func reach(targets []string) {
	for _, target := range targets {
		connection, err := net.DialTimeout("tcp", target, 3*time.Second)
		if err == nil {
			_ = connection.Close()
			fmt.Println("reached", target)
			continue
		}
		if errors.Is(err, syscall.ECONNREFUSED) {
			fmt.Println("refused by the host", target)
			continue
		}
		fmt.Println("not reached", target, err)
	}
}
