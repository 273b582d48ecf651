package egress_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/compute-to-data/terraform-provider-c2d/egress"
)

func prefixes(t *testing.T, texts ...string) []netip.Prefix {
	t.Helper()
	list, err := egress.ParsePrefixes(texts)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestCheck(t *testing.T) {
	cluster := prefixes(t, "10.244.0.0/16", "10.96.0.0/12", "fd12::/64")
	for _, c := range []struct {
		address string
		allow   []string
		class   string // empty: allowed
	}{
		{"93.184.216.34", nil, ""},
		{"2606:2800:220:1::1", nil, ""},
		{"192.168.7.7", nil, ""}, // private networks outside the cluster are the owner's own
		{"10.10.0.1", nil, ""},
		{"172.16.0.1", nil, ""},

		{"127.0.0.1", nil, "a loopback address"},
		{"127.255.0.1", nil, "a loopback address"},
		{"0.0.0.0", nil, "an unspecified address"},
		{"0.1.2.3", nil, "an unspecified address"},
		{"169.254.169.254", nil, "a link-local address"},
		{"224.0.0.1", nil, "a multicast address"},
		{"239.1.1.1", nil, "a multicast address"},
		{"255.255.255.255", nil, "a reserved or broadcast address"},
		{"240.0.0.1", nil, "a reserved or broadcast address"},
		{"100.100.100.200", nil, "an address of a cloud's metadata service"},
		{"168.63.129.16", nil, "an address of a cloud's metadata service"},
		{"::", nil, "an unspecified address"},
		{"::1", nil, "a loopback address"},
		{"fe80::1", nil, "a link-local address"},
		{"fe80::1%eth0", nil, "a link-local address"},
		{"ff02::1", nil, "a multicast address"},
		{"fd00:ec2::254", nil, "an address of a cloud's metadata service"},
		{"10.244.3.4", nil, "an address of the cluster"},
		{"10.96.0.1", nil, "an address of the cluster"},
		{"fd12::5", nil, "an address of the cluster"},

		// IPv4 addresses in IPv6 clothes.
		{"::ffff:127.0.0.1", nil, "a loopback address"},
		{"::ffff:169.254.169.254", nil, "a link-local address"},
		{"::ffff:10.96.0.1", nil, "an address of the cluster"},
		{"::ffff:93.184.216.34", nil, ""},
		{"::127.0.0.1", nil, "a loopback address"},
		{"::ffff:0:127.0.0.1", nil, "a loopback address"},
		{"64:ff9b::169.254.169.254", nil, "a link-local address"},
		{"64:ff9b::10.96.0.1", nil, "an address of the cluster"},
		{"64:ff9b::93.184.216.34", nil, ""},
		{"64:ff9b:1::a9fe:a9fe", nil, "a link-local address"},
		{"2002:7f00:1::", nil, "a loopback address"},
		{"2002:a9fe:a9fe::1", nil, "a link-local address"},
		{"2001:0:4136:e378:8000:63bf:3fff:fdd2", nil, "a tunnel address"},

		// What the environment lists.
		{"127.0.0.1", []string{"127.0.0.0/8"}, ""},
		{"::ffff:127.0.0.1", []string{"127.0.0.0/8"}, ""},
		{"10.96.0.10", []string{"10.96.0.10/32"}, ""},
		{"10.96.0.11", []string{"10.96.0.10/32"}, "an address of the cluster"},
		{"64:ff9b::127.0.0.1", []string{"64:ff9b::/96"}, "a loopback address"},
		{"64:ff9b::127.0.0.1", []string{"64:ff9b::/96", "127.0.0.1/32"}, ""},
		{"::1", []string{"127.0.0.0/8"}, "a loopback address"},
		{"169.254.1.1", []string{"::ffff:169.254.0.0/112"}, ""},
	} {
		rule := egress.Rule{Cluster: cluster, Allow: prefixes(t, c.allow...)}
		err := rule.Check(netip.MustParseAddr(c.address))
		var refused *egress.RefusedError
		class := ""
		if errors.As(err, &refused) {
			class = refused.Class
		}
		if class != c.class {
			t.Errorf("%s, allowed %v: %q, expected %q", c.address, c.allow, class, c.class)
		}
	}
}

func TestParsePrefixesRefuses(t *testing.T) {
	for _, text := range []string{"", "10.0.0.0", "10.0.0.0/33", "::ffff:0.0.0.0/90", "example.org"} {
		if _, err := egress.ParsePrefixes([]string{text}); err == nil {
			t.Errorf("%q was taken for a network", text)
		}
	}
}

// The rule holds for what a name resolves to, and for where a redirect leads.
func TestClient(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			// Not a client of another test, whose own server had this port before.
			asked++
		}
		if strings.HasPrefix(r.URL.Path, "/to/") {
			http.Redirect(w, r, "http://"+strings.TrimPrefix(r.URL.Path, "/to/"), http.StatusTemporaryRedirect)
		}
	}))
	defer server.Close()
	loopback := egress.Rule{Allow: prefixes(t, "127.0.0.1/32")}
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	for _, c := range []struct {
		name string
		rule egress.Rule
		url  string
		host string // refused; empty: answered
	}{
		{"allowed", loopback, server.URL, ""},
		{"address", egress.Rule{}, server.URL, "127.0.0.1"},
		{"name", egress.Rule{}, "http://localhost" + port + "/?token=of-the-owner", "localhost"},
		{"redirect to metadata", loopback, server.URL + "/to/169.254.169.254/latest", "169.254.169.254"},
		{"redirect to another loopback", loopback, server.URL + "/to/127.0.0.2/", "127.0.0.2"},
		{"decimal address", egress.Rule{}, "http://[::ffff:127.0.0.1]" + port, "::ffff:127.0.0.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked = 0
			response, err := egress.Client(egress.Transport(c.rule)).Get(c.url)
			if err == nil {
				_ = response.Body.Close()
			}
			var refused *egress.RefusedError
			if errors.As(err, &refused) != (c.host != "") || c.host == "" && err != nil {
				t.Fatalf("%v", err)
			}
			if refused != nil {
				if refused.Host != c.host || strings.Contains(refused.Error(), "of-the-owner") {
					t.Errorf("refused %q, expected %q: %v", refused.Host, c.host, refused)
				}
				if !strings.Contains(c.url, "/to/") && asked > 0 {
					t.Error("the refused server was asked")
				}
			}
		})
	}
}

func TestRedirectsAreBounded(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer plain.Close()
	var target string
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, target, http.StatusFound)
	}))
	defer secure.Close()
	transport := egress.Transport(egress.Rule{Allow: prefixes(t, "127.0.0.0/8")})
	transport.TLSClientConfig = secure.Client().Transport.(*http.Transport).TLSClientConfig
	for name, to := range map[string]string{"https to http": plain.URL, "for ever": secure.URL} {
		target = to
		response, err := egress.Client(transport).Get(secure.URL)
		if err == nil {
			_ = response.Body.Close()
		}
		var redirect *egress.RedirectError
		if !errors.As(err, &redirect) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestProxiesOfTheEnvironmentAreIgnored(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://192.0.2.1:3128")
	t.Setenv("HTTPS_PROXY", "http://192.0.2.1:3128")
	if egress.Transport(egress.Rule{}).Proxy != nil {
		t.Error("a proxy would hide where calls go to from the rule")
	}
}
