package report

import _ "embed"

// Schema is the JSON schema, of draft 2020-12, of a line that -json writes: a verdict, a
// trace, an event of a go test, or an outcome. It is made from their types.
//
//go:embed schema.json
var Schema []byte
