package pool

import (
	"strings"
	"time"
)

// Domain is where the pages of a pool are: a prefix of the service's own
// domain, or a whole host name with a certificate. No two pools have one of
// the same name.
type Domain struct {
	PoolKey        int64
	Name           string // the prefix alone, or the host name
	Custom         bool
	Version        int64 // grows with every change of the row
	Created        time.Time
	Modified       time.Time
	LoginVersion   int32  // of the pages: 1 or 2
	CertificateARN string // of a custom domain
	SecurityPolicy string // of a custom domain: TLS_V1, TLS_V1_2_2021, TLS_V1_3_2025 or ""
}

// Check returns InvalidParameter for a domain that no pool can have, and
// FeatureUnavailableInTier for pages that the feature plan of p lacks.
func (d *Domain) Check(p *Pool) error {
	if d.LoginVersion != 1 && d.LoginVersion != 2 {
		return E(InvalidParameter, "ManagedLoginVersion must be 1 or 2.")
	}
	if d.LoginVersion == 2 && p.Tier == "LITE" {
		return p.beyondTier("Managed Login")
	}
	if d.Custom {
		if strings.Count(d.Name, ".") < 2 || !hostname(d.Name) {
			return E(InvalidParameter, "Custom domain is not a valid subdomain: it must be a fully qualified domain name such as auth.example.com.")
		}
		return nil
	}
	if !label(d.Name) {
		return E(InvalidParameter, "Domain prefix must be lower-case letters, digits and hyphens, and must not begin or end with a hyphen.")
	}
	for _, word := range []string{"aws", "amazon", "cognito"} {
		if strings.Contains(d.Name, word) {
			return E(InvalidParameter, "Domain cannot contain reserved word: "+word)
		}
	}
	return nil
}

// hostname reports whether s is labels with dots between them, in lower case.
// Source: RFC 1123 section 2.1.
func hostname(s string) bool {
	if len(s) > 253 {
		return false
	}
	for part := range strings.SplitSeq(s, ".") {
		if !label(part) {
			return false
		}
	}
	return true
}

// label reports whether s is one part of a host name.
func label(s string) bool {
	return len(s) <= 63 && made(s, lower+digits+"-") && s[0] != '-' && s[len(s)-1] != '-'
}
