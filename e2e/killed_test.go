package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// crowd is how many people are imported and deleted, and members how many of
// them are in a group. PostgreSQL imports fewer, and gets the others by a
// statement of SQL, because one after the other they take a minute; with
// CENOTE_TEST_FULL it imports all.
const (
	crowd       = 100_000
	fewer       = 12_000
	members     = 20_000
	midwayTries = 3
	workTime    = 3 * time.Minute // for any of the jobs
)

// TestKilledAtWork kills the server in the middle of an import, of clearing a
// group and of deleting a pool, at a point that is drawn. After each restart the
// job goes on and ends right.
func TestKilledAtWork(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, func(t *testing.T, db database) {
		w := &worker{dir: t.TempDir(), flags: db(t), imported: crowd}
		if len(w.flags) > 0 && os.Getenv("CENOTE_TEST_FULL") == "" {
			w.imported = fewer
		}
		w.again(t)
		w.rows = rowsOf(t, w.dir, w.flags)
		midway(t, "importing", w.importCrowd)
		if w.imported < crowd {
			w.rows.copyUser(t, w.poolKey, crowd-w.imported)
		}
		midway(t, "clearing a group", w.clearGroup)
		midway(t, "deleting a pool", w.deletePool)
	})
}

// midway does something until the server was killed in the middle of it, and
// not before or after.
func midway(t *testing.T, what string, do func(*testing.T) (hit bool)) {
	t.Helper()
	for range midwayTries {
		if do(t) {
			return
		}
		t.Logf("%s had ended when the server was killed", what)
	}
	t.Fatalf("%s was not hit in %d tries", what, midwayTries)
}

// worker is a server that is killed and started again on the same data.
type worker struct {
	*caller
	server *server
	dir    string
	flags  []string
	ahead  time.Duration // of the clock on the wall

	rows            rows
	poolID, poolKey string // of the crowd
	imported        int    // how many of it are imported
}

func (w *worker) again(t *testing.T) {
	t.Helper()
	w.server = start(t, w.dir, w.flags...)
	w.caller = newCaller(t, "the server", w.server.endpoint, 8)
}

// killAt lets a job of a kind, of a pool, go on until a part of total is done
// that is drawn, and kills the server. It reports whether the job was in the
// middle then, by what lies in the database; another server has ended it when
// killAt returns.
func (w *worker) killAt(t *testing.T, kind string, total int, done func() int) (hit bool) {
	t.Helper()
	mark := total/10 + rand.IntN(total*6/10)
	deadline := time.Now().Add(workTime)
	for patiently(func() bool { return done() < mark }) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: %d of %d are done after %v", kind, done(), total, workTime)
		}
	}
	w.server.kill()
	at := done()
	hit = at > 0 && at < total
	t.Logf("%s: killed at %d of %d", kind, at, total)
	w.takeOver(t)
	began := time.Now()
	for patiently(func() bool {
		return done() < total || w.rows.count(t, "job", "kind = '"+kind+"' AND pool_key = "+w.poolKey) > 0
	}) {
		if time.Since(began) > workTime {
			t.Fatalf("%s: %d of %d are done %v after the restart", kind, done(), total, workTime)
		}
	}
	t.Logf("%s: ended in %v", kind, time.Since(began).Round(10*time.Millisecond))
	return hit
}

// patiently asks a question, and after a yes waits four times as long as the
// answer took: counting a crowd is work that the server would wait for.
func patiently(question func() bool) bool {
	began := time.Now()
	if !question() {
		return false
	}
	time.Sleep(time.Millisecond + 4*time.Since(began))
	return true
}

// takeOver starts another server, whose clock is half a minute ahead of the one
// before: it may take jobs over.
func (w *worker) takeOver(t *testing.T) {
	t.Helper()
	w.again(t)
	before := w.ahead
	w.ahead = 0
	w.pass(t, before+31*time.Second)
}

// pass moves the clock.
func (w *worker) pass(t *testing.T, d time.Duration) {
	t.Helper()
	w.ahead += d
	advance(t, w.caller, d.String())
}

// do makes a signed call that has to succeed.
func (w *worker) do(t *testing.T, operation string, in object, out any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.endpoint+"/", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	req.Header.Set("X-Amz-Date", "20300102T030405Z")
	req.Header.Set("Authorization", wellFormed)
	do(t, req, out)
}

type importJob struct {
	UserImportJob struct {
		JobID, PreSignedURL, Status              string
		ImportedUsers, SkippedUsers, FailedUsers int
	}
}

