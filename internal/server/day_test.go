package server

import (
	"fmt"
	"net/http"
	"testing"
)

// day is what a server goes through in a day. It returns the secrets that were
// in it, of which none may be readable on the disk.
func day(t *testing.T, n *node) secrets {
	t.Helper()
	all := secrets{}
	note := func(name, secret string) {
		if len(secret) < 6 {
			t.Fatalf("the secret %q is too short to be looked for", name)
		}
		all[name] = []byte(secret)
	}
	out := n.call(t, "CreateUserPool", object{"PoolName": "day", "UsernameAttributes": []string{"email"}, "AutoVerifiedAttributes": []string{"email"}})
	poolID := out.at("UserPool", "Id")
	out = n.call(t, "CreateUserPoolClient", object{
		"UserPoolId": poolID, "ClientName": "day", "GenerateSecret": true,
		"ExplicitAuthFlows": []string{"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"},
	})
	day := app{poolID, out.at("UserPoolClient", "ClientId"), out.at("UserPoolClient", "ClientSecret")}
	note("client secret", day.secret)

	for who, a := range map[string]app{"first pool": n.firstApp(), "pool with a client secret": day} {
		// A person.
		note(who+", password", adaPassword)
		for i, code := range n.signUp(t, a, ada, adaPassword) {
			note(fmt.Sprintf("%s, code %d", who, i), code)
		}
		e := n.challenge(t, a, ada, adaPassword)
		all[who+", verifier"] = e.verifier
		note(who+", secret block", e.challenge.at("ChallengeParameters", "SECRET_BLOCK"))
		tokens := n.call(t, "RespondToAuthChallenge", e.reply)
		noteTokens(note, who+", SRP", tokens)
		user := e.challenge.at("ChallengeParameters", "USER_ID_FOR_SRP")
		noteTokens(note, who+", refreshed", n.call(t, "InitiateAuth", object{
			"ClientId": a.clientID, "AuthFlow": "REFRESH_TOKEN_AUTH",
			"AuthParameters": a.signed(object{"REFRESH_TOKEN": tokens.at("AuthenticationResult", "RefreshToken")}, "SECRET_HASH", user),
		}))
		n.signInWrongly(t, a, "Orchid-Wrong-7-ada")
		note(who+", wrong password", "Orchid-Wrong-7-ada")

		// An administrator, and who was invited.
		const bob, temporary, chosen = "bob@example.com", "Willow-Tempo-3-bob", "Willow-Chosen-4-bob"
		n.call(t, "AdminCreateUser", object{
			"UserPoolId": a.poolID, "Username": bob, "TemporaryPassword": temporary, "DesiredDeliveryMediums": []string{"EMAIL"},
			"UserAttributes": []object{{"Name": "email", "Value": bob}},
		})
		note(who+", temporary password", temporary)
		step := n.signIn(t, a, bob, temporary)
		note(who+", session", step.at("Session"))
		noteTokens(note, who+", new password", n.call(t, "RespondToAuthChallenge", object{
			"ClientId": a.clientID, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": step.at("Session"),
			"ChallengeResponses": a.signed(object{"USERNAME": bob, "NEW_PASSWORD": chosen}, "SECRET_HASH", bob),
		}))
		note(who+", chosen password", chosen)
		all[who+", chosen verifier"] = n.challenge(t, a, bob, chosen).verifier

		const eve, set = "eve@example.com", "Heather-Given-5-eve"
		n.call(t, "AdminCreateUser", object{
			"UserPoolId": a.poolID, "Username": eve, "DesiredDeliveryMediums": []string{"EMAIL"},
			"UserAttributes": []object{{"Name": "email", "Value": eve}},
		})
		note(who+", made-up password", n.code(t, eve))
		n.call(t, "AdminSetUserPassword", object{"UserPoolId": a.poolID, "Username": eve, "Password": set, "Permanent": true})
		note(who+", set password", set)
		noteTokens(note, who+", password", n.signIn(t, a, eve, set))
	}
	return all
}

// noteTokens notes the tokens of an answer. Of the JWTs whose claims are no
// secret the signature alone counts, but whole tokens hold it too.
func noteTokens(note func(name, secret string), what string, out object) {
	for _, name := range []string{"AccessToken", "IdToken", "RefreshToken"} {
		if token := out.at("AuthenticationResult", name); token != "" {
			note(what+" "+name, token)
			note(what+" "+name+", its end", token[len(token)-40:])
		}
	}
}

// signIn takes the first step of a sign-in with the plain password.
func (n *node) signIn(t *testing.T, a app, username, password string) object {
	t.Helper()
	return n.call(t, "InitiateAuth", a.passwordAuth(username, password))
}

func (n *node) signInWrongly(t *testing.T, a app, password string) {
	t.Helper()
	if status, out := n.try(t, "InitiateAuth", a.passwordAuth(ada, password)); status != http.StatusBadRequest {
		t.Fatalf("a wrong password: got %d %v, want 400", status, out)
	}
}

func (a app) passwordAuth(username, password string) object {
	return object{
		"ClientId": a.clientID, "AuthFlow": "USER_PASSWORD_AUTH",
		"AuthParameters": a.signed(object{"USERNAME": username, "PASSWORD": password}, "SECRET_HASH", username),
	}
}
