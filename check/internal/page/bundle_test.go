package page

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBundleHasModulesAfterWhatTheyImport(t *testing.T) {
	out, err := bundle(fstest.MapFS{
		"main.js": {Data: []byte("import {a} from './a.js';\nimport {b} from './b.js';\nconst x = a + b;\n")},
		"a.js":    {Data: []byte("import {b} from './b.js';\nexport const a = b;\nconst x = 1;\n")},
		"b.js":    {Data: []byte("export function b() {}\n")},
	}, "main.js")
	require.NoError(t, err)
	assert.Equal(t, `(() => {
'use strict';
const modules = {};
{
function b() {}

modules['b.js'] = {b};
}
{
const {b} = modules['b.js'];
const a = b;
const x = 1;

modules['a.js'] = {a};
}
{
const {a} = modules['a.js'];
const {b} = modules['b.js'];
const x = a + b;

modules['main.js'] = {};
}
})();
`, out)
}

func TestBundleRefusesCircles(t *testing.T) {
	_, err := bundle(fstest.MapFS{
		"a.js": {Data: []byte("import {b} from './b.js';\n")},
		"b.js": {Data: []byte("import {a} from './a.js';\n")},
	}, "a.js")
	assert.EqualError(t, err, "modules import each other: a.js, b.js, a.js")
	_, err = bundle(fstest.MapFS{"a.js": {Data: []byte("import {b} from './gone.js';\n")}}, "a.js")
	assert.ErrorContains(t, err, "gone.js")
}
