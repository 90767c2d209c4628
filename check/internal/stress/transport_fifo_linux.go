package stress

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/pipe"
)

func init() {
	register(transport{
		name: "fifo", help: "a named pipe",
		open: func(s *setup, c Config) error {
			dir, err := s.directory()
			if err != nil {
				return err
			}
			s.path = filepath.Join(dir, "fifo")
			if err := pipe.Make(s.path); err != nil {
				return err
			}
			// Both ends are open as long as the parent lives, so that nobody sees the
			// end before all have come.
			f, err := os.OpenFile(s.path, os.O_RDWR, 0)
			if err != nil {
				return fmt.Errorf("stress: %w", err)
			}
			s.atEnd(func() { f.Close() })
			r, err := pipe.Open(context.Background(), s.path, pipe.Fixed(c.Size), false)
			if err != nil {
				return err
			}
			s.atEnd(func() { r.Close() })
			s.hold = r
			s.whenSent = func() { f.Close() }
			return nil
		},
		join: func(j job, _ []*os.File) (impl.Messages, error) {
			return pipe.Open(context.Background(), j.Path, pipe.Fixed(j.Size), j.Write)
		},
	})
}
