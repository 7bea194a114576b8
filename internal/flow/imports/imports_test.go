package imports_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/flow/imports"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func TestEverybodyInAFileIsImported(t *testing.T) {
	inDesks(t, nil, func(t *testing.T, d *desk) {
		j := d.create(t, "")
		if j.Status != pool.ImportCreated || j.Name != "everybody" || !strings.HasPrefix(j.ID, "import-") || j.PoolID != d.pool.ID {
			t.Errorf("job = %+v", j)
		}
		ada := person("Ada")
		ada["birthdate"], ada["name"] = "12/10/1815", `Lovelace\, Ada`
		d.send(t, j, d.file(append(people(600), ada)))
		d.want(t, j, pool.ImportCreated, 0, 0, 0)
		d.start(t, j)
		d.workOn(t, 1)
		if at := d.again(t, j); at.Status != pool.ImportInProgress || at.Imported == 0 || at.Imported == 601 || !at.Completed.IsZero() {
			t.Errorf("after a step: %+v", at)
		}
		d.work(t)
		got := d.want(t, j, pool.ImportSucceeded, 601, 0, 0)
		if got.Message != "Import Job Completed Successfully." || got.Started.IsZero() || got.Completed.Before(got.Started) {
			t.Errorf("job = %+v", got)
		}
		if n := d.users(t); n != 601 {
			t.Errorf("%d users, want 601", n)
		}
		u := d.User(t, d.pool, "ada")
		if u.Status != pool.ResetRequired || !u.Enabled || u.SealedPassword != nil || u.Username != "ada" || !pool.LooksLikeSub(u.Sub) {
			t.Errorf("ada = %+v", u)
		}
		want := map[string]string{"email": "Ada@example.com", "email_verified": "true", "birthdate": "12/10/1815", "name": "Lovelace, Ada"}
		if !maps.Equal(u.Attributes, want) {
			t.Errorf("attributes = %v, want %v", u.Attributes, want)
		}
		if mail := d.Mail(t, ""); len(mail) != 0 {
			t.Errorf("%d messages were sent", len(mail))
		}
		if left := d.parts(t, j); left != 0 {
			t.Errorf("%d parts of the file are left", left)
		}
	})
}

