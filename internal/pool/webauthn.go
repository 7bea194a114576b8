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

// FactorWish is what a caller asks of the second factors of a pool.
type FactorWish struct {
	MFA   string // OFF, OPTIONAL or ON
	SMS   bool   // configured
	TOTP  bool   // switched on
	Email bool   // configured
}

// Check returns InvalidParameter for factors that contradict MFA, and
// FeatureUnavailableInTier for those that the feature plan of p lacks.
func (w FactorWish) Check(p *Pool) error {
	factors := w.SMS || w.TOTP || w.Email
	switch {
	case w.MFA == "OFF" && factors:
		return E(InvalidParameter, "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")
	case w.MFA != "OFF" && !factors:
		return E(InvalidParameter, "Invalid MFA configuration given, can't disable all MFAs and require an MFA together.")
	case w.Email && p.Tier == "LITE":
		return E(FeatureUnavailableInTier, "The following features need to be disabled for the LITE pricing tier configured: Email MFA")
	}
	return nil
}
