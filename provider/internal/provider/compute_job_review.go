package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

var (
	reviewReferenceType = types.ObjectType{AttrTypes: map[string]attr.Type{"namespace": types.StringType, "name": types.StringType}}
	reviewStatusTypes   = map[string]attr.Type{
		"state": types.StringType, "since": types.StringType, "deadline": types.StringType, "reviews": types.ListType{ElemType: reviewReferenceType},
	}
)

func reviewStatusOf(r *v1alpha1.ReviewStatus) types.Object {
	if r == nil {
		return types.ObjectNull(reviewStatusTypes)
	}
	reviews := make([]attr.Value, 0, len(r.Reviews))
	for _, review := range r.Reviews {
		reviews = append(reviews, types.ObjectValueMust(reviewReferenceType.AttrTypes, map[string]attr.Value{
			"namespace": types.StringValue(review.Namespace), "name": types.StringValue(review.Name),
		}))
	}
	return types.ObjectValueMust(reviewStatusTypes, map[string]attr.Value{
		"state":    types.StringValue(string(r.State)),
		"since":    timeOf(&r.Since),
		"deadline": timeOf(&r.Deadline),
		"reviews":  types.ListValueMust(reviewReferenceType, reviews),
	})
}

// explainReview says whom a job waits for whose results wait for people.
func explainReview(j *v1alpha1.ComputeJob) string {
	r := j.Status.Review
	if j.Status.State != v1alpha1.StateAwaitingReview || r == nil {
		return ""
	}
	said := fmt.Sprintf("\n\nIts results wait for people, until %s at the latest:", r.Deadline.UTC().Format(time.RFC3339))
	for _, review := range r.Reviews {
		said += fmt.Sprintf("\n  ResultReview %s/%s", review.Namespace, review.Name)
	}
	return said + "\nSomebody there votes with c2d_result_review or kubectl c2d."
}

// adviceOn failures whose reason alone does not say what to do.
var adviceOn = map[string]string{
	v1alpha1.ReasonReviewRejected: "A reviewer of the data's owner has rejected the results, and nothing of the run is released; the time that it used is billed. " +
		"Why is for the owner to say: ask them before you run the job again.",
	v1alpha1.ReasonReviewTimeout: "Nobody of the data's owner approved the results in time, and nothing of the run is released. " +
		"Ask the owner to look in time (disclosure.review of the dataset), then run the job again.",
	v1alpha1.ReasonBudgetExceeded: "The owner of a dataset bounds what each consumer may ask in a window of time (access.budget of the dataset). " +
		"Run the job again once earlier runs have left the window, or ask the owner for more.",
	v1alpha1.ReasonOutputRefused: "A check of the data's owner refused an output, and nothing of the run is released. The checks are told of in the guide What may leave.",
}
