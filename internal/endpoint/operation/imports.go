package operation

import (
	"context"
	"time"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/imports"
)

// CreateUserImportJob makes a job that imports users, and an address to send
// their file to.
func (o *Operations) CreateUserImportJob(ctx context.Context, in *api.CreateUserImportJobRequest) (*api.CreateUserImportJobResponse, error) {
	j, err := o.imports.Create(ctx, imports.NewJob{
		PoolID: in.UserPoolId, Name: in.JobName, RoleARN: in.CloudWatchLogsRoleArn, Algorithm: str(in.PasswordHashingAlgorithm),
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateUserImportJobResponse{UserImportJob: importOnWire(j)}, nil
}

// DescribeUserImportJob shows a job and how far it is.
func (o *Operations) DescribeUserImportJob(ctx context.Context, in *api.DescribeUserImportJobRequest) (*api.DescribeUserImportJobResponse, error) {
	j, err := o.imports.Describe(ctx, in.UserPoolId, in.JobId)
	if err != nil {
		return nil, err
	}
	return &api.DescribeUserImportJobResponse{UserImportJob: importOnWire(j)}, nil
}

// ListUserImportJobs shows a page of the jobs of a pool.
func (o *Operations) ListUserImportJobs(ctx context.Context, in *api.ListUserImportJobsRequest) (*api.ListUserImportJobsResponse, error) {
	jobs, next, err := o.imports.List(ctx, in.UserPoolId, str(in.PaginationToken), int(in.MaxResults))
	if err != nil {
		return nil, err
	}
	out := &api.ListUserImportJobsResponse{PaginationToken: ptr[string](next)}
	for _, j := range jobs {
		out.UserImportJobs = append(out.UserImportJobs, *importOnWire(j))
	}
	return out, nil
}

// StartUserImportJob has a job run.
func (o *Operations) StartUserImportJob(ctx context.Context, in *api.StartUserImportJobRequest) (*api.StartUserImportJobResponse, error) {
	j, err := o.imports.Start(ctx, in.UserPoolId, in.JobId)
	if err != nil {
		return nil, err
	}
	return &api.StartUserImportJobResponse{UserImportJob: importOnWire(j)}, nil
}

// StopUserImportJob has a job end before its file does.
func (o *Operations) StopUserImportJob(ctx context.Context, in *api.StopUserImportJobRequest) (*api.StopUserImportJobResponse, error) {
	j, err := o.imports.Stop(ctx, in.UserPoolId, in.JobId)
	if err != nil {
		return nil, err
	}
	return &api.StopUserImportJobResponse{UserImportJob: importOnWire(j)}, nil
}

// GetCSVHeader shows the columns of a file of users.
func (o *Operations) GetCSVHeader(ctx context.Context, in *api.GetCSVHeaderRequest) (*api.GetCSVHeaderResponse, error) {
	columns, err := o.imports.Header(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &api.GetCSVHeaderResponse{UserPoolId: &in.UserPoolId, CSVHeader: columns}, nil
}

func importOnWire(j imports.Job) *api.UserImportJobType {
	return &api.UserImportJobType{
		JobName: &j.Name, JobId: &j.ID, UserPoolId: &j.PoolID, PreSignedUrl: &j.URL,
		CreationDate: &j.Created, StartDate: moment(j.Started), CompletionDate: moment(j.Completed),
		Status: new(api.UserImportJobStatusType(j.Status)), CloudWatchLogsRoleArn: &j.RoleARN,
		ImportedUsers: &j.Imported, SkippedUsers: &j.Skipped, FailedUsers: &j.Failed,
		CompletionMessage: ptr[string](j.Message), PasswordHashingAlgorithm: ptr[api.PasswordHashingAlgorithmType](j.Algorithm),
	}
}

// moment is a time on the wire, absent before it has come.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
