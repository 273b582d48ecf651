package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// A run gets the canaries of its datasets, and learns at its start where they cannot be used.
func TestCanaries(t *testing.T) {
	w := newWorld(t)
	w.create(&corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.hospital, Name: "canaries"},
		StringData: map[string]string{"rows": "Erika Mustermann\n\nMax Mustermann\n", "ids": "4711-0815"},
	})
	w.create(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.hospital, Name: "short"}, StringData: map[string]string{"ids": "secret7"}})
	w.create(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.hospital, Name: "empty"}})
	of := func(namespace string, names ...string) change {
		return func(r *testRun) {
			rules := disclosure.Strictest()
			for _, name := range names {
				rules.Canaries = append(rules.Canaries, disclosure.Secret{Namespace: namespace, Name: name})
			}
			r.Rules = &rules
		}
	}
	if got := w.newRun(inline("x"), nil, of(w.hospital, "canaries")).plan().Canaries; !slices.Equal(got, []string{"4711-0815", "Erika Mustermann", "Max Mustermann"}) {
		t.Errorf("canaries %q", got)
	}
	if got := w.newRun(inline("x"), nil).plan().Canaries; len(got) != 0 {
		t.Errorf("canaries %q, although there are none", got)
	}
	for name, c := range map[string]struct {
		change change
		says   string
	}{
		"short":     {of(w.hospital, "canaries", "short"), "canary 1 has 7 bytes"},
		"empty":     {of(w.hospital, "empty"), "has no values"},
		"missing":   {of(w.hospital, "other"), "Secret " + w.hospital + "/other does not exist"},
		"elsewhere": {of(w.consumer, "canaries"), "lies beside no dataset"},
	} {
		a := w.newRun(inline("x"), nil, c.change).get(sandbox.PathPlan)
		if f := a.failure(); a.status == http.StatusOK || !strings.Contains(f.Message, c.says) || strings.Contains(string(a.body), "secret7") {
			t.Errorf("%s: %d %s, expected %q", name, a.status, a.body, c.says)
		}
	}
}

// A refused run takes back the outputs that it has stored, and nothing else.
func TestOutputsAreTakenBack(t *testing.T) {
	w := newWorld(t)
	r, neighbour := w.newRun(inline("x"), nil), w.newRun(inline("x"), nil)
	for _, key := range []string{"outputs/a", "outputs/b/c", sandbox.KeyLog} {
		if a := r.put(key, []byte("x")); a.status != http.StatusOK {
			t.Fatalf("PUT %s: %d %s", key, a.status, a.body)
		}
	}
	if a := neighbour.put("outputs/a", []byte("x")); a.status != http.StatusOK {
		t.Fatalf("PUT: %d %s", a.status, a.body)
	}
	for range 2 {
		if a := r.send(r.token, http.MethodDelete, sandbox.PathOutputs, nil); a.status != http.StatusOK {
			t.Fatalf("DELETE: %d %s", a.status, a.body)
		}
	}
	for _, path := range []string{"outputs/a", "outputs/", "logs", ""} {
		if a := r.send(r.token, http.MethodDelete, sandbox.PathResults+path, nil); a.status == http.StatusOK {
			t.Errorf("DELETE %q: %d", path, a.status)
		}
	}
	objects, err := w.results.List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]bool{
		r.KeyPrefix("") + "outputs/a": false, r.KeyPrefix("") + "outputs/b/c": false,
		r.KeyPrefix("") + sandbox.KeyLog: true, neighbour.KeyPrefix("") + "outputs/a": true,
	} {
		if got := slices.ContainsFunc(objects, func(o storage.Object) bool { return strings.HasSuffix(o.Key, key) }); got != want {
			t.Errorf("%s: there = %v, want %v", key, got, want)
		}
	}
}
