package imports

import (
	"context"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/store"
)

// maxPage is how many jobs a page has at the most. Source: the members of
// UserImportJobsListType in model/, though a request may ask for 60.
const maxPage = 50

// List returns up to limit jobs of a pool in the order of their ids, and the
// token of the next page or "". Errors: NotFound for the pool, InvalidParameter
// for the token.
func (s *Service) List(ctx context.Context, poolID, token string, limit int) (jobs []Job, next string, err error) {
	limit = min(max(limit, 1), maxPage)
	err = s.Store.View(ctx, func(snap store.Snapshot) error {
		p, err := directory.Pool(ctx, snap, poolID)
		if err != nil {
			return err
		}
		after, err := s.Keyring.OpenPage(token, "imports", p.Key)
		if err != nil {
			return err
		}
		list, err := snap.Imports(ctx, p.Key, store.Page{After: after, Limit: limit + 1})
		if err != nil {
			return err
		}
		if len(list) > limit {
			list = list[:limit]
			next = s.Keyring.SealPage(list[limit-1].ID, "imports", p.Key)
		}
		for _, i := range list {
			i.Expire(s.now())
			jobs = append(jobs, s.shown(p, i))
		}
		return nil
	})
	return jobs, next, wrap("list imports", err)
}
