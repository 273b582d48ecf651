// Package sandbox holds the facts of a run in its pod: what the pod looks like, what its parts tell each other, and
// what a pod's status says about the run. It is pure: the controller, the gateway and the agent agree here.
package sandbox

import (
	"strconv"

	"k8s.io/apimachinery/pkg/types"
)

// Labels and annotations of the pods of runs. Only the controller may create pods in a sandbox namespace, so who finds
// them on a pod there may believe them.
const (
	LabelName   = "app.kubernetes.io/name"
	LabelJobUID = "c2d.dev/job-uid"
	LabelRun    = "c2d.dev/run"
	// LabelNetwork on the pods of runs that reach the internet, with the value NetworkAllow.
	LabelNetwork = "c2d.dev/network"
	NetworkAllow = "Allow"

	// AnnotationRun holds the Run, as JSON.
	AnnotationRun = "c2d.dev/run-spec"

	// JobPodName is the value of LabelName on the pods of runs.
	JobPodName = "c2d-job"
	// GatewayName is the value of LabelName on the gateway's pods, and the name of its Service.
	GatewayName = "c2d-gateway"

	// LabelSandbox marks the namespaces that may be used as sandboxes, with the value "true".
	LabelSandbox = "c2d.dev/sandbox"

	// Finalizer keeps a pod until its outcome is recorded, and a job until its pod and its objects are gone.
	Finalizer = "c2d.dev/run"
)

// ServiceAccount that the pods of runs have in the sandbox namespace. It has no rights.
const ServiceAccount = "c2d-job"

// TokenAudience of the tokens with which stage and publish speak to the gateway.
const TokenAudience = "c2d-gateway"

// Ports of the gateway.
const (
	// GatewayPort is the only thing that a sandbox pod can reach.
	GatewayPort = 8443
	// CanaryPort answers whoever reaches it, which no sandbox pod may.
	CanaryPort = 8444
)

// Containers of a pod.
const (
	ContainerStage     = "stage"
	ContainerAlgorithm = "algorithm"
	ContainerPublish   = "publish"
)

// Paths in the containers. Those under DataDir are Ocean's contract with algorithms.
const (
	DataDir        = "/data"
	InputsDir      = DataDir + "/inputs"
	CustomDataFile = InputsDir + "/algoCustomData.json"
	CodeFile       = DataDir + "/transformations/algorithm"
	DDOsDir        = DataDir + "/ddos"
	OutputsDir     = DataDir + "/outputs"
	LogsDir        = DataDir + "/logs"
	LogFile        = LogsDir + "/algorithm.log"
	TmpDir         = "/tmp"

	// HandoverDir carries what stage tells publish past the algorithm, which does not see it.
	HandoverDir = "/handover"
	// StagedFile holds the Staged, as JSON.
	StagedFile = HandoverDir + "/staged.json"
	// RecordsFile holds the disclosure.Records of the inputs, where they are compared with the outputs.
	RecordsFile = HandoverDir + "/records"

	// SharedDir belongs to the agent: stage fills it, the others read it.
	SharedDir = "/c2d"
	// AgentFile is the agent's binary, for the algorithm's container.
	AgentFile = SharedDir + "/agent"
	// AliveFile is a FIFO whose write end `agent run` holds as long as it lives.
	AliveFile = SharedDir + "/alive"

	// TokenFile holds the token for the gateway, in stage and publish alone.
	TokenFile = "/var/run/secrets/c2d.dev/token"
	// TerminationFile takes the report of a container.
	TerminationFile = "/dev/termination-log"
)

// Environment variables of stage and publish.
const (
	// EnvGateway is the gateway's address, as https://host:port.
	EnvGateway = "C2D_GATEWAY"
	// EnvGatewayName is the name in its certificate.
	EnvGatewayName = "C2D_GATEWAY_NAME"
	// EnvGatewayCA is the certificate, PEM, that signed the gateway's.
	EnvGatewayCA = "C2D_GATEWAY_CA"
	// EnvOpen lists, separated by commas, the host:port that must answer: the gateway's pods.
	EnvOpen = "C2D_MUST_ANSWER"
	// EnvClosed lists, separated by commas, the host:port that must not: canaries and API servers. Empty where the
	// environment asks for no proof.
	EnvClosed = "C2D_MUST_NOT_ANSWER"
	// EnvNodeIP is the node's address, none of whose ports may answer.
	EnvNodeIP = "C2D_NODE_IP"
	// EnvDisk is the number of bytes that inputs, outputs and temporary files may take together.
	EnvDisk = "C2D_DISK_BYTES"
)

// GatewayServerName is the name in the gateway's certificate, for whatever address it is reached by.
func GatewayServerName(namespace string) string { return GatewayName + "." + namespace + ".svc" }

// PodName of a run. It carries the job's UID, since it can outlive the job's name.
func PodName(job types.UID, run int64) string {
	return "job-" + string(job) + "-" + strconv.FormatInt(run, 10)
}
