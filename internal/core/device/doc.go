// Package device knows what devices are called and keeps the passwords by
// which they prove themselves: as SRP verifiers, like those of people, sealed
// for the pool, the user and the key that they belong to.
//
// A device that a sign-in offers is nothing but a name, which the access token
// of that sign-in carries; it is stored once its client has confirmed it with
// that token.
//
// It leaves the maths to package credential, which bounds how many are served
// at once.
package device
