package sandbox

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// ConsumerPort of the gateway is where consumers and the controller come. No sandbox pod may reach it.
const ConsumerPort = 8445

// Audiences of the tokens that are taken at the ConsumerPort.
const (
	// ConsumerAudience of the token of a service account in the namespace of the job that is asked about.
	ConsumerAudience = "c2d-consumer"
	// ControlAudience of the token of the controller's own service account.
	ControlAudience = "c2d-control"
)

// ControllerServiceAccount is the one account, in the gateway's own namespace, that is taken for the controller.
const ControllerServiceAccount = "c2d-controller"

// AuthorityConfigMap in the gateway's namespace holds, under the key "ca.crt", the certificate that signed the gateway's.
const AuthorityConfigMap = "c2d-gateway-ca"

// The gateway's API for consumers: all with GET and a bearer token for ConsumerAudience, for service accounts of the job's
// namespace that may get the ComputeJob.
//
//	/v1/jobs/NAMESPACE/NAME/runs/RUN/log[?follow=true]   the algorithm's log: live, or as it was released
//	/v1/jobs/NAMESPACE/NAME/runs/RUN/manifest            the manifest of the run
//	/v1/jobs/NAMESPACE/NAME/runs/RUN/results/KEY         a result under its key, with Range
//
// Nothing but what the rules let out is answered, and nothing once access is over. What is no success is a Failure as
// JSON, under one of these codes:
//
//	400  the path makes no sense
//	401  the token is nobody's, or for another audience
//	403  a rule withholds it: the message says whose
//	404  no such job, or the account may not get it; no such run; nothing such was released
//	409  it may come: the run is not over, or its algorithm has not begun
//	410  it is gone for good: access has ended
//	416  the part that was asked for lies behind the end
//	424  the owner's results bucket fails until somebody mends it
//	503  try again
//
// With follow=true the call waits, without a byte and without headers, until the algorithm begins, and the answer ends in
// order only when the algorithm has: an answer that breaks off may be asked for again, and begins at the start of the log.
// The log of a run that is over knows Range.
const PathJobs = "/v1/jobs/"

// PathAssets is the prefix of the gateway's metadata API, which has the form of Ocean's (Aquarius): GET each with the token of
// any service account of the cluster, for the audience of consumers.
//
//	ddo/{did}       the DDO of what is published here, as it stands on chain, with nft, datatokens, event and purgatory
//	metadata/{did}  its metadata alone
//
// What is published is public on its chain. Of what is not, of a DID that nobody has, and of one that the chain does not
// confirm, the answer is the same: 404 and {"error": "..."}.
const PathAssets = "/api/aquarius/assets/"

// RunPath of a run of a job, without a slash at its end.
func RunPath(namespace, name string, run int64) string {
	return PathJobs + url.PathEscape(namespace) + "/" + url.PathEscape(name) + "/runs/" + strconv.FormatInt(run, 10)
}

// ResultPath of a result of a run.
func ResultPath(namespace, name string, run int64, result ManifestResult) string {
	segments := strings.Split(result.Key(), "/")
	for i, segment := range segments {
		segments[i] = url.PathEscape(segment)
	}
	return RunPath(namespace, name, run) + "/results/" + strings.Join(segments, "/")
}

// The gateway's API for the controller: each with POST.
const (
	// PathDeliver takes a Delivery and answers its Delivered. The call ends after DeliverTimeout at the latest, with what is
	// done by then: the controller calls again until all is.
	PathDeliver = "/v1/control/deliver"
	// PathNotify takes a Notification, and answers 204 once the consumer's system has taken the event.
	PathNotify = "/v1/control/notify"
)

// DeliverTimeout bounds one call, but for the objects that are being copied then: those go on to their end.
const DeliverTimeout = time.Minute

// CopyTimeout bounds the copy of one object of this size: the destination must take 1 MiB a second. A copy that breaks
// off begins anew.
func CopyTimeout(bytes int64) time.Duration {
	const patience, perSecond = 15 * time.Minute, 1 << 20
	return patience + time.Duration(bytes/perSecond)*time.Second
}

// RunReference names a run that is over. The gateway reads the job itself, and what its status says of that run.
type RunReference struct {
	Job Object `json:"job"`
	Run int64  `json:"run"`
}

// Delivery asks the gateway to copy what a run released to the job's spec.destination.
type Delivery struct {
	RunReference
	// From is the number of objects that an earlier call has answered with: those are not looked at again.
	From int64 `json:"from,omitempty"`
}

// Delivered says how far the copy is.
type Delivered struct {
	// Objects at the destination, of Total, in the order of the manifest, which comes last itself.
	Objects int64 `json:"objects"`
	Total   int64 `json:"total"`
	Bytes   int64 `json:"bytes"`
	// URI of the folder, as s3://bucket/prefix.
	URI string `json:"uri"`
}

// Notification asks the gateway to tell the job's spec.notify of the end of a run.
type Notification struct {
	RunReference
	State  v1alpha1.State `json:"state"`
	Reason string         `json:"reason"`
}

// EventID of a notification: the same for the same news, so that who hears it twice can tell.
func (n Notification) EventID() string { return fmt.Sprintf("%s-%d-%s", n.Job.UID, n.Run, n.State) }