// parts returns how many parts of a file there are.
func (d *desk) parts(t *testing.T, j imports.Job) (n int) {
	t.Helper()
	stop := errors.New("only looking")
	err := d.Env.Store.Update(t.Context(), func(tx store.Tx) (err error) {
		if n, err = tx.ClearImport(t.Context(), d.pool.Key, j.ID, 1000); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	return n
}

func TestRowsAreSkippedAndFail(t *testing.T) {
	inDesks(t, func(p *pool.Pool) { p.AliasAttributes = []string{"email"} }, func(t *testing.T, d *desk) {
		d.Person(t, d.pool, "ada", "", func(u *pool.User) {
			u.Attributes["email"], u.Attributes["email_verified"] = "ada@example.com", "true"
		})
		bob, unproved, thief := person("bob"), person("carl"), person("dora")
		unproved["email_verified"] = "FALSE"
		thief["email"] = "Ada@example.com"
		file := d.file([]row{person("ADA"), bob, bob, unproved, thief}) + "\n  \r\nshort,row\r\n"
		j := d.started(t, "", file)
		d.work(t)
		d.want(t, j, pool.ImportSucceeded, 1, 2, 3)
		for _, line := range []string{
			`line=5 because="The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true)."`,
			`line=6 because="An account with the given email already exists."`,
			`line=9 because="The row has another number of values than the header."`,
			"status=Succeeded imported=1 skipped=2 failed=3",
		} {
			if !strings.Contains(d.log.String(), line) {
				t.Errorf("the log lacks %s:\n%s", line, d.log)
			}
		}
		for _, personal := range []string{"bob", "carl", "dora", "example.com", "short"} {
			if strings.Contains(d.log.String(), personal) {
				t.Errorf("the log names %s:\n%s", personal, d.log)
			}
		}
		if d.User(t, d.pool, "ada@example.com").Username != "ada" {
			t.Error("the address is not ada's any more")
		}
		again := d.started(t, "", d.file([]row{person("ada"), bob}))
		d.work(t)
		if got := d.want(t, again, pool.ImportFailed, 0, 2, 0); got.Message != "Too many users have failed or been skipped during the import." {
			t.Errorf("message = %q", got.Message)
		}
	})
}

func TestTheLogNamesAHundredRowsAtTheMost(t *testing.T) {
	inDesks(t, nil, func(t *testing.T, d *desk) {
		bad := make([]row, 600)
		for i := range bad {
			bad[i] = row{"email_verified": "FALSE"}
		}
		j := d.started(t, "", d.file(bad))
		d.work(t)
		d.want(t, j, pool.ImportFailed, 0, 0, 600)
		if n := strings.Count(d.log.String(), "row failed"); n != 100 {
			t.Errorf("the log names %d rows, want 100", n)
		}
	})
}

func TestImportIntoAPoolThatIsSignedInToByAddress(t *testing.T) {
	inDesks(t, func(p *pool.Pool) { p.UsernameAttributes = []string{"email"} }, func(t *testing.T, d *desk) {
		d.Person(t, d.pool, "old@example.com", "", nil)
		j := d.started(t, "", d.file([]row{
			{"email": "ada@example.com"}, {"email": "OLD@example.com"}, {"cognito:username": "bob@example.com"}, {"email": "ada@example.com"},
		}))
		d.work(t)
		d.want(t, j, pool.ImportSucceeded, 2, 2, 0)
		for _, email := range []string{"ada@example.com", "bob@example.com"} {
			if u := d.User(t, d.pool, email); u.Username != u.Sub || u.Attributes["email"] != email {
				t.Errorf("%s = %+v", email, u)
			}
		}
	})
}

func TestAFileWithAnotherHeaderFails(t *testing.T) {
	inDesks(t, nil, func(t *testing.T, d *desk) {
		for _, file := range []string{"", "name,email\nada,ada@example.com\n", strings.Repeat("x", 200_000)} {
			j := d.started(t, "", file)
			d.work(t)
			if got := d.want(t, j, pool.ImportFailed, 0, 0, 0); got.Message != "The header of the CSV file does not match the user pool." {
				t.Errorf("message = %q", got.Message)
			}
			if left := d.parts(t, j); left != 0 {
				t.Errorf("%d parts of the file are left", left)
			}
		}
	})
}

func TestStart(t *testing.T) {
	inDesks(t, nil, func(t *testing.T, d *desk) {
		start := func(j imports.Job) error { _, err := d.Start(t.Context(), d.pool.ID, j.ID); return err }
		first, second := d.create(t, ""), d.create(t, "")
		wantError(t, start(first), pool.PreconditionNotMet, "The CSV file of the user import job has not been uploaded.")
		d.send(t, first, d.file(people(1)))
		d.send(t, second, d.file(people(2)))
		d.start(t, first)
		wantError(t, start(first), pool.PreconditionNotMet, "The user import job cannot be started. Its status is Pending.")
		wantError(t, start(second), pool.PreconditionNotMet, "Another user import job is running in this user pool.")
		d.work(t)
		d.start(t, second)
		d.work(t)
		d.want(t, second, pool.ImportSucceeded, 1, 1, 0)
		wantError(t, start(imports.Job{Import: pool.Import{ID: "import-none"}}), pool.NotFound, "User import job import-none does not exist.")

		d.Tx(t, func(ctx context.Context, tx store.Tx) error {
			p := *d.pool
			p.AutoVerifiedAttributes = nil
			return tx.UpdatePool(ctx, &p)
		})
		third := d.create(t, "")
		d.send(t, third, d.file(people(3)))
		wantError(t, start(third), pool.PreconditionNotMet, "The user pool must have at least one auto-verified attribute to import users.")
	})
}

func TestStop(t *testing.T) {
	inDesks(t, nil, func(t *testing.T, d *desk) {
		j := d.create(t, "")
		_, err := d.Stop(t.Context(), d.pool.ID, j.ID)
		wantError(t, err, pool.PreconditionNotMet, "The user import job is not running. Its status is Created.")
		d.send(t, j, d.file(people(6000)))
		d.start(t, j)
		d.workOn(t, 2)
		if j, err = d.Stop(t.Context(), d.pool.ID, j.ID); err != nil || j.Status != pool.ImportStopping {
			t.Fatalf("Stop: %v, %s", err, j.Status)
		}
		d.work(t)
		got := d.want(t, j, pool.ImportStopped, 500, 0, 0)
		if n := d.users(t); n != 500 || got.Message == "" || got.Completed.IsZero() || d.parts(t, j) != 0 {
			t.Errorf("%d users, %d parts, job %+v", n, d.parts(t, j), got)
		}
	})
}

func TestAJobThatNobodyStartsExpires(t *testing.T) {
	inDesks(t, nil, func(t *testing.T, d *desk) {
		j := d.create(t, "")
		d.send(t, j, d.file(people(5000)))
		d.Clock.Advance(pool.ImportLifetime)
		d.want(t, j, pool.ImportExpired, 0, 0, 0)
		_, err := d.Start(t.Context(), d.pool.ID, j.ID)
		wantError(t, err, pool.PreconditionNotMet, "The user import job cannot be started. Its status is Expired.")
		d.work(t)
		if got := d.want(t, j, pool.ImportExpired, 0, 0, 0); got.Message != "The user import job has expired." || d.parts(t, j) != 0 {
			t.Errorf("job = %+v, %d parts", got, d.parts(t, j))
		}
	})
}

func TestList(t *testing.T) {
	inDesks(t, nil, func(t *testing.T, d *desk) {
		want := map[string]bool{}
		for range 5 {
			want[d.create(t, "").ID] = true
		}
		got, token := map[string]bool{}, ""
		for page := 0; page == 0 || token != ""; page++ {
			jobs, next, err := d.List(t.Context(), d.pool.ID, token, 2)
			if err != nil || len(jobs) > 2 {
				t.Fatalf("List: %d jobs, %v", len(jobs), err)
			}
			for _, j := range jobs {
				got[j.ID] = true
			}
			token = next
		}
		if !maps.Equal(got, want) {
			t.Errorf("List = %v, want %v", got, want)
		}
		other := d.Pool(t, nil)
		_, token, err := d.List(t.Context(), d.pool.ID, "", 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{token, "made-up", "!"} {
			_, _, err := d.List(t.Context(), other.ID, bad, 1)
			wantError(t, err, pool.InvalidParameter, "Invalid pagination token")
		}
	})
}

func TestTheAddressOfAFile(t *testing.T) {
	inDesks(t, nil, func(t *testing.T, d *desk) {
		const wrong = "The address is wrong or has expired."
		j, other := d.create(t, ""), d.create(t, "")
		send := func(token, file string) error { return d.Receive(t.Context(), token, strings.NewReader(file)) }
		for _, bad := range []string{"", "x", "!", token(j)[1:], token(j)[:40]} {
			wantError(t, send(bad, "a"), pool.NotAuthorized, wrong)
		}
		d.send(t, j, d.file(people(1)))
		wantError(t, send(token(j), d.file(people(2))), pool.PreconditionNotMet, imports.ErrReceived.Message)
		d.Clock.Advance(pool.ImportUploadTime)
		wantError(t, send(token(other), "a"), pool.NotAuthorized, wrong)
		d.start(t, j)
		d.work(t)
		d.want(t, j, pool.ImportSucceeded, 1, 0, 0)
	})
}

// broken is a file that ends before its end.
type broken struct{ io.Reader }

func (b broken) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func TestAFileThatDoesNotArriveMayBeSentAgain(t *testing.T) {
	inDesks(t, nil, func(t *testing.T, d *desk) {
		j := d.create(t, "")
		if err := d.Receive(t.Context(), token(j), broken{strings.NewReader(d.file(people(5000)))}); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("Receive: %v", err)
		}
		_, err := d.Start(t.Context(), d.pool.ID, j.ID)
		wantError(t, err, pool.PreconditionNotMet, "The CSV file of the user import job has not been uploaded.")
		d.send(t, j, d.file(people(3)))
		if n := d.parts(t, j); n != 1 {
			t.Errorf("%d parts, want the one of the second attempt", n)
		}
		d.start(t, j)
		d.work(t)
		d.want(t, j, pool.ImportSucceeded, 3, 0, 0)
	})
}

// many is a file of n times a line.
func many(line string, n int) io.Reader {
	r, w := io.Pipe()
	go func() {
		for range n {
			if _, err := io.WriteString(w, line); err != nil {
				return
			}
		}
		w.Close()
	}()
	return r
}

func TestAFileThatIsTooLargeIsRefused(t *testing.T) {
	inDesks(t, nil, func(t *testing.T, d *desk) {
		d.LimitRows(1000)
		j := d.create(t, "")
		for name, file := range map[string]io.Reader{
			"bytes": many(strings.Repeat("x", 1<<20), 101),
			"rows":  many("x\n", 1002),
			"blank": many("\n", 1002),
		} {
			r, ok := file.(*io.PipeReader)
			err := d.Receive(t.Context(), token(j), file)
			if ok {
				r.Close()
			}
			if !errors.Is(err, imports.ErrSize) {
				t.Errorf("too many %s: %v", name, err)
			}
		}
		long := strings.Repeat("x", 70_000)
		d.send(t, j, d.file(nil)+strings.Repeat("\n", 998)+long+"\n"+d.file(people(1))[len(d.file(nil)):])
		d.start(t, j)
		d.work(t)
		d.want(t, j, pool.ImportSucceeded, 1, 0, 1)
		if !strings.Contains(d.log.String(), "longer than 16000 characters") {
			t.Errorf("log: %s", d.log)
		}
	})
}

// Two nodes that both believe that a job is theirs, and one that does a step
// twice, count each row once.
func TestNoRowCountsTwice(t *testing.T) {
	inDesks(t, nil, func(t *testing.T, d *desk) {
		j := d.started(t, "", d.file(people(2000)))
		at := store.Job{PoolKey: d.pool.Key, State: []byte(`{"import":"` + j.ID + `"}`)}
		var nodes sync.WaitGroup
		for range 3 {
			nodes.Go(func() {
				s := d.service(new(bytes.Buffer))
				for done := false; !done; {
					var err error
					if _, done, err = s.Step(t.Context(), at); err != nil && !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrNotFound) {
						t.Errorf("step: %v", err)
						return
					}
				}
			})
		}
		nodes.Wait()
		d.want(t, j, pool.ImportSucceeded, 2000, 0, 0)
		if n := d.users(t); n != 2000 {
			t.Errorf("%d users, want 2000", n)
		}
	})
}

func TestAPoolThatGoesTakesItsImportsAlong(t *testing.T) {
	inDesks(t, nil, func(t *testing.T, d *desk) {
		j := d.started(t, "", d.file(people(1000)))
		d.create(t, "")
		d.workOn(t, 1)
		d.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.RemovePool(ctx, d.pool.Key, time.Now()) })
		d.work(t)
		d.Clock.Advance(pool.ImportLifetime)
		d.work(t)
		_, err := d.Describe(t.Context(), d.pool.ID, j.ID)
		wantError(t, err, pool.NotFound, "User pool "+d.pool.ID+" does not exist.")
	})
}

