package parity

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Functions answers as the functions that the pools' triggers call do: one
// confirms every sign-up, one refuses what comes with a reason to, and some ask
// riddles.
var Functions http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	var event M
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&event); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	switch reason := refusal(event); {
	case strings.Contains(r.URL.Path, "define"), strings.Contains(r.URL.Path, "riddle"):
		event["response"] = riddle(r.URL.Path, event)
	case strings.Contains(r.URL.Path, "confirm"):
		event["response"] = M{"autoConfirmUser": true, "autoVerifyEmail": false, "autoVerifyPhone": false}
	case reason != "/":
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		event = M{"errorType": "Error", "errorMessage": "Not today: " + reason}
	}
	_ = json.NewEncoder(w).Encode(event)
})

// refusal is the member refuse of the validation data, a slash, and that of the
// client's metadata.
func refusal(event M) string {
	request, _ := event["request"].(M)
	var reasons [2]string
	for i, name := range []string{"validationData", "clientMetadata"} {
		data, _ := request[name].(M)
		reasons[i], _ = data["refuse"].(string)
	}
	return strings.Join(reasons[:], "/")
}

// riddle is the response of the functions of a custom challenge. A riddle is
// solved by "42"; define-three wants three solved, and define-then-app the code
// of an app after the first. Who is wrong three times in all is refused.
func riddle(path string, event M) M {
	request, _ := event["request"].(M)
	switch {
	case strings.Contains(path, "riddle-create"):
		return M{
			"publicChallengeParameters":  M{"question": "six times seven?", "round": fmt.Sprint(len(rounds(request)))},
			"privateChallengeParameters": M{"solution": "42"},
			"challengeMetadata":          "RIDDLE",
		}
	case strings.Contains(path, "riddle-verify"):
		private, _ := request["privateChallengeParameters"].(M)
		return M{"answerCorrect": request["challengeAnswer"] == private["solution"]}
	}
	return define(path, rounds(request))
}

// define says what follows the rounds so far.
func define(path string, rounds []round) M {
	solved, wrong, last := 0, 0, ""
	for _, r := range rounds {
		last = r.ChallengeName
		switch {
		case r.ChallengeName != "CUSTOM_CHALLENGE":
		case r.ChallengeResult:
			solved++
		default:
			wrong++
		}
	}
	wanted := 1
	if strings.Contains(path, "three") {
		wanted = 3
	}
	next := func(challenge string) M {
		return M{"challengeName": challenge, "issueTokens": false, "failAuthentication": false}
	}
	switch {
	case last == "SRP_A":
		return next("PASSWORD_VERIFIER")
	case wrong == 3:
		return M{"issueTokens": false, "failAuthentication": true}
	case solved < wanted:
		return next("CUSTOM_CHALLENGE")
	case strings.Contains(path, "then-app") && last != "SOFTWARE_TOKEN_MFA":
		return next("SOFTWARE_TOKEN_MFA")
	}
	return M{"issueTokens": true, "failAuthentication": false}
}

// round is a challenge of a custom sign-in, and how it was answered.
type round struct {
	ChallengeName   string
	ChallengeResult bool
}

func rounds(request M) (all []round) {
	text, err := json.Marshal(request["session"])
	if err == nil {
		_ = json.Unmarshal(text, &all) // or there were none
	}
	return all
}
