package contact_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/contact"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/notice"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const (
	before = "old@example.com"
	after  = "new@example.com"
	phone  = "+15550009999"
)

// change makes changes of u and saves it.
func change(t *testing.T, e *flowtest.Env, p *pool.Pool, u *pool.User, changes map[string]string) (sent []message.Delivery, err error) {
	t.Helper()
	contacts := contact.Contacts{Codes: e.Codes, Notices: notice.Notices{Messages: e.Messages}}
	c, err := contacts.Change(t.Context(), trigger.Subject{Pool: p, User: u}, changes, nil)
	if err != nil {
		return nil, err
	}
	err = e.Store.Update(t.Context(), func(tx store.Tx) error {
		u, err := tx.User(t.Context(), u.PoolKey, u.Sub)
		if err != nil {
			return err
		}
		if sent, err = c.Make(t.Context(), tx, u); err != nil {
			return err
		}
		return directory.Save(t.Context(), tx, p, u, e.Clock.Now(), false)
	})
	return sent, err
}

// outstanding returns the codes that wait for u: by purpose the address that
// waits with it, or "".
func outstanding(t *testing.T, e *flowtest.Env, u *pool.User) map[code.Purpose]string {
	t.Helper()
	list := map[code.Purpose]string{}
	for _, purpose := range []code.Purpose{code.SignUp, code.ForgotPassword, code.VerifyEmail, code.VerifyPhone, code.ChangeEmail, code.ChangePhone} {
		err := e.Store.View(t.Context(), func(s store.Snapshot) error {
			row, err := s.Code(t.Context(), u.PoolKey, u.Sub, string(purpose))
			if err == nil {
				list[purpose] = row.Pending
			}
			return err
		})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
	}
	return list
}

// waiting gives u a code to reset the password, one for the address that is
// there and one for another that waits.
func waiting(t *testing.T, e *flowtest.Env, u *pool.User) {
	t.Helper()
	for purpose, address := range map[code.Purpose]string{code.ForgotPassword: before, code.VerifyEmail: before, code.ChangeEmail: "third@example.com"} {
		_, row := e.Codes.Make(u.PoolKey, u.Sub, purpose, "email", address)
		e.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.PutCode(ctx, row) })
	}
}

func TestChange(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		type codes = map[code.Purpose]string
		all := codes{code.ForgotPassword: "", code.VerifyEmail: "", code.ChangeEmail: "third@example.com"}
		email := func(address, verified string) map[string]string {
			return map[string]string{"email": address, "email_verified": verified}
		}
		auto, both := []string{"email"}, []string{"email", "phone_number"}
		for _, tt := range []struct {
			name               string
			proves, beforehand []string
			changes            map[string]string
			want               map[string]string // the user's attributes
			sent               []string
			codes              codes
		}{
			{"another address at once", auto, nil, map[string]string{"email": after},
				email(after, "false"), []string{after}, codes{code.VerifyEmail: ""}},
			{"another address where none is proved", nil, nil, map[string]string{"email": after},
				email(after, "false"), nil, codes{}},
			{"another address that is vouched for", auto, auto, email(after, "true"),
				email(after, "true"), nil, codes{}},
			{"another address that waits", auto, auto, map[string]string{"email": after},
				email(before, "true"), []string{after}, codes{code.ForgotPassword: "", code.VerifyEmail: "", code.ChangeEmail: after}},
			{"another address that waits, said not to be proved", auto, auto, email(after, "false"),
				email(before, "true"), []string{after}, codes{code.ForgotPassword: "", code.VerifyEmail: "", code.ChangeEmail: after}},
			{"a first number that waits", both, both, map[string]string{"phone_number": phone},
				email(before, "true"), []string{phone}, codes{code.ForgotPassword: "", code.VerifyEmail: "", code.ChangeEmail: "third@example.com", code.ChangePhone: phone}},
			{"an address that waits beside a number that does not", both, auto, map[string]string{"email": after, "phone_number": phone, "name": "Ada"},
				map[string]string{"email": before, "email_verified": "true", "phone_number": phone, "phone_number_verified": "false", "name": "Ada"},
				[]string{after, phone}, codes{code.ForgotPassword: "", code.VerifyEmail: "", code.ChangeEmail: after, code.VerifyPhone: ""}},
			{"the address that is there", auto, auto, map[string]string{"email": before},
				email(before, "true"), nil, codes{code.ForgotPassword: "", code.VerifyEmail: ""}},
			{"no address any more", auto, auto, map[string]string{"email": ""}, map[string]string{}, nil, codes{}},
			{"no number, where there is none", both, both, map[string]string{"phone_number": ""}, email(before, "true"), nil, all},
			{"something else", auto, auto, map[string]string{"name": "Ada"},
				map[string]string{"email": before, "email_verified": "true", "name": "Ada"}, nil, all},
			{"a proof that is taken back", auto, auto, map[string]string{"email_verified": "false"}, email(before, "false"), nil, all},
		} {
			t.Run(tt.name, func(t *testing.T) {
				p := e.Pool(t, func(p *pool.Pool) { p.AutoVerifiedAttributes, p.VerifyBeforeUpdate = tt.proves, tt.beforehand })
				u := e.Person(t, p, "ada", "", func(u *pool.User) { u.Prove("email", before) })
				waiting(t, e, u)
				mail := map[string]int{}
				for _, address := range []string{before, after, phone} {
					mail[address] = len(e.Mail(t, address))
				}
				sent, err := change(t, e, p, u, tt.changes)
				if err != nil {
					t.Fatal(err)
				}
				if got := e.Again(t, u).Attributes; !maps.Equal(got, tt.want) {
					t.Errorf("attributes = %v, want %v", got, tt.want)
				}
				var to []string
				for _, d := range sent {
					to = append(to, d.Destination)
				}
				if !slices.Equal(to, tt.sent) {
					t.Errorf("codes went to %v, want %v", to, tt.sent)
				}
				if got := outstanding(t, e, u); !maps.Equal(got, tt.codes) {
					t.Errorf("codes = %v, want %v", got, tt.codes)
				}
				for address, n := range mail {
					if got := len(e.Mail(t, address)) - n; (got == 1) != slices.Contains(tt.sent, address) || got > 1 {
						t.Errorf("%d messages to %s", got, address)
					}
				}
			})
		}
	})
}

