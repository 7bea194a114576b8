package pool

// TokenTrigger is the trigger whose function a pool may name twice: by itself,
// and with a version.
const TokenTrigger, TokenTriggerAgain = "PreTokenGeneration", "PreTokenGenerationConfig"

// check returns InvalidParameter if the parts of t do not go together.
func (t Triggers) check() error {
	if again, ok := t.ARN[TokenTriggerAgain]; ok && again != t.ARN[TokenTrigger] {
		return E(InvalidParameter, "PreTokenGeneration and PreTokenGenerationConfig must name the same Lambda function.")
	}
	if t.Sends() && t.KMSKeyID == "" {
		return E(InvalidParameter, "KMSKeyID is required when CustomSMSSender or CustomEmailSender is configured.")
	}
	return nil
}

// Sends reports whether functions send e-mail or text messages.
func (t Triggers) Sends() bool {
	return t.ARN["CustomEmailSender"] != "" || t.ARN["CustomSMSSender"] != ""
}
