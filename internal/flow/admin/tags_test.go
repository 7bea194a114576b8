package admin

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
)

func TestTags(t *testing.T) {
	inEachWorld(t, func(t *testing.T, w *world) {
		p := w.pool(t, NewPool{})
		arn := w.pools.ARN(p)
		want := func(tags map[string]string) {
			t.Helper()
			got, err := w.pools.Tags(t.Context(), arn)
			if err != nil {
				t.Fatal(err)
			}
			if described := w.described(t, p.ID).Tags; !maps.Equal(got, tags) || !maps.Equal(described, tags) {
				t.Errorf("tags are %v and described as %v, want %v", got, described, tags)
			}
		}
		want(nil)
		w.now = noon.Add(time.Hour)
		if err := w.pools.Tag(t.Context(), arn, map[string]string{"env": "test", "team": "a"}); err != nil {
			t.Fatal(err)
		}
		want(map[string]string{"env": "test", "team": "a"})
		if err := w.pools.Tag(t.Context(), arn, map[string]string{"team": "b"}); err != nil {
			t.Fatal(err)
		}
		want(map[string]string{"env": "test", "team": "b"})
		if err := w.pools.Untag(t.Context(), arn, []string{"env", "none"}); err != nil {
			t.Fatal(err)
		}
		want(map[string]string{"team": "b"})
		if got := w.described(t, p.ID); !got.Modified.Equal(p.Modified) {
			t.Errorf("tags moved the time of the last change to %v", got.Modified)
		}
	})
}

func TestTagsRefuse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pool(t, NewPool{CustomID: "us-east-1_Staff"})
	many := map[string]string{}
	for i := range 50 {
		many[fmt.Sprint(i)] = ""
	}
	if err := w.pools.Tag(t.Context(), w.pools.ARN(p), many); err != nil {
		t.Fatal(err)
	}
	const noPool = "User pool us-east-1_Staff does not exist."
	for _, tt := range []struct {
		name string
		arn  string
		kind pool.Kind
		want string
	}{
		{"another pool", "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_none", pool.NotFound, "User pool us-east-1_none does not exist."},
		{"another account", "arn:aws:cognito-idp:us-east-1:210987654321:userpool/us-east-1_Staff", pool.NotFound, noPool},
		{"another region", "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/us-east-1_Staff", pool.NotFound, noPool},
		{"another partition", "arn:aws-cn:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Staff", pool.NotFound, noPool},
		{"no pool at all", "arn:aws:lambda:us-east-1:123456789012:function:f", pool.InvalidParameter,
			"Invalid ARN of a user pool: arn:aws:lambda:us-east-1:123456789012:function:f"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := w.pools.Tags(t.Context(), tt.arn)
			wantError(t, err, tt.kind, tt.want)
			wantError(t, w.pools.Tag(t.Context(), tt.arn, map[string]string{"a": "b"}), tt.kind, tt.want)
			wantError(t, w.pools.Untag(t.Context(), tt.arn, []string{"1"}), tt.kind, tt.want)
		})
	}
	wantError(t, w.pools.Tag(t.Context(), w.pools.ARN(p), map[string]string{"one more": ""}), pool.InvalidParameter, "A user pool can have up to 50 tags.")
	wantError(t, w.pools.Tag(t.Context(), w.pools.ARN(p), map[string]string{"aws:a": ""}), pool.InvalidParameter,
		"A user pool can have up to 50 tags.")
	if got := w.described(t, p.ID).Tags; !maps.Equal(got, many) {
		t.Errorf("after nothing but refusals the tags are %v", got)
	}
}
