package code

import (
	"regexp"
	"testing"
)

func TestACodeThatSignsInByItselfIsLonger(t *testing.T) {
	t.Parallel()
	codes, _ := newCodes(t, "")
	first := SignIn{PoolKey: 7, Sub: "sub", ID: "sign-in", Challenge: "EMAIL_OTP", Address: ada, First: true}
	text, mac := codes.MakeSignIn(first)
	if !regexp.MustCompile(`^[0-9]{8}$`).MatchString(text) {
		t.Errorf("code %q is not eight digits", text)
	}
	if !codes.Fits(first, mac, text) || codes.Fits(first, mac, text[2:]) {
		t.Error("want the whole code to fit, and its last six digits not to")
	}
}

func TestACodeOfASignIn(t *testing.T) {
	t.Parallel()
	codes, _ := newCodes(t, "")
	want := SignIn{PoolKey: 7, Sub: "sub", ID: "sign-in", Challenge: "SMS_MFA", Address: "+15550001111"}
	text, mac := codes.MakeSignIn(want)
	if len(text) != 6 || len(mac) != 32 {
		t.Fatalf("MakeSignIn = %q, %d bytes; want six digits and 32 bytes", text, len(mac))
	}
	if !codes.Fits(want, mac, text) {
		t.Error("the code does not fit")
	}
	other := func(change func(*SignIn)) SignIn {
		s := want
		change(&s)
		return s
	}
	for _, tt := range []struct {
		name string
		s    SignIn
		mac  []byte
		code string
	}{
		{"another pool", other(func(s *SignIn) { s.PoolKey = 8 }), mac, text},
		{"another user", other(func(s *SignIn) { s.Sub = "bus" }), mac, text},
		{"another sign-in", other(func(s *SignIn) { s.ID = "later" }), mac, text},
		{"another challenge", other(func(s *SignIn) { s.Challenge = "SMS_OTP" }), mac, text},
		{"another address", other(func(s *SignIn) { s.Address = "" }), mac, text},
		{"no code", want, mac, ""},
		{"a digit more", want, mac, text + "0"},
		{"no MAC", want, nil, text},
		{"parts that run together", other(func(s *SignIn) { s.Sub, s.ID = "subsign", "-in" }), mac, text},
	} {
		if codes.Fits(tt.s, tt.mac, tt.code) {
			t.Errorf("%s fits", tt.name)
		}
	}
}
