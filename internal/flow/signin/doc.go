// Package signin is the way from a name to tokens. A sign-in is a sealed
// session and one step at a time; any node may take the next step.
//
//	first factor   USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH
//	               USER_SRP_AUTH → PASSWORD_VERIFIER
//	               USER_AUTH → SELECT_CHALLENGE? → PASSWORD? | PASSWORD_SRP? → PASSWORD_VERIFIER
//	                   | EMAIL_OTP | SMS_OTP | WEB_AUTHN | SOFTWARE_TOKEN_MFA | the session of a sign-up
//	then           NEW_PASSWORD_REQUIRED?
//	second factor  SELECT_MFA_TYPE? → SMS_MFA? | EMAIL_OTP? | SOFTWARE_TOKEN_MFA?, or MFA_SETUP?
//	device         DEVICE_SRP_AUTH? → DEVICE_PASSWORD_VERIFIER
//	end            tokens
//
//	CUSTOM_AUTH has CUSTOM_CHALLENGE, and others of these as functions say;
//	REFRESH_TOKEN_AUTH leads to tokens.
//
// machine.go has it as data, and testdata/machine.txt in full. A step marked ?
// is left out when what it asks for was sent along, or nobody asks for it. Of
// people who sign themselves in and of administrators who do it for them it is
// the same sign-in, by the same steps; they come by different doors.
//
// What the pool demands after the first factor is found out anew at every step,
// so that nobody goes on with a factor that is none any more. The code of a step
// rides in its session as a MAC.
//
// Whoever tries a password or a code is debited before it is looked at. A name
// that nobody has walks the same way at the same cost, where the client hides who
// exists, and fails at the end of it.
//
// In a pool that tracks devices a sign-in that names none is offered a new one
// with its tokens. One that is remembered proves itself (DEVICE_SRP_AUTH,
// DEVICE_PASSWORD_VERIFIER) before there are tokens: after the second factor, or
// in its place. Which device it is that a client names, is told and looked at
// once the first factor was right.
//
// In CUSTOM_AUTH functions of the pool say what is asked next, out of what the
// machine has, and when that is enough. What they said is kept between two
// rounds; each session is good for one answer.
//
// Who is not known here, in a pool that asks another system, comes from there by
// a password in plain. PreAuthentication may refuse a sign-in at its start, once
// the name is looked up; PostAuthentication may take it back at its end. Both are
// called outside of transactions.
//
// It hands tokens to package token and users to package directory, and knows
// no HTTP.
package signin
