package auth

// CustomState: a redirect came back that had taken RedirectInput.CustomState
// along. It comes before RedirectCompleted.
type CustomState struct{ State string }

// RedirectCompleted: the code of a redirect was exchanged and the tokens are
// stored. SignedIn follows.
type RedirectCompleted struct{}

// RedirectFailed: CompleteRedirect returned an error, that of a person who gave
// up at the hosted pages included.
type RedirectFailed struct{ Err error }

func (CustomState) Name() string       { return "customOAuthState" }
func (RedirectCompleted) Name() string { return "signInWithRedirect" }
func (RedirectFailed) Name() string    { return "signInWithRedirect_failure" }

func (CustomState) NameV5() string       { return "customOAuthState" }
func (RedirectCompleted) NameV5() string { return "cognitoHostedUI" }
func (RedirectFailed) NameV5() string    { return "cognitoHostedUI_failure" }
