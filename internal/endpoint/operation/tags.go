package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
)

// TagResource gives a user pool tags.
func (o *Operations) TagResource(ctx context.Context, in *api.TagResourceRequest) (*api.TagResourceResponse, error) {
	if err := o.pools.Tag(ctx, in.ResourceArn, in.Tags); err != nil {
		return nil, err
	}
	return &api.TagResourceResponse{}, nil
}

// UntagResource takes tags from a user pool.
func (o *Operations) UntagResource(ctx context.Context, in *api.UntagResourceRequest) (*api.UntagResourceResponse, error) {
	if err := o.pools.Untag(ctx, in.ResourceArn, in.TagKeys); err != nil {
		return nil, err
	}
	return &api.UntagResourceResponse{}, nil
}

// ListTagsForResource shows the tags of a user pool.
func (o *Operations) ListTagsForResource(ctx context.Context, in *api.ListTagsForResourceRequest) (*api.ListTagsForResourceResponse, error) {
	tags, err := o.pools.Tags(ctx, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	return &api.ListTagsForResourceResponse{Tags: tagMap(tags)}, nil
}

// tagMap returns tags as answers carry them: none is an empty map.
func tagMap(tags map[string]string) map[string]string {
	if tags == nil {
		return map[string]string{}
	}
	return tags
}