func TestAPoolHasAThousandImports(t *testing.T) {
	inDesks(t, nil, func(t *testing.T, d *desk) {
		d.Tx(t, func(ctx context.Context, tx store.Tx) error {
			for n := range pool.MaxImports {
				err := tx.CreateImport(ctx, &pool.Import{PoolKey: d.pool.Key, ID: fmt.Sprint("import-", n), Status: pool.ImportStopped, Created: time.Now()})
				if err != nil {
					return err
				}
			}
			return nil
		})
		_, err := d.Create(t.Context(), imports.NewJob{PoolID: d.pool.ID})
		wantError(t, err, pool.LimitExceeded, "The maximum number of import jobs of this user pool has been reached.")
		_, err = d.Create(t.Context(), imports.NewJob{PoolID: "us-east-1_None"})
		wantError(t, err, pool.NotFound, "User pool us-east-1_None does not exist.")
	})
}

// Who can sign in by a code has nothing to reset.
func TestWhoNeedsNoPasswordIsConfirmed(t *testing.T) {
	change := func(p *pool.Pool) {
		p.AllowedFirstFactors, p.MFA = []string{"PASSWORD", "EMAIL_OTP"}, "OPTIONAL"
		p.SMS, p.Second.SMS = &pool.SMSSettings{}, true
	}
	inDesks(t, change, func(t *testing.T, d *desk) {
		guarded := person("bob")
		guarded["phone_number"], guarded["phone_number_verified"], guarded["cognito:mfa_enabled"] = "+15550001234", "TRUE", "TRUE"
		j := d.started(t, "", d.file([]row{person("ada"), guarded}))
		d.work(t)
		d.want(t, j, pool.ImportSucceeded, 2, 0, 0)
		for name, want := range map[string]pool.Status{"ada": pool.Confirmed, "bob": pool.ResetRequired} {
			if u := d.User(t, d.pool, name); u.Status != want || u.SealedPassword != nil {
				t.Errorf("%s = %+v, want %s", name, u, want)
			}
		}
	})
}

