package pool

// WebAuthn is how passkeys of a pool work. It is set beside Settings, and stays
// when those are replaced.
type WebAuthn struct {
	RelyingParty     string // a host name; empty: the pool's domain
	UserVerification string // required or preferred
	Factors          string // SINGLE_FACTOR, MULTI_FACTOR_WITH_USER_VERIFICATION or ""
}

// Check returns InvalidParameter for a relying party that no page can be of.
// Source: W3C Web Authentication, section 5.1.3 (rpId).
func (w *WebAuthn) Check() error {
	if w.RelyingParty != "" && !hostname(w.RelyingParty) {
		return E(InvalidParameter, "RelyingPartyId must be the name of a host.")
	}
	return nil
}
