package redteam

// Row of the list of attacks that the suite follows.
type Row struct {
	Title string
	// Elsewhere says where a row is tested that no case here shows, or why it is not.
	Elsewhere string
}

// Rows by their number; there is no row 0.
var Rows = [...]Row{
	{},
	{Title: "network egress"},
	{Title: "egress in the first moment of the container"},
	{Title: "DNS"},
	{Title: "metadata services"},
	{Title: "the Kubernetes API and its tokens"},
	{Title: "the node's own services"},
	{Title: "ways out of the container"},
	{Title: "privileges"},
	{Title: "fork bomb"},
	{Title: "memory bomb"},
	{Title: "processor time, endless runs"},
	{Title: "disk and log"},
	{Title: "inodes, depth, long names"},
	{Title: "links, devices, FIFOs"},
	{Title: "changes while the gate reads"},
	{Title: "names and content that attack whoever opens them"},
	{Title: "bombs, archives, polyglots"},
	{Title: "copies of the data in outputs"},
	{Title: "log, exit code, termination message"},
	{Title: "size, number and time as a channel"},
	{Title: "many jobs that differ by a row"},
	{Title: "small cells"},
	{Title: "images other than the approved one"},
	{Title: "changes after the approval"},
	{Title: "injection by labels, templates, arguments"},
	{Title: "objects of other namespaces"},
	{Title: "agreements that are forged, unfunded, replayed, reorged"},
	{Title: "malicious chain node", Elsewhere: "tests of ocean and test/faults: answers that are too long, late, of another chain"},
	{Title: "malicious sources"},
	{Title: "credentials where people read"},
	{Title: "images without end", Elsewhere: "the kubelet pulls images: its own limits and the pull budget of a run hold (tests of sandbox/pod)"},
	{Title: "the kernel's surface"},
	{Title: "side channels on a shared node"},
	{Title: "thousands of bad objects"},
	{Title: "auditors run as an algorithm"},
}
