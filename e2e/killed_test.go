package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// How many people are imported, are in a group, and are deleted. Steps of jobs
// take some hundreds, so that there is time to kill the server between them.
const (
	crowd   = 12_000
	members = 3_000
)

// TestKilledAtWork kills the server in the middle of an import, of clearing a
// group and of deleting a pool. After each restart the job goes on and ends
// right.
func TestKilledAtWork(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db database) {
		w := &worker{dir: t.TempDir(), flags: db(t)}
		w.again(t)
		var made struct{ UserPool struct{ ID string } }
		w.do(t, "CreateUserPool", object{"PoolName": "crowd", "AutoVerifiedAttributes": []string{"email"}}, &made)
		w.poolID = made.UserPool.ID

		w.importCrowd(t)
		w.clearGroup(t)
		w.deletePool(t)
	})
}

// worker is a server that is killed and started again on the same data.
type worker struct {
	*caller
	server *server
	dir    string
	flags  []string
	poolID string
	ahead  time.Duration // of the clock on the wall
}

func (w *worker) again(t *testing.T) {
	t.Helper()
	w.server = start(t, w.dir, w.flags...)
	w.caller = newCaller(t, "the server", w.server.endpoint, 8)
}

// crash kills the server and starts another one, whose clock is half a minute
// ahead of the one before: its jobs may be taken over.
func (w *worker) crash(t *testing.T) {
	t.Helper()
	w.server.kill()
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

func (w *worker) importCrowd(t *testing.T) {
	t.Helper()
	var job importJob
	w.do(t, "CreateUserImportJob", object{
		"UserPoolId": w.poolID, "JobName": "crowd", "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/a",
	}, &job)
	var header struct{ CSVHeader []string }
	w.do(t, "GetCSVHeader", object{"UserPoolId": w.poolID}, &header)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, job.UserImportJob.PreSignedURL, crowdFile(header.CSVHeader))
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
	name := object{"UserPoolId": w.poolID, "JobId": job.UserImportJob.JobID}
	w.do(t, "StartUserImportJob", name, &job)
	look := func() importJob { w.do(t, "DescribeUserImportJob", name, &job); return job }

	w.server.await(t, "import somebody", func() bool { return look().UserImportJob.ImportedUsers > 0 })
	w.crash(t)
	if at := look().UserImportJob; at.Status != "InProgress" || at.ImportedUsers == crowd {
		t.Errorf("after the restart: %+v, want it half done", at)
	}
	w.server.await(t, "end the import", func() bool { return look().UserImportJob.Status != "InProgress" })
	if at := look().UserImportJob; at.Status != "Succeeded" || at.ImportedUsers != crowd || at.SkippedUsers != 0 || at.FailedUsers != 0 {
		t.Errorf("import = %+v, want %d users and nothing else", at, crowd)
	}
	for _, i := range []int{0, crowd / 2, crowd - 1} {
		if s := w.must(t, "AdminGetUser", object{"UserPoolId": w.poolID, "Username": crowdName(i)}); s.UserStatus != "RESET_REQUIRED" {
			t.Errorf("user %d is %s", i, s.UserStatus)
		}
	}
}

func crowdName(i int) string { return fmt.Sprintf("user-%05d", i) }

func crowdFile(columns []string) io.Reader {
	var b strings.Builder
	b.WriteString(strings.Join(columns, ",") + "\n")
	for i := range crowd {
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

func (w *worker) clearGroup(t *testing.T) {
	t.Helper()
	group := object{"UserPoolId": w.poolID, "GroupName": "staff"}
	w.must(t, "CreateGroup", group)
	var callers sync.WaitGroup
	for part := range 8 {
		callers.Go(func() {
			for i := part; i < members; i += 8 {
				in := object{"UserPoolId": w.poolID, "GroupName": "staff", "Username": crowdName(i)}
				if s, err := w.call("AdminAddUserToGroup", in); err != nil || !s.ok() {
					t.Errorf("add %d to the group: %v, %v", i, s, err)
					return
				}
			}
		})
	}
	callers.Wait()
	w.must(t, "DeleteGroup", group)
	w.pass(t, 61*time.Second) // it is cleared once no transaction can add to it any more
	w.killBetweenSteps(t, "clear-group")
	w.none(t, "membership")
}

func (w *worker) deletePool(t *testing.T) {
	t.Helper()
	w.must(t, "DeleteUserPool", object{"UserPoolId": w.poolID})
	w.killBetweenSteps(t, "delete-pool")
	w.none(t, "app_user")
}

// killBetweenSteps crashes the server in the middle of a job of a kind, and
// returns when another has ended it. A fast server may have ended it first.
func (w *worker) killBetweenSteps(t *testing.T, kind string) {
	t.Helper()
	for deadline := time.Now().Add(startTime); w.steps(t, kind) == 0; {
		if time.Now().After(deadline) {
			t.Fatalf("no step of %s within %v", kind, startTime)
		}
	}
	w.crash(t)
	began, last, after := time.Now(), 0, 0
	w.server.await(t, "end "+kind, func() bool {
		last, after = after, w.steps(t, kind)
		time.Sleep(500 * time.Millisecond)
		return after > 0 && after == last && after == w.steps(t, kind) || after == 0 && time.Since(began) > longestPoll
	})
	if after == 0 {
		t.Logf("%s had ended when the server was killed", kind)
	}
	w.pass(t, 61*time.Second)
	time.Sleep(100 * time.Millisecond)
	if now := w.steps(t, kind); now != after {
		t.Errorf("%s did not end: %d steps, and %d later", kind, after, now)
	}
}

// longestPoll is within which a server finds a job that is due.
const longestPoll = 7 * time.Second

var stepCount = regexp.MustCompile(`(?m)^cenote_job_step_seconds_count\{(.*)\} (\d+)$`)

// steps returns how many steps of jobs of a kind the server has taken.
func (w *worker) steps(t *testing.T, kind string) (n int) {
	t.Helper()
	res, err := http.Get(w.endpoint + "/_cenote/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range stepCount.FindAllStringSubmatch(string(text), -1) {
		if strings.Contains(m[1], `kind="`+kind+`"`) {
			count, _ := strconv.Atoi(m[2])
			n += count
		}
	}
	return n
}

// none checks that a table is empty, where the database can be asked.
func (w *worker) none(t *testing.T, table string) {
	t.Helper()
	if len(w.flags) == 0 {
		return
	}
	conn, err := pgx.Connect(t.Context(), w.flags[1])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var n int
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d rows are left in %s (%v)", n, table, err)
	}
}
