package v1alpha1

// State of a job in one word.
//
// +kubebuilder:validation:Enum=Pending;Queued;Funding;Staging;Running;Releasing;Settling;AwaitingReview;Succeeded;Failed;Stopped;Expired
type State string

// States of a job, in the order of its life.
const (
	StatePending   State = "Pending"
	StateQueued    State = "Queued"
	StateFunding   State = "Funding"
	StateStaging   State = "Staging"
	StateRunning   State = "Running"
	StateReleasing State = "Releasing"
	StateSettling  State = "Settling"
	// StateAwaitingReview holds no slot.
	StateAwaitingReview State = "AwaitingReview"
	StateSucceeded      State = "Succeeded"
	StateFailed         State = "Failed"
	StateStopped        State = "Stopped"
	StateExpired        State = "Expired"
)

// Terminal says whether the run of a job in this state is over.
func (s State) Terminal() bool {
	switch s {
	case StateSucceeded, StateFailed, StateStopped, StateExpired:
		return true
	}
	return false
}

// Active says whether a job in this state holds one of its environment's slots.
func (s State) Active() bool {
	switch s {
	case StateFunding, StateStaging, StateRunning, StateReleasing:
		return true
	}
	return false
}
