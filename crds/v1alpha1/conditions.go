package v1alpha1

// Condition types that every kind has. kstatus reads them: Ready=True is done,
// Reconciling=True is in progress, Stalled=True needs a person.
const (
	ConditionReady       = "Ready"
	ConditionReconciling = "Reconciling"
	ConditionStalled     = "Stalled"
)

// Condition types of a ComputeJob, in the order of its life.
const (
	// ConditionAdmitted says whether references resolved and every owner's rules allow the job.
	ConditionAdmitted = "Admitted"
	// ConditionFunded says whether the money for the run is locked in the escrow contract; of a ServiceAgreement, whether deposit
	// and authorisation are enough for a job.
	ConditionFunded = "Funded"
	// ConditionStaged says whether isolation was proven and the inputs lie in the pod with the right hashes.
	ConditionStaged = "Staged"
	// ConditionExecuted says whether the algorithm ran and ended by itself with exit code 0.
	ConditionExecuted = "Executed"
	// ConditionReleased says whether what the rules let out lies in the results bucket, readable for the consumer.
	ConditionReleased = "Released"
	// ConditionSettled says whether the run is paid for, and the rest of the money back with the consumer.
	ConditionSettled = "Settled"
	// ConditionDelivered says whether what was released lies in spec.destination too.
	ConditionDelivered = "Delivered"
	// ConditionNotified says whether spec.notify has taken the news of the run's end.
	ConditionNotified = "Notified"
)

// ConditionSigned of a ServiceAgreement says whether its signature is the consumer's over these terms.
const ConditionSigned = "Signed"

// ConditionPublished of a Dataset or an Algorithm with spec.nft says whether the DDO on chain is that of the object.
const ConditionPublished = "Published"

// Reasons of the condition Published.
const (
	ReasonPublished        = "Published"
	ReasonDDONotFound      = "DDONotFound"
	ReasonDDOInvalid       = "DDOInvalid"
	ReasonDDOMismatch      = "DDOMismatch"
	ReasonNFTWithdrawn     = "NFTWithdrawn"
	ReasonChainUnknown     = "ChainUnknown"
	ReasonChainUnavailable = "ChainUnavailable"
)

// Reasons of service agreements.
const (
	ReasonActive                    = "Active"
	ReasonSignatureInvalid          = "SignatureInvalid"
	ReasonEnvironmentNotReady       = "EnvironmentNotReady"
	ReasonTokenNotTaken             = "TokenNotTaken"
	ReasonDepositInsufficient       = "DepositInsufficient"
	ReasonAuthorizationInsufficient = "AuthorizationInsufficient"
	ReasonExhausted                 = "Exhausted"
)

// Reasons of environments, datasets and algorithms.
const (
	ReasonReady             = "Ready"
	ReasonSandboxInvalid    = "SandboxInvalid"
	ReasonCredentialsNeeded = "CredentialsNeeded"
	ReasonBucketUnavailable = "BucketUnavailable"
	ReasonPaymentInvalid    = "PaymentInvalid"
	ReasonSigningInvalid    = "SigningInvalid"
)

// Reasons of a job that is under way or has succeeded.
const (
	ReasonPending        = "Pending"
	ReasonQueued         = "Queued"
	ReasonFunding        = "Funding"
	ReasonStaging        = "Staging"
	ReasonRunning        = "Running"
	ReasonReleasing      = "Releasing"
	ReasonSettling       = "Settling"
	ReasonStopping       = "Stopping"
	ReasonAwaitingReview = "AwaitingReview"
	ReasonSucceeded      = "Succeeded"
	ReasonExpired        = "Expired"
)

// Reasons for which a run is stopped, and the class of exit of an algorithm that was.
const (
	ReasonStopped       = "Stopped"
	ReasonSuspended     = "Suspended"
	ReasonRetriggered   = "Retriggered"
	ReasonAccessExpired = "AccessExpired"
)

// Reasons of the conditions Delivered and Notified.
const (
	ReasonDelivered         = "Delivered"
	ReasonDestinationFailed = "DestinationFailed"
	ReasonNotified          = "Notified"
	ReasonNotifyFailed      = "NotifyFailed"
)

// Reasons of a job that has failed: DESIGN section 4, column "may end in".
const (
	ReasonNotFound             = "NotFound"
	ReasonNotReady             = "NotReady"
	ReasonPolicyDenied         = "PolicyDenied"
	ReasonOrderMissing         = "OrderMissing"
	ReasonBudgetExceeded       = "BudgetExceeded"
	ReasonAgreementInvalid     = "AgreementInvalid"
	ReasonAgreementExpired     = "AgreementExpired"
	ReasonParametersInvalid    = "ParametersInvalid"
	ReasonResourcesExceeded    = "ResourcesExceeded"
	ReasonQueueTimeout         = "QueueTimeout"
	ReasonFundsInsufficient    = "FundsInsufficient"
	ReasonLockFailed           = "LockFailed"
	ReasonIsolationUnverified  = "IsolationUnverified"
	ReasonImagePullFailed      = "ImagePullFailed"
	ReasonUnschedulable        = "Unschedulable"
	ReasonInputFetchFailed     = "InputFetchFailed"
	ReasonAlgorithmFetchFailed = "AlgorithmFetchFailed"
	ReasonChecksumMismatch     = "ChecksumMismatch"
	ReasonStartFailed          = "StartFailed"
	ReasonExitCode             = "ExitCode"
	ReasonOutOfMemory          = "OutOfMemory"
	ReasonDeadlineExceeded     = "DeadlineExceeded"
	ReasonDiskExceeded         = "DiskExceeded"
	ReasonEvicted              = "Evicted"
	ReasonPodLost              = "PodLost"
	ReasonOutputRefused        = "OutputRefused"
	ReasonPublishFailed        = "PublishFailed"
	ReasonSettlementFailed     = "SettlementFailed"
	ReasonReviewRejected       = "ReviewRejected"
	ReasonReviewTimeout        = "ReviewTimeout"
)
