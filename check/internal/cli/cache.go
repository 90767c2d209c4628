package cli

import (
	"context"
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

func init() { register(85, cacheCommand) }

var cacheFlags = []flagDef{{name: "clear", help: "remove all that is in it"}}

var cacheCommand = command{
	name: "cache", args: "[flags]", brief: ": what rewritten programs take, or clear that",
	about: fmt.Sprintf(`Says where the cache is that test, run and replay keep rewritten programs in,
and how much it takes. It is in the user's cache directory, or where the
variable %s says. What was not used for %d days is removed, and
what was not used for longest if the cache takes more than %s; what was
used in the last hour stays.`, rewrite.CacheEnv, int(rewrite.CacheAge.Hours()/24), words.Bytes(rewrite.CacheSize)),
	flags: cacheFlags,
	exits: `0, or 2 for a usage or output error.`,
	run:   (*tool).cmdCache,
}

func (t *tool) cmdCache(_ context.Context, args []string) (int, error) {
	p, err := parse("cache", args, cacheFlags)
	if err != nil {
		return 0, err
	}
	if len(p.names) > 0 {
		return 0, usagef("cache: unexpected %s: it takes no names", words.Quote(p.names[0]))
	}
	dir := rewrite.CacheDir()
	if p.on("clear") {
		if err := rewrite.ClearCache(dir); err != nil {
			return 0, usagef("cache: %v", err)
		}
	}
	size, n := rewrite.CacheUse(dir)
	_, err = fmt.Fprintf(t.stdout, "%s: %s, %s\n", dir, words.Bytes(size), words.Plural(n, "entry", "entries"))
	return exitPass, err
}