// importCrowd imports people into a new pool.
func (w *worker) importCrowd(t *testing.T) (hit bool) {
	var made struct{ UserPool struct{ ID string } }
	w.do(t, "CreateUserPool", object{"PoolName": "crowd", "AutoVerifiedAttributes": []string{"email"}}, &made)
	w.poolID = made.UserPool.ID
	w.poolKey = w.rows.each(t, "SELECT CAST(key AS TEXT) FROM pool WHERE id = '"+w.poolID+"'")[0]
	var job importJob
	w.do(t, "CreateUserImportJob", object{
		"UserPoolId": w.poolID, "JobName": "crowd", "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/a",
	}, &job)
	var header struct{ CSVHeader []string }
	w.do(t, "GetCSVHeader", object{"UserPoolId": w.poolID}, &header)
	w.send(t, job.UserImportJob.PreSignedURL, w.crowdFile(header.CSVHeader))
	name := object{"UserPoolId": w.poolID, "JobId": job.UserImportJob.JobID}
	w.do(t, "StartUserImportJob", name, &job)
	hit = w.killAt(t, "import", w.imported, w.people(t))

	w.do(t, "DescribeUserImportJob", name, &job)
	at := job.UserImportJob
	if at.Status != "Succeeded" || at.ImportedUsers != w.imported || at.SkippedUsers != 0 || at.FailedUsers != 0 {
		t.Errorf("import = %+v, want %d users and nothing else", at, w.imported)
	}
	if n := w.people(t)(); n != w.imported {
		t.Errorf("the pool has %d users, want %d", n, w.imported)
	}
	if n := w.rows.count(t, "user_import_part", "pool_key = "+w.poolKey); n != 0 {
		t.Errorf("%d parts of the file are left", n)
	}
	for _, i := range []int{0, w.imported / 2, w.imported - 1} {
		if s := w.must(t, "AdminGetUser", object{"UserPoolId": w.poolID, "Username": crowdName(i)}); s.UserStatus != "RESET_REQUIRED" {
			t.Errorf("user %d is %s", i, s.UserStatus)
		}
	}
	return hit
}

// people returns a function that counts the users of the pool.
func (w *worker) people(t *testing.T) func() int {
	return func() int { return w.rows.count(t, "app_user", "pool_key = "+w.poolKey) }
}

// send sends a file to where it is waited for.
func (w *worker) send(t *testing.T, address string, file io.Reader) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, address, file)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if res.Body.Close(); res.StatusCode != http.StatusOK {
		t.Fatalf("send the file: %s", res.Status)
	}
}

func crowdName(i int) string { return fmt.Sprintf("user-%06d", i) }

func (w *worker) crowdFile(columns []string) io.Reader {
	var b strings.Builder
	b.WriteString(strings.Join(columns, ",") + "\n")
	for i := range w.imported {
		values := make([]string, len(columns))
		for n, c := range columns {
			values[n] = map[string]string{
				"cognito:username": crowdName(i), "cognito:mfa_enabled": "FALSE", "email": crowdName(i) + "@example.com", "email_verified": "TRUE",
			}[c]
		}
		b.WriteString(strings.Join(values, ",") + "\n")
	}
	return strings.NewReader(b.String())
}

// clearGroup deletes a group that many are in. Another one stays.
func (w *worker) clearGroup(t *testing.T) (hit bool) {
	for _, name := range []string{"many", "others"} {
		if s, err := w.call("CreateGroup", object{"UserPoolId": w.poolID, "GroupName": name}); err != nil || !s.ok() && s.exception != "GroupExistsException" {
			t.Fatalf("CreateGroup: %v, %v", s, err)
		}
	}
	w.must(t, "AdminAddUserToGroup", object{"UserPoolId": w.poolID, "GroupName": "others", "Username": crowdName(0)})
	key := func(name string) string {
		return w.rows.each(t, "SELECT CAST(key AS TEXT) FROM app_group WHERE pool_key = "+w.poolKey+" AND name = '"+name+"'")[0]
	}
	many, others := "group_key = "+key("many"), "group_key = "+key("others")
	w.server.stop(t) // nobody else writes
	w.rows.exec(t, "INSERT INTO membership (pool_key, sub, group_key) SELECT pool_key, sub, "+key("many")+" FROM app_user WHERE pool_key = "+w.poolKey+fmt.Sprintf(" LIMIT %d", members))
	w.takeOver(t)
	if n := w.rows.count(t, "membership", many); n != members {
		t.Fatalf("the group has %d members, want %d", n, members)
	}
	w.must(t, "DeleteGroup", object{"UserPoolId": w.poolID, "GroupName": "many"})
	w.pass(t, 61*time.Second) // it is cleared once no transaction can add to it any more
	hit = w.killAt(t, "clear-group", members, func() int { return members - w.rows.count(t, "membership", many) })

	if n := w.people(t)(); n != crowd {
		t.Errorf("the pool has %d users, want %d as before", n, crowd)
	}
	if n := w.rows.count(t, "membership", others); n != 1 {
		t.Errorf("the other group has %d members, want 1", n)
	}
	return hit
}

// deletePool deletes the pool of the crowd. The first pool stays.
func (w *worker) deletePool(t *testing.T) (hit bool) {
	if w.people(t)() == 0 { // the one before was not hit
		w.importCrowd(t)
		w.rows.copyUser(t, w.poolKey, crowd-w.imported)
	}
	before := w.left(t, "<>")
	w.must(t, "DeleteUserPool", object{"UserPoolId": w.poolID})
	people := w.people(t)
	hit = w.killAt(t, "delete-pool", crowd, func() int { return crowd - people() })
	if left := w.left(t, "="); left != "" {
		t.Errorf("of the pool there are left %s", left)
	}
	if after := w.left(t, "<>"); after != before {
		t.Errorf("of other pools there are %s, want %s as before", after, before)
	}
	return hit
}

// left lists how many rows the tables have whose pool is (=) or is not (<>) that
// of the crowd; but not what outlives it: the tombstone, and jobs, of which the
// one that would have expired an import finds that out a day later.
func (w *worker) left(t *testing.T, comparison string) (text string) {
	t.Helper()
	for _, table := range w.rows.ofPools(t) {
		if table == "tombstone" || table == "job" {
			continue
		}
		if n := w.rows.count(t, table, "pool_key "+comparison+" "+w.poolKey); n != 0 {
			text += fmt.Sprintf("%d %s, ", n, table)
		}
	}
	return text
}
