// Package feedback serves what the links in mails about sign-ins lead to: a
// page that asks whether it was you, and takes the answer. Following the link
// answers nothing by itself, since programs that look for viruses follow links
// too. Who has the token may answer, and change the answer.
//
// The package knows HTTP and the error kinds.
package feedback
