package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// signers is how many people sign in beside an import.
const signers = 100

// imports prints how fast users are imported, and how long sign-ins take
// beside that and before it.
func (b *bench) imports(ctx context.Context, users int, out io.Writer) error {
	return b.onServer(ctx, "imports", min(signers, users), func(s *site, sv *server) error {
		desk, err := dial(sv.url.Host)
		if err != nil {
			return err
		}
		defer desk.net.Close()
		person, err := dial(sv.url.Host)
		if err != nil {
			return err
		}
		defer person.net.Close()
		if err := sv.settle(); err != nil {
			return err
		}
		job, sent, err := s.sendFile(ctx, desk, users)
		if err != nil {
			return err
		}
		before, err := s.signInUntil(person, time.After(3*b.span))
		if err != nil {
			return err
		}
		return s.watch(desk, person, job, users, sent, before, out)
	})
}

// importJob is a job as the service shows it.
type importJob struct {
	JobId, PreSignedUrl, Status, CompletionMessage string
	ImportedUsers                                  int
}

// sendFile makes a job, and sends a file with that many users for it.
func (s *site) sendFile(ctx context.Context, c *conn, users int) (job importJob, took time.Duration, err error) {
	var made struct{ UserImportJob importJob }
	err = c.do("CreateUserImportJob", signature, map[string]any{
		"UserPoolId": s.poolID, "JobName": "bench", "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/bench",
	}, &made)
	if err != nil {
		return importJob{}, 0, err
	}
	var header struct{ CSVHeader []string }
	if err := c.do("GetCSVHeader", signature, map[string]any{"UserPoolId": s.poolID}, &header); err != nil {
		return importJob{}, 0, err
	}
	file := userFile(header.CSVHeader, users)
	began := time.Now()
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, made.UserImportJob.PreSignedUrl, bytes.NewReader(file))
	if err != nil {
		return importJob{}, 0, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return importJob{}, 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return importJob{}, 0, fmt.Errorf("send file: %s", answer.Status)
	}
	return made.UserImportJob, time.Since(began), nil
}

// userFile is a file of people who have no password, such as the service takes.
func userFile(header []string, users int) []byte {
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	fmt.Fprintln(w, strings.Join(header, ","))
	values := make([]string, len(header))
	for i := range users {
		name := fmt.Sprintf("imported-%07d", i)
		for n, column := range header {
			switch column {
			case "cognito:username":
				values[n] = name
			case "cognito:mfa_enabled":
				values[n] = "FALSE"
			case "email":
				values[n] = name + "@example.com"
			case "email_verified":
				values[n] = "TRUE"
			case "name":
				values[n] = "Ada " + name
			}
		}
		fmt.Fprintln(w, strings.Join(values, ","))
	}
	_ = w.Flush() // into memory
	return b.Bytes()
}

// signInUntil has one after the other sign in until the end, and returns how
// long each took, in order.
func (s *site) signInUntil(c *conn, end <-chan time.Time) (took []time.Duration, err error) {
	for {
		select {
		case <-end:
			slices.Sort(took)
			return took, nil
		default:
		}
		t, err := asked(c, "InitiateAuth", `{"ClientId":"`+s.clientID+`","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"`+
			s.anybody()+`","PASSWORD":"`+password+`"}}`)
		if err != nil {
			return nil, err
		}
		took = append(took, t)
	}
}

// watch starts a job, signs people in until it is done, and prints both.
func (s *site) watch(desk, person *conn, job importJob, users int, sent time.Duration, before []time.Duration, out io.Writer) error {
	name := map[string]any{"UserPoolId": s.poolID, "JobId": job.JobId}
	began := time.Now()
	var at struct{ UserImportJob importJob }
	if err := desk.do("StartUserImportJob", signature, name, &at); err != nil {
		return err
	}
	over, failed := make(chan time.Time), make(chan error, 1)
	go func() {
		defer close(over)
		for at.UserImportJob.Status != "Succeeded" && at.UserImportJob.Status != "Failed" {
			time.Sleep(20 * time.Millisecond)
			if err := desk.do("DescribeUserImportJob", signature, name, &at); err != nil {
				failed <- err
				return
			}
		}
		failed <- nil
	}()
	beside, err := s.signInUntil(person, over)
	took := time.Since(began)
	if err == nil {
		err = <-failed
	}
	switch {
	case err != nil:
		return err
	case at.UserImportJob.ImportedUsers != users:
		return fmt.Errorf("%d of %d users were imported: %s", at.UserImportJob.ImportedUsers, users, at.UserImportJob.CompletionMessage)
	}
	fmt.Fprintf(out, "\n%d users without a password imported in %.1f s: %.0f a second; the file was sent in %.1f s\n\n",
		users, took.Seconds(), float64(users)/took.Seconds(), sent.Seconds())
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "sign-ins in ms\tnumber\tmedian\t99 of 100\tlongest\t")
	printTimes(table, "before the import", before)
	printTimes(table, "beside it", beside)
	return table.Flush()
}

func printTimes(w io.Writer, what string, took []time.Duration) {
	if len(took) == 0 {
		fmt.Fprintf(w, "%s\t0\t\t\t\t\n", what)
		return
	}
	ms := func(at int) float64 { return float64(took[at].Microseconds()) / 1000 }
	fmt.Fprintf(w, "%s\t%d\t%.1f\t%.1f\t%.1f\t\n", what, len(took), ms(len(took)/2), ms(len(took)*99/100), ms(len(took)-1))
}
