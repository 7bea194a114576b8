// Package account is what people do with their own account: once they are signed
// in each method takes an access token and acts for its user alone, and who
// forgot the password proves an address instead.
//
// It knows core's parts and the store; it knows no HTTP.
package account
