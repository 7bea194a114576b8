package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/cenote-auth/cenote/auth/verify"
)

// Bearer returns a handler for APIs: it calls next with the user in the request's
// context if the request has "Authorization: Bearer" with an access token that v
// verifies, and with all of these scopes. It reads no cookies.
//
// Otherwise it answers as RFC 6750 has it: 401, 403 if a scope is missing; 503 if
// the keys cannot be had.
func Bearer(v *verify.Verifier, next http.Handler, scopes ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Authorization")
		scheme, raw, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") || len(r.Header.Values("Authorization")) != 1 {
			challenge(w, "Bearer", http.StatusUnauthorized)
			return
		}
		claims, err := v.Verify(r.Context(), strings.TrimSpace(raw), verify.Access)
		switch {
		case errors.Is(err, verify.ErrInvalid):
			challenge(w, `Bearer error="invalid_token"`, http.StatusUnauthorized)
			return
		case err != nil:
			http.Error(w, "Tokens cannot be verified at the moment.", http.StatusServiceUnavailable)
			return
		}
		for _, scope := range scopes {
			if !claims.HasScope(scope) {
				challenge(w, `Bearer error="insufficient_scope", scope="`+strings.Join(scopes, " ")+`"`, http.StatusForbidden)
				return
			}
		}
		ctx := context.WithValue(r.Context(), seatKey{}, &seat{user: newUser(claims, nil)})
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func challenge(w http.ResponseWriter, text string, status int) {
	w.Header().Set("WWW-Authenticate", text)
	http.Error(w, http.StatusText(status), status)
}
