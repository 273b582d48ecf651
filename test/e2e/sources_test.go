//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/manifest"
)

// onNode runs a shell script in the node's namespaces.
func onNode(t *testing.T, script string) {
	t.Helper()
	command := exec.Command(os.Getenv("C2D_DEVCLUSTER"), "node-exec", "--name", os.Getenv("C2D_CLUSTER"), "--", "sh", "-ec", script)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("on the node: %v: %s", err, output)
	}
}

// claim a folder of the node as a volume of the sandbox, for one dataset. The folder lies in memory, since the node's disk
// is an overlay, which knows no mounts with users of their own.
func claim(t *testing.T, name, dataset string) {
	t.Helper()
	folder := "/run/c2d-e2e/" + name
	onNode(t, "mkdir -p "+folder+"/2026/ward && cd "+folder+" && echo one >2026/a.csv && echo two >2026/ward/b.csv && chmod -R a+rX .")
	class := "e2e"
	storage := corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}
	modes := []corev1.PersistentVolumeAccessMode{corev1.ReadOnlyMany}
	directory := corev1.HostPathDirectory
	volume := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: corev1.PersistentVolumeSpec{
		Capacity: storage, AccessModes: modes, StorageClassName: class,
		ClaimRef:               &corev1.ObjectReference{Namespace: sandboxSpace, Name: name},
		PersistentVolumeSource: corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: folder, Type: &directory}},
	}}
	bound := &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Namespace: sandboxSpace, Name: name, Annotations: map[string]string{v1alpha1.AnnotationDataset: dataset}},
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: modes, StorageClassName: &class, VolumeName: name, Resources: corev1.VolumeResourceRequirements{Requests: storage},
		},
	}
	for _, object := range []client.Object{volume, bound} {
		if err := api.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "the claim is bound", func() bool {
		return api.Get(t.Context(), client.ObjectKeyFromObject(bound), bound) == nil && bound.Status.Phase == corev1.ClaimBound
	})
	t.Cleanup(func() {
		for _, object := range []client.Object{bound, volume} {
			_ = api.Delete(t.Context(), object)
		}
	})
}

func onVolume(claim, path string) v1alpha1.DatasetFile {
	return v1alpha1.DatasetFile{PersistentVolumeClaim: &v1alpha1.VolumeSource{ClaimName: claim, Path: path}}
}

// TestVolume mounts a file, a folder and all of a volume, between files that are copied.
func TestVolume(t *testing.T) {
	t.Parallel()
	s := newStory(t, `
		cd /data/inputs/*/ && ls >$OUTPUTS/list
		cat 0 1 2/ward/b.csv 3 4/2026/a.csv >$OUTPUTS/text
		for i in 1 2/new 2/ward/b.csv 4/new; do if echo x 2>/dev/null >>$i; then echo $i >>$OUTPUTS/written; fi; done
		if rm -rf 2/ward 2>/dev/null; then echo rm >>$OUTPUTS/written; fi
	`)
	claim(t, s.namespace, owner+"/"+s.namespace)
	s.dataset.Spec.Files = []v1alpha1.DatasetFile{
		{Inline: "zero\n"}, onVolume(s.namespace, "2026/a.csv"), onVolume(s.namespace, "2026/"), {Inline: "three\n"}, onVolume(s.namespace, ""),
	}
	files := s.succeeds()
	if files["list"] != "0\n1\n2\n3\n4\n" || files["text"] != "zero\none\ntwo\nthree\none\n" || files["written"] != "" {
		t.Errorf("the algorithm saw %q, read %q and wrote to %q", files["list"], files["text"], files["written"])
	}
	if err := api.Get(t.Context(), client.ObjectKeyFromObject(s.dataset), s.dataset); err != nil {
		t.Fatal(err)
	}
	if content := s.dataset.Status.Content; content == nil || content.Files != 2 || content.Bytes != 11 {
		t.Errorf("pinned content is %+v, want that of the two files that were copied", content)
	}
}

// TestVolumeRefused looks at claims that are not there for the dataset, and at paths that are not there.
func TestVolumeRefused(t *testing.T) {
	t.Parallel()
	t.Run("another dataset's", func(t *testing.T) {
		t.Parallel()
		s := newStory(t, "echo ran")
		claim(t, s.namespace, owner+"/somebody-elses")
		s.dataset.Spec.Files = []v1alpha1.DatasetFile{onVolume(s.namespace, "")}
		s.fails(v1alpha1.ReasonPolicyDenied, "serves another dataset")
		if strings.Contains(ready(s.job).Message, "somebody-elses") {
			t.Errorf("the denial names another dataset: %s", ready(s.job).Message)
		}
	})
	t.Run("nothing there", func(t *testing.T) {
		t.Parallel()
		s := newStory(t, "echo ran")
		claim(t, s.namespace, owner+"/"+s.namespace)
		s.dataset.Spec.Files = []v1alpha1.DatasetFile{onVolume(s.namespace, "2025")}
		s.fails(v1alpha1.ReasonInputFetchFailed, "nothing at the path")
		onNode(t, "test ! -e /run/c2d-e2e/"+s.namespace+"/2025")
	})
	t.Run("no such claim", func(t *testing.T) {
		t.Parallel()
		s := newStory(t, "echo ran")
		s.dataset.Spec.Files = []v1alpha1.DatasetFile{onVolume("none", "")}
		s.fails(v1alpha1.ReasonNotFound, "PersistentVolumeClaim c2d-sandbox/none does not exist")
	})
}

