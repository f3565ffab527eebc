package sqldb

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// ErrLocked is returned by [Open] when another process has the file open.
var ErrLocked = errors.New("another slofuse process uses this database: stop it first, or give this one a file of its own with --storage.path")

// lockFile takes an exclusive lock that the operating system drops when the
// process ends, however it ends. The file stays behind: removing it would let
// two processes lock two files of the same name.
func lockFile(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, withoutPath(err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return file, writeOwner(file)
	}
	defer file.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("%w%s", ErrLocked, owner(file))
	}
	return nil, fmt.Errorf("lock %s: %w", path, err)
}

// writeOwner leaves the process id for whoever wonders. The lock does not
// depend on it, so a full disk may lose it.
func writeOwner(file *os.File) error {
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := file.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0)
	if errors.Is(err, syscall.ENOSPC) {
		return nil
	}
	return err
}

func owner(file *os.File) string {
	var text [32]byte
	n, _ := file.ReadAt(text[:], 0)
	if pid := strings.TrimSpace(string(text[:n])); pid != "" {
		return " (process " + pid + ")"
	}
	return ""
}
