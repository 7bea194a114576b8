package token

import (
	"testing"
	"time"
)

func TestProvenTokensAreForgotten(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	c := newProvenCache(2)
	for id := range byte(3) {
		c.put(tokenID{id}, proven{poolKey: int64(id), until: now.Add(time.Minute)})
	}
	if _, ok := c.get(tokenID{0}, now); ok {
		t.Error("a third token did not push out the first")
	}
	if p, ok := c.get(tokenID{2}, now); !ok || p.poolKey != 2 {
		t.Errorf("the last token: %+v, %v", p, ok)
	}
	if _, ok := c.get(tokenID{1}, now.Add(time.Minute)); ok {
		t.Error("a token is known after its time")
	}
}
