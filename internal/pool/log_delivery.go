package pool

// LogDelivery says where a pool's logs of one source go. Exactly one of the
// destinations is set.
type LogDelivery struct {
	Source   string // userNotification or userAuthEvents
	Level    string // ERROR or INFO
	LogGroup string // ARNs
	Bucket   string
	Stream   string
}

// CheckLogDelivery returns InvalidParameter for deliveries that do not go
// together, and FeatureUnavailableInTier for logs that the feature plan of p
// lacks.
func (p *Pool) CheckLogDelivery(list []LogDelivery) error {
	seen := map[string]bool{}
	for _, d := range list {
		if seen[d.Source] {
			return E(InvalidParameter, "The event source "+d.Source+" is given more than once.")
		}
		seen[d.Source] = true
		if err := d.check(); err != nil {
			return err
		}
		if d.Source == "userAuthEvents" && p.Tier != "PLUS" {
			return p.beyondTier("Log delivery of user authentication events")
		}
	}
	return nil
}

func (d LogDelivery) check() error {
	destinations := 0
	for _, arn := range []string{d.LogGroup, d.Bucket, d.Stream} {
		if arn != "" {
			destinations++
		}
	}
	switch {
	case destinations != 1:
		return E(InvalidParameter, "Logs of "+d.Source+" must have exactly one destination.")
	case d.Source == "userNotification" && d.Level != "ERROR":
		return E(InvalidParameter, "The log level of userNotification must be ERROR.")
	case d.Source == "userNotification" && d.LogGroup == "":
		return E(InvalidParameter, "Logs of userNotification can only go to a log group.")
	case d.Source == "userAuthEvents" && d.Level != "INFO":
		return E(InvalidParameter, "The log level of userAuthEvents must be INFO.")
	}
	return nil
}
