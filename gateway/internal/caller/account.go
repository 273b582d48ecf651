package caller

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/recent"
)

// accessAge is how old the answer may be to the question whether an account may get a job.
const accessAge = 10 * time.Second

// Account is a service account that has shown a token of its own.
type Account struct {
	// Namespace and Name of the service account.
	types.NamespacedName

	token string
	user  authenticationv1.UserInfo
}

// Accounts knows service accounts by tokens for one audience.
type Accounts struct {
	client   client.Client
	audience string
	reviews  *recent.Values[reviewed]
	access   *recent.Values[bool]
}

// reviewed is what the API server says of a token; denied says why it is nobody's.
type reviewed struct {
	user   authenticationv1.UserInfo
	denied string
}

// NewAccounts asks a client that reads without a cache.
func NewAccounts(live client.Client, audience string) *Accounts {
	return &Accounts{
		client: live, audience: audience,
		reviews: recent.New[reviewed](remembered, reviewAge),
		access:  recent.New[bool](remembered, accessAge),
	}
}

// Identify the service account that sends a request. The error is a *failure.Error.
func (a *Accounts) Identify(request *http.Request) (*Account, error) {
	token, err := bearer(request)
	if err != nil {
		return nil, err
	}
	return a.identify(request.Context(), token, a.reviews.Get)
}

// Again asks anew who an account is, past all that is remembered. The error is a *failure.Error.
func (a *Accounts) Again(ctx context.Context, account *Account) (*Account, error) {
	return a.identify(ctx, account.token, a.reviews.Refresh)
}

type lookup[V any] func(ctx context.Context, key string, read func(context.Context) (V, error)) (V, error)

func (a *Accounts) identify(ctx context.Context, token string, get lookup[reviewed]) (*Account, error) {
	found, err := get(ctx, hashOf(token), func(ctx context.Context) (reviewed, error) { return a.review(ctx, token) })
	if err != nil {
		return nil, failure.Kubernetes(err)
	}
	if found.denied != "" {
		return nil, failure.Unauthorized(found.denied)
	}
	namespace, name, ok := serviceAccount(found.user.Username)
	if !ok {
		return nil, failure.Unauthorized(fmt.Sprintf("%s is not a service account", found.user.Username))
	}
	return &Account{NamespacedName: types.NamespacedName{Namespace: namespace, Name: name}, token: token, user: found.user}, nil
}

func (a *Accounts) review(ctx context.Context, token string) (reviewed, error) {
	user, denied, err := reviewToken(ctx, a.client, token, a.audience)
	return reviewed{user: user, denied: denied}, err
}

// MayGet says whether the account may get a ComputeJob, by the cluster's own rules. The error is a *failure.Error.
func (a *Accounts) MayGet(ctx context.Context, account *Account, job types.NamespacedName) (bool, error) {
	return a.mayGet(ctx, account, job, a.access.Get)
}

// MayStillGet asks anew, past all that is remembered.
func (a *Accounts) MayStillGet(ctx context.Context, account *Account, job types.NamespacedName) (bool, error) {
	return a.mayGet(ctx, account, job, a.access.Refresh)
}

func (a *Accounts) mayGet(ctx context.Context, account *Account, job types.NamespacedName, get lookup[bool]) (bool, error) {
	may, err := get(ctx, hashOf(account.token)+"/"+job.String(), func(ctx context.Context) (bool, error) {
		extra := map[string]authorizationv1.ExtraValue{}
		for key, value := range account.user.Extra {
			extra[key] = authorizationv1.ExtraValue(value)
		}
		review := authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User: account.user.Username, UID: account.user.UID, Groups: account.user.Groups, Extra: extra,
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: job.Namespace, Name: job.Name, Verb: "get",
				Group: v1alpha1.SchemeGroupVersion.Group, Version: v1alpha1.SchemeGroupVersion.Version, Resource: "computejobs",
			},
		}}
		if err := a.client.Create(ctx, &review); err != nil {
			return false, fmt.Errorf("review access to ComputeJob %s: %w", job, err)
		}
		return review.Status.Allowed, nil
	})
	if err != nil {
		return false, failure.Kubernetes(err)
	}
	return may, nil
}

// bearer token of a request.
func bearer(request *http.Request) (string, error) {
	token, ok := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer ")
	if !ok || token == "" || len(token) > maxToken {
		return "", failure.Unauthorized("the request has no bearer token")
	}
	return token, nil
}

func hashOf(token string) string {
	hash := sha256.Sum256([]byte(token))
	return hex.EncodeToString(hash[:])
}

// reviewToken asks the API server whose token it is. denied says why it is nobody's.
func reviewToken(ctx context.Context, live client.Client, token, audience string) (user authenticationv1.UserInfo, denied string, err error) {
	review := authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: token, Audiences: []string{audience}}}
	if err := live.Create(ctx, &review); err != nil {
		return user, "", fmt.Errorf("review a token: %w", err)
	}
	if !review.Status.Authenticated {
		return user, "the token is not valid for audience " + audience, nil
	}
	// An API server that knows no audiences leaves the field empty and has not checked them.
	if !slices.Contains(review.Status.Audiences, audience) {
		return user, "the API server did not confirm audience " + audience, nil
	}
	return review.Status.User, "", nil
}

// serviceAccount that a user name stands for.
func serviceAccount(username string) (namespace, name string, ok bool) {
	account, ok := strings.CutPrefix(username, "system:serviceaccount:")
	namespace, name, split := strings.Cut(account, ":")
	return namespace, name, ok && split
}