// TestImageVolume mounts an image beside a file that is copied.
func TestImageVolume(t *testing.T) {
	t.Parallel()
	s := newStory(t, `
		cd /data/inputs/*/ && cmp 0/bin/busybox /bin/busybox && cat 1 >$OUTPUTS/text
		if echo x 2>/dev/null >0/new; then echo new >>$OUTPUTS/text; fi
	`)
	s.dataset.Spec.Files = []v1alpha1.DatasetFile{
		{Image: &v1alpha1.ImageSource{Reference: shell.image + "@" + shell.digest}}, {Inline: "one"},
	}
	if files := s.succeeds(); files["text"] != "one" {
		t.Errorf("the algorithm read %q", files["text"])
	}
	text, err := results.Get(t.Context(), fmt.Sprintf("%s/%s-%s/%d/manifest.json", s.namespace, s.job.Name, s.job.UID, s.job.Status.Run), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := manifest.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if datasets := signed.Statement.Predicate.Datasets; len(datasets) != 1 || len(datasets[0].Mounted) != 1 || datasets[0].Mounted[0].Digest != shell.digest {
		t.Errorf("the manifest does not say which image was read: %+v", datasets)
	}
}

// TestImageVolumeMissing names an image that is not there: the dataset's, not the algorithm's.
func TestImageVolumeMissing(t *testing.T) {
	t.Parallel()
	s := newStory(t, "echo ran")
	s.dataset.Spec.Files = []v1alpha1.DatasetFile{{Image: &v1alpha1.ImageSource{Reference: shell.image + "@sha256:" + strings.Repeat("0", 64)}}}
	s.fails(v1alpha1.ReasonImagePullFailed, "The image of file 0 of Dataset "+owner+"/"+s.namespace)
	if strings.Contains(ready(s.job).Message, shell.image) {
		t.Errorf("the consumer reads where the data lie: %s", ready(s.job).Message)
	}
}

// TestGatewaysAndParameters brings data from IPFS and Arweave, and from a URL that takes parameters.
func TestGatewaysAndParameters(t *testing.T) {
	t.Parallel()
	const cid, transaction = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi", "bNbA3TEQVL60xlgCcqdz4ZPHFZ711cZ3hmkpGttDt_U"
	var mutex sync.Mutex
	asked := map[string]bool{}
	listener, err := net.Listen("tcp", net.JoinHostPort(os.Getenv("C2D_HOST_IP"), "0"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mutex.Lock()
		asked[r.URL.RequestURI()] = true
		mutex.Unlock()
		if r.URL.Path == "/ipfs/"+cid {
			http.Redirect(w, r, "/at-last", http.StatusFound)
			return
		}
		_, _ = fmt.Fprintln(w, r.URL.RequestURI())
	}))
	_ = server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)

	s := newStory(t, "cat /data/inputs/*/0 /data/inputs/*/1 /data/inputs/*/2 >$OUTPUTS/text; cat /data/ddos/* | grep -o '\"ward\"' | head -1 >>$OUTPUTS/text")
	s.dataset.Spec.Files = []v1alpha1.DatasetFile{
		{IPFS: &v1alpha1.IPFSSource{CID: cid, Gateway: server.URL}},
		{Arweave: &v1alpha1.ArweaveSource{TransactionID: transaction, Gateway: server.URL}},
		{HTTP: &v1alpha1.HTTPSource{URL: server.URL + "/table?sig=1"}},
	}
	s.dataset.Spec.Parameters = []v1alpha1.Parameter{
		{Name: "ward", Type: v1alpha1.ParameterText, Required: true}, {Name: "year", Type: v1alpha1.ParameterNumber, Default: "2026"},
	}
	s.job.Spec.Datasets[0].Parameters = map[string]v1alpha1.ParameterValue{"ward": "a & b"}
	files := s.succeeds()
	if want := "/at-last\n/" + transaction + "\n/table?sig=1&ward=a+%26+b&year=2026\n\"ward\"\n"; files["text"] != want {
		t.Errorf("the algorithm read %q, want %q", files["text"], want)
	}
	mutex.Lock()
	defer mutex.Unlock()
	for _, uri := range []string{"/ipfs/" + cid, "/" + transaction, "/table?sig=1&ward=a+%26+b&year=2026"} {
		if !asked[uri] {
			t.Errorf("nobody asked for %s: %v", uri, asked)
		}
	}
}

// TestDatasetParametersRefused says which parameter of which dataset is wrong.
func TestDatasetParametersRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		values  map[string]v1alpha1.ParameterValue
		message string
	}{
		"not declared":    {map[string]v1alpha1.ParameterValue{"yeer": "2026"}, `parameter "yeer" is not declared (declared: sig, year)`},
		"not a number":    {map[string]v1alpha1.ParameterValue{"year": "last"}, `parameter "year" must be a number`},
		"the owner's own": {map[string]v1alpha1.ParameterValue{"sig": "mine"}, `parameter "sig" would replace`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, "echo ran")
			s.dataset.Spec.Files = []v1alpha1.DatasetFile{{HTTP: &v1alpha1.HTTPSource{URL: "https://data.example.org/?sig=of-the-owner"}}}
			s.dataset.Spec.Parameters = []v1alpha1.Parameter{{Name: "sig", Type: v1alpha1.ParameterText}, {Name: "year", Type: v1alpha1.ParameterNumber}}
			s.job.Spec.Datasets[0].Parameters = test.values
			s.fails(v1alpha1.ReasonParametersInvalid, "Dataset "+owner+"/"+s.namespace+": "+test.message)
			if strings.Contains(ready(s.job).Message, "of-the-owner") {
				t.Errorf("the message has the owner's query: %s", ready(s.job).Message)
			}
		})
	}
}
