package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A place says which processors are for what is measured and which for the
// load. Both are nil where there is no choice.
type place struct{ measured, load *unix.CPUSet }

// placement gives the first processor to what is measured and the others to
// the load, which it moves there.
func placement() place {
	var all unix.CPUSet
	if unix.SchedGetaffinity(0, &all) != nil || all.Count() < 2 {
		return place{}
	}
	measured, load := new(unix.CPUSet), new(unix.CPUSet)
	for cpu, found := 0, 0; found < all.Count(); cpu++ {
		if !all.IsSet(cpu) {
			continue
		}
		if found == 0 {
			measured.Set(cpu)
		} else {
			load.Set(cpu)
		}
		found++
	}
	if moveSelf(load) != nil {
		return place{}
	}
	runtime.GOMAXPROCS(load.Count())
	return place{measured, load}
}

// moveSelf moves all threads of this process. New ones, and the processes that
// they make, follow the thread that makes them.
func moveSelf(set *unix.CPUSet) error {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, task := range tasks {
		id, err := strconv.Atoi(task.Name())
		if err != nil {
			return err
		}
		if err := unix.SchedSetaffinity(id, set); err != nil && err != unix.ESRCH {
			return err
		}
	}
	return nil
}

// startOn starts cmd on the processors of set. It is killed should we die
// without stopping it.
func startOn(set *unix.CPUSet, cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if set == nil {
		return cmd.Start()
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return err
	}
	if err := unix.SchedSetaffinity(0, set); err != nil {
		return err
	}
	err := cmd.Start()
	if back := unix.SchedSetaffinity(0, &before); err == nil {
		err = back
	}
	return err
}

func (p place) String() string {
	if p.measured == nil {
		return "not pinned"
	}
	return fmt.Sprintf("what is measured pinned to one of %d processors, the load to the others", 1+p.load.Count())
}

// processCPU returns the CPU time of all threads of a process, those that have
// ended among them. Source: clock_getcpuclockid(3).
func processCPU(pid int) (time.Duration, error) {
	var ts unix.Timespec
	if err := unix.ClockGettime(^int32(pid)<<3|2, &ts); err != nil {
		return 0, fmt.Errorf("read the CPU time of process %d: %w", pid, err)
	}
	return time.Duration(ts.Nano()), nil
}

// residentMiB returns how much memory a process holds.
func residentMiB(pid int) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0, fmt.Errorf("process %d holds no memory", pid)
	}
	kib, err := strconv.ParseFloat(fields[0], 64)
	return kib / 1024, err
}

// busy returns how long all processors have worked since the system started,
// for whomever. Source: proc_stat(5).
func busy() (time.Duration, error) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	line, _, _ := strings.Cut(string(stat), "\n")
	var ticks int64
	for i, field := range strings.Fields(line) {
		n, err := strconv.ParseInt(field, 10, 64)
		switch i {
		case 1, 2, 3, 6, 7, 8: // user, nice, system, interrupts twice, stolen
			if err != nil {
				return 0, fmt.Errorf("read /proc/stat: %w", err)
			}
			ticks += n
		}
	}
	return time.Duration(ticks) * (time.Second / 100), nil
}

// ownCPU returns the CPU time of this process and of its children that have
// ended.
func ownCPU() (time.Duration, error) {
	var sum time.Duration
	for _, who := range []int{unix.RUSAGE_SELF, unix.RUSAGE_CHILDREN} {
		var r unix.Rusage
		if err := unix.Getrusage(who, &r); err != nil {
			return 0, err
		}
		sum += time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	return sum, nil
}
