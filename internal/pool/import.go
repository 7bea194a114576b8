package pool

import "time"

// The limits of an import. Source: the service's quotas.
const (
	MaxImportSize = 100 << 20 // bytes of a file
	MaxImportRows = 500_000   // of a file without the header; a blank line is one
	MaxImportRow  = 16_000    // characters of a row

	// ImportUploadTime is how long the address for the file is good, and
	// ImportLifetime how long an import waits to be started.
	ImportUploadTime = 15 * time.Minute
	ImportLifetime   = 24 * time.Hour
)

// ImportStatus is where an import stands:
//
//	Created → Pending → InProgress → Succeeded | Failed
//	   ↓         └──────────┴→ Stopping → Stopped
//	Expired
type ImportStatus string

// The states of an import. Source: UserImportJobStatusType in model/.
const (
	ImportCreated    ImportStatus = "Created"
	ImportPending    ImportStatus = "Pending"
	ImportInProgress ImportStatus = "InProgress"
	ImportStopping   ImportStatus = "Stopping"
	ImportExpired    ImportStatus = "Expired"
	ImportStopped    ImportStatus = "Stopped"
	ImportFailed     ImportStatus = "Failed"
	ImportSucceeded  ImportStatus = "Succeeded"
)

// Import is a job that adds the users of a file to a pool.
type Import struct {
	PoolKey int64
	ID      string // import-..., unique within the pool
	Version int64  // grows with every change of the row
	Status  ImportStatus
	Created time.Time

	ImportDetails
}

// ImportDetails are what nobody looks for. JSON names are the store's.
type ImportDetails struct {
	Name      string
	RoleARN   string // CloudWatchLogsRoleArn: kept and given back
	Algorithm string // PasswordHashingAlgorithm; "" if the file has no passwords
	Started   time.Time
	Completed time.Time
	Message   string // CompletionMessage

	Imported, Skipped, Failed int64

	// The file: Upload names the attempt to send it that counts, and Received
	// says that it is there. Header is its first line; the lines after it lie
	// in Parts parts, of which the first Done have been worked on.
	Upload   string
	Received bool
	Header   string
	Parts    int64
	Done     int64
}

// Running reports whether users may be added, now or soon. A pool has one such
// import at the most.
func (i *Import) Running() bool {
	return i.Status == ImportPending || i.Status == ImportInProgress || i.Status == ImportStopping
}

// Waiting reports whether the import can be started still, as far as time goes.
func (i *Import) Waiting(now time.Time) bool {
	return i.Status == ImportCreated && now.Before(i.Created.Add(ImportLifetime))
}

// Expire makes an import that waited for too long an expired one.
func (i *Import) Expire(now time.Time) {
	if i.Status == ImportCreated && !i.Waiting(now) {
		i.End(ImportExpired, "The user import job has expired.", i.Created.Add(ImportLifetime))
	}
}

// Stop asks a running import to end. PreconditionNotMet for another one.
func (i *Import) Stop() error {
	if !i.Running() {
		return E(PreconditionNotMet, "The user import job is not running. Its status is "+string(i.Status)+".")
	}
	i.Status = ImportStopping
	return nil
}

// CheckStart returns PreconditionNotMet unless the import can be started in p.
func (i *Import) CheckStart(p *Pool) error {
	switch {
	case i.Status != ImportCreated:
		return E(PreconditionNotMet, "The user import job cannot be started. Its status is "+string(i.Status)+".")
	case !i.Received:
		return E(PreconditionNotMet, "The CSV file of the user import job has not been uploaded.")
	case len(p.AutoVerifiedAttributes) == 0:
		return E(PreconditionNotMet, "The user pool must have at least one auto-verified attribute to import users.")
	}
	return nil
}

// End ends an import in a state and says why.
func (i *Import) End(status ImportStatus, message string, now time.Time) {
	i.Status, i.Message, i.Completed = status, message, now
}

// Complete ends an import that has come to the end of its file.
func (i *Import) Complete(now time.Time) {
	if i.Imported == 0 && i.Failed+i.Skipped > 0 {
		i.End(ImportFailed, "Too many users have failed or been skipped during the import.", now)
		return
	}
	i.End(ImportSucceeded, "Import Job Completed Successfully.", now)
}
