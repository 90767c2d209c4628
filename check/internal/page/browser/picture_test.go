package browser

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/golden"
)

// The picture in README is that of the page that the command beside it writes: with
// -update it is made anew.
func TestPictureOfReadme(t *testing.T) {
	if !*golden.Update {
		t.Skip("its pixels depend on fonts")
	}
	root, err := filepath.Abs(filepath.Join("..", "..", "..", ".."))
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "page.html")
	cmd := exec.Command("go", "run", "./cmd/ipccheck", "test", "-C", "testdata/programs/lost-wakeup", "-html", file)
	cmd.Dir, cmd.Stderr = root, os.Stderr
	var exit *exec.ExitError
	require.ErrorAs(t, cmd.Run(), &exit, "it finds the fault")
	html, err := os.ReadFile(file)
	require.NoError(t, err)

	p := openHTML(t, view{width: 1020, height: 540}, string(html))
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	require.NoError(t, err)
	assert.Less(t, len(png), 110_000)
	require.NoError(t, os.WriteFile(filepath.Join(root, "testdata", "lost-wakeup.png"), png, 0o666))
}
