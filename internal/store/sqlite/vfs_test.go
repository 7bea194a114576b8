package sqlite

import (
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// disk is a file system layer between SQLite and the real files. It passes
// every call on and remembers, for each file, what was synced and what was
// written since: so it can say what a loss of power would leave behind. It can
// make syncs fail, and be full.
type disk struct {
	mu    sync.Mutex
	files map[string]*diskFile
	fail  func(path string) bool // whether a sync fails; nil: none does
	full  bool
}

type diskFile struct {
	synced  []byte
	pending []change
}

// change is a write at an offset, or with nil data a truncation to it.
type change struct {
	offset int64
	data   []byte
}

func (c change) apply(b []byte) []byte {
	if c.data == nil {
		return b[:min(int64(len(b)), c.offset)]
	}
	if missing := c.offset + int64(len(c.data)) - int64(len(b)); missing > 0 {
		b = append(b, make([]byte, missing)...)
	}
	copy(b[c.offset:], c.data)
	return b
}

func (d *disk) changed(path string, c change) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.files[path]
	if f == nil {
		f = &diskFile{}
		d.files[path] = f
	}
	f.pending = append(f.pending, c)
}

// synced makes what was written to a file durable; false means that the sync
// shall fail.
func (d *disk) synced(path string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail != nil && d.fail(path) {
		return false
	}
	if f := d.files[path]; f != nil {
		for _, c := range f.pending {
			f.synced = c.apply(f.synced)
		}
		f.pending = nil
	}
	return true
}

func (d *disk) removed(path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.files, path)
}

// failing sets which syncs fail from now on.
func (d *disk) failing(fail func(path string) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail = fail
}

// fill makes every write fail from now on, or none.
func (d *disk) fill(full bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full = full
}

func (d *disk) isFull() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.full
}

// crash returns what would be found after a loss of power now, by file name:
// all that was synced and, of what was not, each 512-byte sector with
// probability keep.
func (d *disk) crash(keep float64) map[string][]byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	image := map[string][]byte{}
	for path, f := range d.files {
		if f.synced == nil && keep == 0 {
			continue // its name was never made durable
		}
		b := append([]byte(nil), f.synced...)
		for _, c := range f.pending {
			for _, sector := range c.sectors() {
				if rand.Float64() < keep {
					b = sector.apply(b)
				}
			}
		}
		image[filepath.Base(path)] = b
	}
	return image
}

// sectors cuts a write into what a disk may write or not write.
func (c change) sectors() []change {
	if c.data == nil {
		return []change{c}
	}
	var list []change
	for at := 0; at < len(c.data); {
		n := min(512-int(c.offset+int64(at))%512, len(c.data)-at)
		list = append(list, change{c.offset + int64(at), c.data[at : at+n]})
		at += n
	}
	return list
}

// What follows puts disks under SQLite. A database at a path that begins with
// the folder of a disk is on it.

const diskVFS = "test-disk"

var disks struct {
	mu      sync.Mutex
	byDir   map[string]*disk
	paths   map[uintptr]string // of open files
	real    *lib.Tsqlite3_vfs
	methods map[uintptr]uintptr // ours for the real ones
}

var register sync.Once

// newDisk returns a disk for the databases in dir.
func newDisk(t *testing.T, dir string) *disk {
	register.Do(registerVFS)
	d := &disk{files: map[string]*diskFile{}}
	disks.mu.Lock()
	defer disks.mu.Unlock()
	disks.byDir[dir] = d
	return d
}

// fn is the pointer by which SQLite calls a Go function.
func fn[T any](f T) uintptr { return *(*uintptr)(unsafe.Pointer(&struct{ f T }{f})) }

// real is the Go function behind such a pointer.
func real[T any](p uintptr) T { return *(*T)(unsafe.Pointer(&struct{ p uintptr }{p})) }

// at is the C structure at an address.
func at[T any](p uintptr) *T { return *(**T)(unsafe.Pointer(&p)) }

type (
	openFunc     = func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	deleteFunc   = func(*libc.TLS, uintptr, uintptr, int32) int32
	writeFunc    = func(*libc.TLS, uintptr, uintptr, int32, lib.Tsqlite3_int64) int32
	truncateFunc = func(*libc.TLS, uintptr, lib.Tsqlite3_int64) int32
	syncFunc     = func(*libc.TLS, uintptr, int32) int32
	closeFunc    = func(*libc.TLS, uintptr) int32
)

