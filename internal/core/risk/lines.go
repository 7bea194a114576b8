package risk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// maxLine is the longest line that a list may have, with its end.
const maxLine = 512

// lines is a file of sorted lines. It is safe for concurrent use.
type lines struct {
	file io.ReaderAt
	size int64
}

// openLines opens the file of a path.
func openLines(path string) (*lines, *os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err // names the file
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a file", path)
	}
	if err == nil && info.Size() == 0 {
		err = fmt.Errorf("%s is empty", path)
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return &lines{f, info.Size()}, f, nil
}

// errLongLine says that a file is not of lines.
var errLongLine = fmt.Errorf("a line is longer than %d bytes", maxLine)

// search looks for the line that compare calls 0: compare is below 0 where what
// is looked for stands before the line, and above where it stands after it. A
// line is as it stands, without its end. It reads some 30 lines of a billion.
func (l *lines) search(compare func(line []byte) (int, error)) (found []byte, err error) {
	low, high := int64(0), l.size
	for low < high {
		line, start, next, err := l.at(low + (high-low)/2)
		if err != nil {
			return nil, err
		}
		order, err := compare(line)
		switch {
		case err != nil:
			return nil, err
		case order == 0:
			return line, nil
		case order < 0:
			high = start
		default:
			low = next
		}
	}
	return nil, nil
}

// at returns the line that an offset lies in, where it starts and where the next
// one does.
func (l *lines) at(offset int64) (line []byte, start, next int64, err error) {
	from := max(0, offset-maxLine)
	block := make([]byte, min(l.size, offset+maxLine)-from)
	if _, err := l.file.ReadAt(block, from); err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, 0, fmt.Errorf("read a list: %w", err)
	}
	before, after := block[:offset-from], block[offset-from:]
	begin := bytes.LastIndexByte(before, '\n') + 1
	if begin == 0 && from > 0 {
		return nil, 0, 0, errLongLine
	}
	end := bytes.IndexByte(after, '\n')
	switch {
	case end >= 0:
		end += len(before)
	case from+int64(len(block)) == l.size:
		end = len(block)
	default:
		return nil, 0, 0, errLongLine
	}
	return bytes.TrimSuffix(block[begin:end], []byte("\r")), from + int64(begin), from + int64(end) + 1, nil
}

// ends returns the first and the last line. Blank lines after that are left off
// from now on, since a search that came to one would not know where to go.
func (l *lines) ends() (first, last []byte, err error) {
	if first, _, _, err = l.at(0); err != nil {
		return nil, nil, err
	}
	last, start, _, err := l.at(l.size - 1)
	for err == nil && len(last) == 0 && start > 0 {
		l.size = start
		last, start, _, err = l.at(l.size - 1)
	}
	return first, last, err
}
