package verify_test

import (
	"context"
	"errors"
	"log"
	"net/http"
	"strings"

	"github.com/cenote-auth/cenote/auth/verify"
)

// An API that lets in whoever holds an access token with the scope it asks for.
func Example() {
	v, err := verify.New(verify.Options{
		UserPoolID: "eu-west-1_AbCdEf123",
		ClientIDs:  []string{"1example23456789"},
	})
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("GET /orders", func(w http.ResponseWriter, r *http.Request) {
		raw, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		claims, err := v.Verify(r.Context(), raw, verify.Access)
		switch {
		case errors.Is(err, verify.ErrInvalid):
			http.Error(w, err.Error(), http.StatusUnauthorized)
		case err != nil:
			http.Error(w, "try again later", http.StatusServiceUnavailable)
		case !claims.HasScope("orders/read"):
			http.Error(w, "not allowed", http.StatusForbidden)
		default:
			sendOrders(r.Context(), w, claims.Subject)
		}
	})
}

func sendOrders(context.Context, http.ResponseWriter, string) {}
