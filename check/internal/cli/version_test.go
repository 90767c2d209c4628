package cli

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVersion(t *testing.T) {
	var v versionInfo
	require.NoError(t, json.Unmarshal([]byte(run("version", "-json").out), &v))
	assert.Equal(t, "ipccheck-version/1", v.Schema)
	assert.Contains(t, v.Schemas, "ipccheck/1")
	assert.Contains(t, v.Schemas, "ipccheck-trace/2")
	assert.NotEmpty(t, v.Version)
	assert.Contains(t, run("version").out, "ipccheck "+v.Version+"\n"+v.Go+"\n")
}
