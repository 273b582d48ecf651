package provider

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// TestLogTail reads the ends of logs from servers of every kind. No error may tell the address, which grants access.
func TestLogTail(t *testing.T) {
	t.Parallel()
	var long strings.Builder
	for line := range 3000 {
		fmt.Fprintf(&long, "line %d\n", line)
	}
	var last []string
	for line := 2980; line < 3000; line++ {
		last = append(last, fmt.Sprintf("line %d", line))
	}
	for name, test := range map[string]struct {
		answer  func(http.ResponseWriter)
		want    []string
		wantErr string
	}{
		"short":             {func(w http.ResponseWriter) { _, _ = w.Write([]byte("a\nb\n")) }, []string{"a", "b"}, ""},
		"empty":             {func(http.ResponseWriter) {}, nil, ""},
		"no range in it":    {func(w http.ResponseWriter) { w.WriteHeader(http.StatusRequestedRangeNotSatisfiable) }, nil, ""},
		"knows no ranges":   {func(w http.ResponseWriter) { _, _ = w.Write([]byte(long.String())) }, last, ""},
		"steers a terminal": {func(w http.ResponseWriter) { _, _ = w.Write([]byte("\x1b]0;title\x07\rred\n")) }, []string{"]0;titlered"}, ""},
		"not UTF-8":         {func(w http.ResponseWriter) { _, _ = w.Write([]byte("a\xff\n")) }, []string{"a\uFFFD"}, ""},
		"refused":           {func(w http.ResponseWriter) { w.WriteHeader(http.StatusForbidden) }, nil, "403 Forbidden"},
		"breaks off":        {func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, nil, "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { test.answer(w) }))
			defer server.Close()
			got, err := logTail(t.Context(), server.URL+"/log?X-Amz-Signature=secret")
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			switch {
			case test.wantErr == "" && err != nil:
				t.Errorf("failed: %v", err)
			case test.wantErr != "" && (err == nil || !strings.Contains(err.Error(), test.wantErr) || strings.Contains(err.Error(), "secret")):
				t.Errorf("failed with %v, want %q without the address", err, test.wantErr)
			}
		})
	}
}
