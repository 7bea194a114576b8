package userpool

import (
	"fmt"
	"io"
	"log/slog"
)

// What holds secrets prints and logs its name and what is none. JSON is another
// matter: a Challenge is meant to be marshalled.

// Format prints the pool's and the client's id.
func (p Pool) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "Pool{%s, client %s}", p.id, p.clientID) }

// LogValue is what Format prints.
func (p Pool) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(p)) }

// Format prints the endpoint and not the client's secret.
func (o Options) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "Options{Endpoint: %q}", o.Endpoint) }

// LogValue is what Format prints.
func (o Options) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(o)) }

// Format prints the way to sign in, and no password.
func (c Credentials) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "Credentials{Username: %q, Flow: %s}", c.Username, c.Flow)
}

// LogValue is what Format prints.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// Format prints the challenge's name, and not its session.
func (c Challenge) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "Challenge{%s, Username: %q}", c.Name, c.Username)
}

// LogValue is what Format prints.
func (c Challenge) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// Format prints the challenge or the session as they print themselves.
func (s Step) Format(f fmt.State, _ rune) {
	if s.Challenge != nil {
		fmt.Fprintf(f, "Step{%v}", *s.Challenge)
		return
	}
	fmt.Fprintf(f, "Step{%v}", s.Session)
}

// LogValue is what Format prints.
func (s Step) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(s)) }

// Format prints nothing of the answer.
func (a Answer) Format(f fmt.State, _ rune) { io.WriteString(f, "Answer{…}") }

// LogValue is what Format prints.
func (a Answer) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(a)) }

// Format prints the user name, and not the password.
func (in SignUpInput) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "SignUpInput{Username: %q}", in.Username)
}

// LogValue is what Format prints.
func (in SignUpInput) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(in)) }

// Format prints the user's id, and not the session.
func (out SignUpOutput) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "SignUpOutput{UserSub: %q, Confirmed: %t}", out.UserSub, out.Confirmed)
}

// LogValue is what Format prints.
func (out SignUpOutput) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(out)) }

// Format prints the user name, and neither code nor session.
func (in ConfirmSignUpInput) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "ConfirmSignUpInput{Username: %q}", in.Username)
}

// LogValue is what Format prints.
func (in ConfirmSignUpInput) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(in)) }

// Format prints nothing of the session.
func (out ConfirmSignUpOutput) Format(f fmt.State, _ rune) {
	io.WriteString(f, "ConfirmSignUpOutput{…}")
}

// LogValue is what Format prints.
func (out ConfirmSignUpOutput) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(out)) }

// Format prints the user name, and neither code nor password.
func (in ConfirmForgotPasswordInput) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "ConfirmForgotPasswordInput{Username: %q}", in.Username)
}

// LogValue is what Format prints.
func (in ConfirmForgotPasswordInput) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(in)) }
