package main

import (
	"crypto/rand"
	"encoding/base64"
	"strings"
	"time"

	"github.com/cenote-auth/cenote/internal/srp"
)

// An operation is what clients do, and what of it cannot be left out. Its HTTP
// exchanges are not in the list: they are counted when it is seen for the
// first time.
type operation struct {
	name  string
	conns int
	run   func(*worker) error
	parts []amount
}

// An amount is how often an operation needs a part, and what for.
type amount struct {
	n    int
	part string
	why  string
}

// unwritten are the parts of an operation but its writes: what the bare server
// can do.
func (op operation) unwritten() (list []amount) {
	for _, a := range op.parts {
		if cryptographic[a.part] || a.part == partRead {
			list = append(list, a)
		}
	}
	return list
}

// operations are measured in this order: sign-ins give the tokens that others
// need, and sign-ups come last, since the pool grows by them.
var operations = []operation{
	{"SRP sign-in", 8, signInBySRP, []amount{
		{1, partBase, "B"},
		{1, partKey, "the key to prove"},
		{2, partSign, "access and ID token"},
		{7, partRead, "client and user in each request, attempts, groups, user again as the tokens are issued"},
		{2, partInsert, "the attempt before the proof is looked at; the end of the sign-in"},
		{2, partRow, "sign-in spent and attempts forgotten, beside the refresh token"},
	}},
	{"SRP sign-in with TOTP", 8, signInWithToken, []amount{
		{1, partBase, "B"},
		{1, partKey, "the key to prove"},
		{2, partSign, "access and ID token"},
		{11, partRead, "client and user in each request, attempts, whether the sign-in is over, software token, groups, user again as the tokens are issued"},
		{3, partInsert, "the attempts before the proof and the password are looked at; the end of the sign-in"},
		{4, partRow, "sign-in spent, attempts forgotten and the password used up, beside the refresh token"},
	}},
	{"password sign-in", 8, signInByPassword, []amount{
		{1, partVerifier, "the password's verifier"},
		{2, partSign, "access and ID token"},
		{5, partRead, "client, user, attempts, groups, user again as the tokens are issued"},
		{2, partInsert, "the attempt before the password is looked at; the end of the sign-in"},
		{1, partRow, "attempts forgotten, beside the refresh token"},
	}},
	{"refresh", 8, refresh, []amount{
		{2, partSign, "access and ID token"},
		{4, partRead, "client, refresh token, user, groups"},
	}},
	{"refresh with rotation", 8, rotate, []amount{
		{2, partSign, "access and ID token"},
		{5, partRead, "client, refresh token, user, groups, refresh token again as it is replaced"},
		{1, partInsert, "the new refresh token"},
		{1, partRow, "the old one replaced, beside it"},
	}},
	{"GetUser", 8, getUser, []amount{
		{1, partVerify, "access token"},
		{3, partRead, "client, token family, user"},
	}},
	{"SignUp", 8, signUp, signUpParts},
	{"SignUp, 64 callers", 64, signUp, signUpParts},
}

var signUpParts = []amount{
	{1, partVerifier, "the password's verifier"},
	{2, partRead, "client, whether the name is free"},
	{1, partUser, "user"},
	{2, partRow, "code and message"},
}

// ratios are what an operation may cost at the most, in terms of another.
var ratios = []struct {
	name, of string
	most     float64
}{
	{"SRP sign-in with TOTP", "SRP sign-in", 1.15},
	{"refresh with rotation", "refresh", 1.3},
}

// A worker is one of the callers at the same time.
type worker struct {
	*conn
	site *site
	srp  *srp.Client // one A for all its sign-ins: what is measured is the server
}

type parameters map[string]string

func signInBySRP(w *worker) error {
	proof, err := w.proof(w.site.anybody())
	if err != nil {
		return err
	}
	return w.signedIn("RespondToAuthChallenge", proof)
}

// proof takes the first step by SRP and returns the request of the second.
func (w *worker) proof(name string) (map[string]any, error) {
	var challenge struct{ ChallengeParameters parameters }
	err := w.do("InitiateAuth", "", map[string]any{
		"AuthFlow": "USER_SRP_AUTH", "ClientId": w.site.clientID,
		"AuthParameters": parameters{"USERNAME": name, "SRP_A": w.srp.A()},
	}, &challenge)
	if err != nil {
		return nil, err
	}
	given := challenge.ChallengeParameters
	_, poolName, _ := strings.Cut(w.site.poolID, "_")
	key, err := w.srp.Key(poolName, given["USER_ID_FOR_SRP"], password, given["SALT"], given["SRP_B"])
	if err != nil {
		return nil, err
	}
	block, err := base64.StdEncoding.DecodeString(given["SECRET_BLOCK"])
	if err != nil {
		return nil, err
	}
	now := srp.FormatTimestamp(time.Now())
	proof := srp.Signature(key, poolName, given["USER_ID_FOR_SRP"], block, now)
	return map[string]any{
		"ChallengeName": "PASSWORD_VERIFIER", "ClientId": w.site.clientID,
		"ChallengeResponses": parameters{
			"USERNAME": given["USER_ID_FOR_SRP"], "TIMESTAMP": now,
			"PASSWORD_CLAIM_SECRET_BLOCK": given["SECRET_BLOCK"],
			"PASSWORD_CLAIM_SIGNATURE":    base64.StdEncoding.EncodeToString(proof),
		},
	}, nil
}

func signInByPassword(w *worker) error {
	return w.signedIn("InitiateAuth", map[string]any{
		"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": w.site.clientID,
		"AuthParameters": parameters{"USERNAME": w.site.anybody(), "PASSWORD": password},
	})
}

// signedIn sends the last request of a sign-in and keeps the tokens.
func (w *worker) signedIn(operation string, in any) error {
	var answer struct{ AuthenticationResult tokens }
	if err := w.do(operation, "", in, &answer); err != nil {
		return err
	}
	w.site.tokens.put(answer.AuthenticationResult)
	return nil
}

func refresh(w *worker) error {
	_, err := w.call("InitiateAuth", "", []byte(`{"AuthFlow":"REFRESH_TOKEN_AUTH","ClientId":"`+w.site.clientID+
		`","AuthParameters":{"REFRESH_TOKEN":"`+w.site.tokens.any().RefreshToken+`"}}`))
	return err
}

func getUser(w *worker) error {
	_, err := w.call("GetUser", "", []byte(`{"AccessToken":"`+w.site.tokens.any().AccessToken+`"}`))
	return err
}

func signUp(w *worker) error {
	name := "new-" + strings.ToLower(rand.Text())
	_, err := w.call("SignUp", "", []byte(`{"ClientId":"`+w.site.clientID+`","Username":"`+name+`","Password":"`+password+
		`","UserAttributes":[{"Name":"email","Value":"`+name+`@example.com"},{"Name":"name","Value":"Ada New"}]}`))
	return err
}
