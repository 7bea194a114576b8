// Package job does the work that outlives a request: it deletes what a removed
// pool or group owned, and sweeps away what has expired.
//
// A job is a row; what it does is a Step, run again and again until it says
// that it is done. A runner holds a job by a lease that it renews with every
// step, so one runner at a time over all nodes works on it, and when that one
// dies another goes on from the last step that was saved:
//
//	due → claimed → step → saved, lease renewed → step → … → done: deleted
//	                  ↓ error                                or due next time
//	            due again later
//
// A step may be run twice, when a node dies between doing it and saving it, or
// takes longer than its lease, so it must do no harm the second time. Who lost
// a job to another runner cannot save it any more.
//
// The package does the claiming and the steps of jobs that belong to no flow
// (DeletePool, ClearGroup, Sweep). The server registers which kinds it runs.
package job
