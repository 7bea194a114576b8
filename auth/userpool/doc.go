// Package userpool talks to a user pool: Amazon Cognito's, or one of Cenote,
// which answers the same. It signs people up and in, answers every challenge on
// the way, keeps the session in a storage and refreshes it. It is to Go what
// amazon-cognito-identity-js is to JavaScript; package auth, above it, is what
// Amplify Auth is, and what most programs want.
//
// A sign-in is a Begin and as many Answers as there are questions for a person:
//
//	Begin ──► Step{Session}            signed in
//	      └─► Step{Challenge} ─► Answer ──► Step …
//
// What the service asks of the program alone is answered on the way: the proof
// of the password (PASSWORD_VERIFIER) and of a remembered device
// (DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER), wherever in the chain it comes.
// A Challenge is a value: it holds all there is to know of an unfinished
// sign-in, can be answered again after a wrong code, and can be marshalled and
// answered elsewhere. Which responses a challenge takes stands in answers.go.
//
// Errors are an *Error, told apart by its Code, unless the storage failed.
// Passwords, codes, sessions and tokens are in no error, and not in what the
// types here print or log.
//
// The package knows the service by aws-sdk-go-v2, and needs none of its
// configuration: every operation is unsigned.
package userpool
