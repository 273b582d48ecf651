package provider

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestGuideNamesEveryCheck holds the guide against the checks that there are.
func TestGuideNamesEveryCheck(t *testing.T) {
	checks, err := os.ReadFile("../../../disclosure/checks.go")
	must(err)
	guide, err := os.ReadFile("../../../templates/guides/what-may-leave.md")
	must(err)
	found := regexp.MustCompile(`Check\w+\s+Check = "([^"]+)"`).FindAllStringSubmatch(string(checks), -1)
	if len(found) < 30 {
		t.Fatalf("found %d checks: the test looks for the wrong thing", len(found))
	}
	for _, check := range found {
		if !strings.Contains(string(guide), "`"+check[1]+"`") {
			t.Errorf("the guide does not tell of check %s", check[1])
		}
	}
}
