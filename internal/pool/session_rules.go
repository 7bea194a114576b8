package pool

// Defaults of what is remembered of sign-ins. Source: the service's
// documentation of the session configuration.
const (
	defaultSessionsPerUser = 20 // that a user has at a time
	DefaultPageSession     = 60 // minutes that the pages sign somebody in again unasked
)

const (
	maxSessionsPerUser = 100
	maxPageSession     = 129600 // minutes
)

// SessionRules are how many sign-ins of a user are good at a time.
type SessionRules struct {
	Tracked    bool
	MaxPerUser int32
}

// Most is how many sign-ins of a user are good at a time.
func (r SessionRules) Most() int {
	if r.MaxPerUser == 0 {
		return defaultSessionsPerUser
	}
	return int(r.MaxPerUser)
}

// CheckTracked returns OperationNotEnabled where p does not track sessions.
func (p *Pool) CheckTracked() error {
	if !p.Sessions.Tracked {
		return E(OperationNotEnabled, "User session tracking is not enabled for this user pool.")
	}
	return nil
}

// Check returns InvalidParameter for a number out of range, and
// FeatureUnavailableInTier where the feature plan of p counts no sign-ins.
func (r SessionRules) Check(p *Pool) error {
	if r.MaxPerUser < 1 || r.MaxPerUser > maxSessionsPerUser {
		return E(InvalidParameter, "MaxPerUser must be from 1 to 100.")
	}
	return p.checkSessionTier()
}

// CheckPageSession is SessionRules.Check for the minutes that pages sign
// somebody in again unasked.
func (p *Pool) CheckPageSession(minutes int32) error {
	if minutes < 0 || minutes > maxPageSession {
		return E(InvalidParameter, "MaxValidityMinutes must be from 0 to 129600.")
	}
	return p.checkSessionTier()
}

func (p *Pool) checkSessionTier() error {
	if p.Tier == "LITE" {
		return p.beyondTier("Session Management")
	}
	return nil
}
