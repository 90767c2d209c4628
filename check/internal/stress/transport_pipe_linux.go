package stress

import (
	"os"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/pipe"
)

func init() {
	register(transport{
		name: "pipe", help: "an ordinary pipe",
		open: func(s *setup, c Config) error {
			r, w, err := pipe.New(pipe.Fixed(c.Size))
			if err != nil {
				return err
			}
			s.atEnd(func() { r.Close(); w.Close() })
			s.hold, s.sending, s.taking = r, []*os.File{w.File()}, []*os.File{r.File()}
			s.whenStarted = func() { w.Close() }
			return nil
		},
		join: func(j job, files []*os.File) (impl.Messages, error) {
			return pipe.FromFile(files[0], pipe.Fixed(j.Size), j.Write)
		},
	})
}
