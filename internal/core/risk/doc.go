// Package risk is what a pool with threat protection does beyond passwords: it
// keeps a record of what happened to each account, and judges by it whether a
// sign-in looks like somebody else's.
//
//	event.go   the record, and what people say of it
//	judge.go   new device, new network, impossible speed → a level → an action
//	rules.go   the rules of a pool or of one client; networks that are judged beforehand
//	list.go    passwords that are known elsewhere
//	places.go  where addresses are
//	notice.go  the mail about a sign-in
//
// It does nothing for pools where AdvancedSecurityMode is OFF. In AUDIT it
// writes down what it thinks, in ENFORCED it acts.
//
// The two lists are the operator's. They are sorted files that are searched
// where they lie (lines.go), so that a list of 40 GB costs no memory. Without
// places there is no impossible speed, and no city in the record; without
// passwords no rule about them can be set.
//
// It knows keyring, message, setting, trigger, store and the nouns.
package risk