// registerVFS makes a copy of the default layer with a few functions replaced.
// Files stay those of the default layer; only their method tables change.
func registerVFS() {
	tls := libc.NewTLS()
	lib.Xsqlite3_initialize(tls)
	found := lib.Xsqlite3_vfs_find(tls, 0)
	disks.byDir = map[string]*disk{}
	disks.paths = map[uintptr]string{}
	disks.methods = map[uintptr]uintptr{}
	disks.real = at[lib.Tsqlite3_vfs](found)
	name, err := libc.CString(diskVFS)
	if err != nil {
		panic(err)
	}
	ours := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(lib.Tsqlite3_vfs{})))
	v := at[lib.Tsqlite3_vfs](ours)
	*v = *disks.real
	v.FpNext, v.FzName = 0, name
	v.FxOpen, v.FxDelete = fn(openFunc(diskOpen)), fn(deleteFunc(diskDelete))
	if rc := lib.Xsqlite3_vfs_register(tls, ours, 0); rc != lib.SQLITE_OK {
		panic("register VFS")
	}
}

func diskOf(path string) *disk {
	disks.mu.Lock()
	defer disks.mu.Unlock()
	return disks.byDir[filepath.Dir(path)]
}

func diskOpen(tls *libc.TLS, vfs, name, file uintptr, flags int32, out uintptr) int32 {
	rc := real[openFunc](disks.real.FxOpen)(tls, vfs, name, file, flags, out)
	if rc != lib.SQLITE_OK || name == 0 {
		return rc
	}
	f := at[lib.Tsqlite3_file](file)
	disks.mu.Lock()
	defer disks.mu.Unlock()
	disks.paths[file] = strings.Clone(libc.GoString(name))
	if disks.methods[f.FpMethods] == 0 {
		ours := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(lib.Tsqlite3_io_methods{})))
		m := at[lib.Tsqlite3_io_methods](ours)
		*m = *at[lib.Tsqlite3_io_methods](f.FpMethods)
		m.FxWrite, m.FxTruncate = fn(writeFunc(diskWrite)), fn(truncateFunc(diskTruncate))
		m.FxSync, m.FxClose = fn(syncFunc(diskSync)), fn(closeFunc(diskClose))
		disks.methods[f.FpMethods], disks.methods[ours] = ours, f.FpMethods
	}
	f.FpMethods = disks.methods[f.FpMethods]
	return rc
}

// theirs returns the default methods of a file of ours, its disk and its path.
func theirs(file uintptr) (*lib.Tsqlite3_io_methods, *disk, string) {
	disks.mu.Lock()
	defer disks.mu.Unlock()
	m := disks.methods[at[lib.Tsqlite3_file](file).FpMethods]
	path := disks.paths[file]
	return at[lib.Tsqlite3_io_methods](m), disks.byDir[filepath.Dir(path)], path
}

func diskWrite(tls *libc.TLS, file, data uintptr, n int32, offset lib.Tsqlite3_int64) int32 {
	m, d, path := theirs(file)
	if d != nil && d.isFull() {
		return lib.SQLITE_FULL
	}
	rc := real[writeFunc](m.FxWrite)(tls, file, data, n, offset)
	if rc == lib.SQLITE_OK && d != nil {
		d.changed(path, change{offset, append([]byte{}, libc.GoBytes(data, int(n))...)})
	}
	return rc
}

func diskTruncate(tls *libc.TLS, file uintptr, size lib.Tsqlite3_int64) int32 {
	m, d, path := theirs(file)
	rc := real[truncateFunc](m.FxTruncate)(tls, file, size)
	if rc == lib.SQLITE_OK && d != nil {
		d.changed(path, change{offset: size})
	}
	return rc
}

// diskSync leaves the real disk alone: what counts here is that it was asked.
func diskSync(tls *libc.TLS, file uintptr, flags int32) int32 {
	if _, d, path := theirs(file); d != nil && !d.synced(path) {
		return lib.SQLITE_IOERR_FSYNC
	}
	return lib.SQLITE_OK
}

func diskClose(tls *libc.TLS, file uintptr) int32 {
	m, _, _ := theirs(file)
	disks.mu.Lock()
	delete(disks.paths, file)
	f := at[lib.Tsqlite3_file](file)
	f.FpMethods = disks.methods[f.FpMethods]
	disks.mu.Unlock()
	return real[closeFunc](m.FxClose)(tls, file)
}

func diskDelete(tls *libc.TLS, vfs, name uintptr, sync int32) int32 {
	path := strings.Clone(libc.GoString(name))
	rc := real[deleteFunc](disks.real.FxDelete)(tls, vfs, name, sync)
	if d := diskOf(path); d != nil {
		d.removed(path)
	}
	return rc
}
