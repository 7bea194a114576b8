package sigv4

// Kind says in what way a request is not signed as it should be.
type Kind int

const (
	Missing    Kind = iota + 1 // no signature in the header form
	Incomplete                 // a part of it is missing or unreadable
	Skewed                     // its time is too far from now
	Invalid                    // it does not cover, or is not for, this request
	Mismatch                   // it was made with another secret or for another request
)

// Error is the only error of Parse and Verify. Its message is for the client.
type Error struct {
	Kind    Kind
	Message string
}

func (e *Error) Error() string { return e.Message }

var (
	errMissing  = &Error{Missing, "Missing Authentication Token"}
	errMismatch = &Error{Mismatch, "The request signature we calculated does not match the signature you provided." +
		" Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}
)
