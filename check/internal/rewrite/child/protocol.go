package child

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
)

var (
	config  *wire.Config
	out     *json.Encoder
	outLock sync.Mutex
)

func init() {
	if choices := os.Getenv(wire.ReplayEnv); choices != "" {
		only := os.Getenv(wire.OnlyEnv)
		parts := strings.Split(only, "/")
		config = &wire.Config{Replay: choices, Sub: parts[1:], Tests: parts[:1], Steps: 1_000_000, Leaks: wire.LeaksStrict}
	}
	if os.Getenv(wire.Env) == "" {
		return
	}
	os.Unsetenv(wire.Env)
	f := os.NewFile(wire.ConfigFile, "config")
	c := new(wire.Config)
	err := json.NewDecoder(bufio.NewReader(f)).Decode(c)
	f.Close()
	if err != nil {
		return
	}
	config = c
	races.path = c.Races
	exec.OnReach = func(what string) { send(wire.Event{Kind: "reach", What: what}) }
	image.Unrestored, exec.Seeded = c.Unrestored, exec.Seed(c.Seeded)
	out = json.NewEncoder(os.NewFile(wire.EventFile, "events"))
}

func send(e wire.Event) {
	outLock.Lock()
	defer outLock.Unlock()
	if out == nil {
		if e.Kind == "verdict" {
			fmt.Println("ipccheck:", e.Verdict.Answer, e.Verdict.Reason)
			for _, f := range e.Verdict.Findings {
				fmt.Println("ipccheck:", f.Code, f.Message)
			}
		}
		return
	}
	e.Token = config.Token
	if out.Encode(e) != nil {
		os.Exit(2) // there is no parent any more
	}
}