func TestPasswordsAreImportedAsHashes(t *testing.T) {
	inDesks(t, nil, func(t *testing.T, d *desk) {
		ada, bob, eve := person("ada"), person("bob"), person("eve")
		ada[pool.ColumnPasswordHash] = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
		eve[pool.ColumnPasswordHash] = "Tulip-42"
		j := d.started(t, "BCRYPT", d.file([]row{ada, bob, eve}, pool.ColumnPasswordHash))
		d.work(t)
		d.want(t, j, pool.ImportSucceeded, 2, 0, 1)
		u := d.User(t, d.pool, "ada")
		v, err := d.Env.Passwords.Open(u)
		if err != nil || !v.Imported() || u.Status != pool.Confirmed || u.PasswordSet.IsZero() {
			t.Errorf("ada = %+v, %v", u, err)
		}
		if bytes.Contains(u.SealedPassword, []byte("$2a$")) || strings.Contains(d.log.String(), "Tulip") {
			t.Errorf("a hash lies open; log: %s", d.log)
		}
		if u := d.User(t, d.pool, "bob"); u.Status != pool.ResetRequired || u.SealedPassword != nil {
			t.Errorf("bob = %+v", u)
		}
		err = d.Env.Store.View(t.Context(), func(s store.Snapshot) error {
			p, err := s.Pool(t.Context(), d.pool.ID)
			if err == nil && p.ImportedHashes != "$2a$05$" {
				t.Errorf("the pool has hashes of %q", p.ImportedHashes)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
