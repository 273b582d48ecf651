package consumer

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/reply"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
)

const (
	// assetAge is how old an answer about an asset may be, that there is none included.
	assetAge         = 5 * time.Second
	rememberedAssets = 256
	// maxNamesakes of one DID that are looked at: there is one, unless somebody writes what is not so.
	maxNamesakes = 8
)

// publishedDID is one that a data NFT may have.
var publishedDID = regexp.MustCompile(`^did:op:[0-9a-f]{64}$`)

// asset is the answer about a DID; nil: nothing is published under it here.
type asset json.RawMessage

// callAsset answers whoever has a token with a part of what is published under a DID.
func (a *API) callAsset(name string, part func(asset) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		counted := &reply.Writer{ResponseWriter: w}
		if err := a.answerAsset(counted, r, part); err != nil {
			known := reply.Known(counted, err)
			slog.Info(known.Message, "call", name, "remote", r.RemoteAddr, "status", known.Status, "retry", known.Retry, "detail", known.Detail)
			if known.Status == http.StatusNotFound {
				// As Ocean's clients expect it.
				reply.JSON(counted, known.Status, map[string]string{"error": known.Message})
			} else {
				reply.Failure(counted, known)
			}
		}
		a.metrics.Observe(name, counted.Status, counted.Bytes, time.Since(began))
	})
}

func (a *API) answerAsset(w *reply.Writer, r *http.Request, part func(asset) (any, error)) error {
	if _, err := a.accounts.Identify(r); err != nil {
		return err
	}
	did := r.PathValue("did")
	if !publishedDID.MatchString(did) {
		return failure.Missing(fmt.Sprintf("there is no asset with DID %.80q here: expected did:op: and 64 hexadecimal digits in lower case", did))
	}
	found, err := a.assets.Get(r.Context(), did, func(ctx context.Context) (asset, error) { return a.findAsset(ctx, did) })
	if err != nil {
		return failure.Kubernetes(err)
	}
	if found == nil {
		return failure.Missing("there is no asset with DID " + did + " here")
	}
	answer, err := part(found)
	if err != nil {
		return err
	}
	reply.JSON(w, http.StatusOK, answer)
	return nil
}

func wholeAsset(found asset) (any, error) { return json.RawMessage(found), nil }

func metadataOfAsset(found asset) (any, error) {
	var doc struct {
		Metadata json.RawMessage `json:"metadata"`
	}
	err := json.Unmarshal(found, &doc)
	return doc.Metadata, err
}

// findAsset that the controller has found to be published under a DID.
func (a *API) findAsset(ctx context.Context, did string) (asset, error) {
	var datasets v1alpha1.DatasetList
	if err := a.listDID(ctx, &datasets, did); err != nil {
		return nil, err
	}
	for _, d := range datasets.Items {
		if found := published(did, d.Spec.NFT, d.Status.Published); found != nil {
			return found, nil
		}
	}
	var algorithms v1alpha1.AlgorithmList
	if err := a.listDID(ctx, &algorithms, did); err != nil {
		return nil, err
	}
	for _, d := range algorithms.Items {
		if found := published(did, d.Spec.NFT, d.Status.Published); found != nil {
			return found, nil
		}
	}
	return nil, nil
}

func (a *API) listDID(ctx context.Context, list client.ObjectList, did string) error {
	if err := a.client.List(ctx, list, client.MatchingFields{"status.did": did}, client.Limit(maxNamesakes)); err != nil {
		return fmt.Errorf("look for DID %s: %w", did, err)
	}
	return nil
}

func published(did string, nft *v1alpha1.NFT, found *v1alpha1.Publication) asset {
	if nft == nil || found == nil || found.DID != did {
		return nil
	}
	doc, err := ocean.ParseDDO([]byte(found.DDO))
	if err != nil || doc.ID != did {
		return nil
	}
	text, err := ocean.Asset(nft, found)
	if err != nil {
		return nil
	}
	return text
}