// Where people sign in by an address it is taken before anybody waits for it;
// where it is an alias the proof decides.
func TestWhoseAddressItIs(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		long := strings.Repeat("a", 250) + "@example.com"
		careful := func(p *pool.Pool) { p.VerifyBeforeUpdate = []string{"email"} }
		names := e.Pool(t, func(p *pool.Pool) { careful(p); p.UsernameAttributes = []string{"email"} })
		aliases := e.Pool(t, func(p *pool.Pool) { careful(p); p.AliasAttributes = []string{"email"} })
		plain := e.Pool(t, careful)
		for _, p := range []*pool.Pool{names, aliases, plain} {
			name, other := before, "taken@example.com"
			if p != names {
				name, other = "ada", "eve"
			}
			u := e.Person(t, p, name, "", func(u *pool.User) { u.Prove("email", before) })
			e.Person(t, p, other, "", func(u *pool.User) { u.Prove("email", "taken@example.com") })
			_, err := change(t, e, p, u, map[string]string{"email": "Taken@example.com"})
			if p == names {
				flowtest.Want(t, err, pool.AliasExists, "An account with the given email already exists.")
			} else if err != nil {
				t.Errorf("an address of somebody else: %v", err)
			}
			if _, err = change(t, e, p, u, map[string]string{"email": "OLD@example.com"}); err != nil {
				t.Errorf("one's own in another case: %v", err)
			}
			_, err = change(t, e, p, u, map[string]string{"email": long})
			if p != plain {
				flowtest.Want(t, err, pool.InvalidParameter, "user.email: String attributes cannot have a length of more than 256")
			} else if err != nil {
				t.Errorf("a long address: %v", err)
			}
		}
	})
}

// A proof that is taken back takes the reset code along that went there, for
// good, and no other code.
func TestAProofThatIsTakenBack(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, nil)
		for _, tt := range []struct {
			name    string
			changes []map[string]string
			want    bool // the code is good
		}{
			{"that of the address", []map[string]string{{"email_verified": "false"}}, false},
			{"and given again", []map[string]string{{"email_verified": "false"}, {"email_verified": "true"}}, false},
			{"the flag and all", []map[string]string{{"email_verified": ""}}, false},
			{"with the address that is there", []map[string]string{{"email": before, "email_verified": "false"}}, false},
			{"that of the phone", []map[string]string{{"phone_number_verified": "false"}}, true},
			{"none", []map[string]string{{"email_verified": "true", "name": "Ada"}}, true},
		} {
			t.Run(tt.name, func(t *testing.T) {
				u := e.Person(t, p, "ada", "", func(u *pool.User) { u.Prove("email", before); u.Prove("phone_number", phone) })
				defer e.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, u.PoolKey, u.Sub) })
				texts := map[code.Purpose]string{}
				for _, purpose := range []code.Purpose{code.ForgotPassword, code.VerifyEmail} {
					text, row := e.Codes.Make(u.PoolKey, u.Sub, purpose, "email", before)
					e.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.PutCode(ctx, row) })
					texts[purpose] = text
				}
				for _, changes := range tt.changes {
					if _, err := change(t, e, p, u, changes); err != nil {
						t.Fatal(err)
					}
				}
				for purpose, text := range texts {
					e.Tx(t, func(ctx context.Context, tx store.Tx) error {
						row, err := tx.Code(ctx, u.PoolKey, u.Sub, string(purpose))
						if err != nil {
							return err
						}
						err = e.Codes.Check(row, before, text)
						if tt.want || purpose != code.ForgotPassword {
							if err != nil {
								t.Errorf("%s: %v", purpose, err)
							}
						} else if !errors.Is(err, pool.E(pool.CodeMismatch, "")) {
							t.Errorf("%s: %v, want a mismatch, as of a name that nobody has", purpose, err)
						}
						return nil
					})
				}
			})
		}
	})
}
