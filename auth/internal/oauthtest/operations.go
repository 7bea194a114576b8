package oauthtest

import (
	"encoding/json"
	"net/http"
	"strings"
)

// operation answers GetTokensFromRefreshToken and RevokeToken (AWS JSON 1.1).
func (s *Server) operation(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var in struct{ RefreshToken, Token string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		fail(w, "SerializationException", "not JSON")
		return
	}
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	switch name {
	case "GetTokensFromRefreshToken":
		if !s.refresh[in.RefreshToken] {
			fail(w, "NotAuthorizedException", "Refresh Token has been revoked")
			return
		}
		s.refreshes++
		t := s.mint("openid", "", s.Rotate)
		result := map[string]any{"AccessToken": t.AccessToken, "IdToken": t.IDToken, "ExpiresIn": t.ExpiresIn, "TokenType": "Bearer"}
		if s.Rotate {
			delete(s.refresh, in.RefreshToken)
			result["RefreshToken"] = t.RefreshToken
		}
		answer(w, http.StatusOK, map[string]any{"AuthenticationResult": result})
	case "RevokeToken":
		if s.Deaf {
			fail(w, "InternalErrorException", "not now")
			return
		}
		s.drop(in.Token)
		answer(w, http.StatusOK, struct{}{})
	default:
		fail(w, "UnknownOperationException", name)
	}
}

func fail(w http.ResponseWriter, code, message string) {
	answer(w, http.StatusBadRequest, map[string]string{"__type": code, "message": message})
}
