package sandbox

import (
	"reflect"
	"strings"
	"testing"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func TestMounts(t *testing.T) {
	volume := v1alpha1.DatasetFile{PersistentVolumeClaim: &v1alpha1.VolumeSource{ClaimName: "scans", Path: "2026/"}}
	image := v1alpha1.DatasetFile{Image: &v1alpha1.ImageSource{Reference: "registry.example.org/data@sha256:aa"}}
	inline := v1alpha1.DatasetFile{Inline: "x"}
	key := v1alpha1.DatasetFile{S3: &v1alpha1.S3Source{Key: "one"}}
	prefix := v1alpha1.DatasetFile{S3: &v1alpha1.S3Source{Prefix: "many/"}}
	scans := func(index int) Mount { return Mount{Index: index, Claim: "scans", Path: "2026"} }
	for name, test := range map[string]struct {
		files []v1alpha1.DatasetFile
		want  []Mount
		fault string
	}{
		"none":                 {files: []v1alpha1.DatasetFile{inline, prefix}},
		"between other files":  {files: []v1alpha1.DatasetFile{inline, volume, key, image}, want: []Mount{scans(1), {Index: 3, Image: "registry.example.org/data@sha256:aa"}}},
		"before a prefix":      {files: []v1alpha1.DatasetFile{volume, prefix}, want: []Mount{scans(0)}},
		"behind a prefix":      {files: []v1alpha1.DatasetFile{inline, prefix, volume}, fault: "spec.files[2] is mounted"},
		"an image behind one":  {files: []v1alpha1.DatasetFile{prefix, image}, fault: "prefix of spec.files[0]"},
		"one claim two places": {files: []v1alpha1.DatasetFile{volume, volume}, want: []Mount{scans(0), scans(1)}},
	} {
		got, err := Mounts(test.files)
		if test.fault != "" {
			if err == nil || !strings.Contains(err.Error(), test.fault) {
				t.Errorf("%s: got %v, want %q", name, err, test.fault)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, test.want)
		}
	}
	if got := (Mount{Image: "r@sha256:aa"}).Digest(); got != "sha256:aa" {
		t.Errorf("digest of an image: %q", got)
	}
	if got := scans(0).Digest(); got != "" {
		t.Errorf("a volume has the digest %q", got)
	}
}
