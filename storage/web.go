package storage

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// IPFS content as a file behind HTTP: GATEWAY/ipfs/CID, as https://specs.ipfs.tech/http-gateways/path-gateway/ says.
func IPFS(source v1alpha1.IPFSSource) v1alpha1.HTTPSource {
	segments := strings.Split(source.CID, "/")
	for i, segment := range segments {
		segments[i] = url.PathEscape(segment)
	}
	return v1alpha1.HTTPSource{URL: strings.TrimSuffix(source.Gateway, "/") + "/ipfs/" + strings.Join(segments, "/")}
}

// Arweave data as a file behind HTTP: GATEWAY/TRANSACTIONID.
func Arweave(source v1alpha1.ArweaveSource) v1alpha1.HTTPSource {
	return v1alpha1.HTTPSource{URL: strings.TrimSuffix(source.Gateway, "/") + "/" + source.TransactionID}
}

// WithQuery adds parameters to the query of a URL, as Ocean's Provider does with a consumer's data: text as it is, numbers
// and booleans as in JSON. What the URL's owner put into the query stays as it is, and no parameter may speak in its
// place; the error names one that would.
func WithQuery(address string, parameters map[string]json.RawMessage) (string, error) {
	if len(parameters) == 0 {
		return address, nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("the URL cannot be read")
	}
	taken := queryKeys(u.RawQuery)
	query := make([]string, 0, len(parameters)+1)
	if u.RawQuery != "" {
		query = append(query, u.RawQuery)
	}
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		if slices.ContainsFunc(taken, func(key string) bool { return strings.EqualFold(key, name) }) {
			return "", fmt.Errorf("parameter %q would replace what the owner has put under that name into the query of the URL", name)
		}
		query = append(query, url.QueryEscape(name)+"="+url.QueryEscape(plain(parameters[name])))
	}
	u.RawQuery = strings.Join(query, "&")
	return u.String(), nil
}

// queryKeys of a query. Some servers also split at semicolons.
func queryKeys(query string) (keys []string) {
	for _, pair := range strings.FieldsFunc(query, func(r rune) bool { return r == '&' || r == ';' }) {
		key, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(key); err == nil {
			key = decoded
		}
		keys = append(keys, key)
	}
	return keys
}

// plain text of a JSON value.
func plain(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	return string(value)
}
