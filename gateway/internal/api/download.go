package api

import (
	"net/http"

	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/reply"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// download answers with a file once there is room for another download.
func (a *API) download(w http.ResponseWriter, r *http.Request, open func(storage.Want) (*storage.Reading, error)) error {
	if err := a.downloads.Acquire(r.Context(), 1); err != nil {
		return err
	}
	defer a.downloads.Release(1)
	return reply.File(w, r, open)
}
