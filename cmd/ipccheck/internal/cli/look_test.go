package cli

import (
	"bufio"
	"context"
	"github.com/ipccheck/ipccheck/check/space"
	"os"
	"testing"
)

func TestLook(t *testing.T) {
	for _, a := range [][]string{{"explore", "one-slot"}, {"explore", "two-flags"}, {"explore", "one-slot", "-producers=3", "-width", "60"}, {"explore", "one-slot", "-producers", "1..3", "-test", "careless,atomic"}, {"explore", "two-flags", "-width", "40"}} {
		tt := &tool{entries: fakes(), explore: space.Explore, replay: space.Replay, stdin: os.Stdin, stdout: bufio.NewWriter(os.Stdout), stderr: os.Stderr}
		println("$", len(a), tt.run(context.Background(), a))
	}
}
