package rewrite

// rewritten reports whether a package is rewritten: of the standard library, those
// are whose goroutines and locks are part of what a program does. The runtime must not
// import them.
func (p *Package) rewritten() bool { return !p.Standard || inPlace[p.path()] }

// inPlace are packages of the standard library that are rewritten where they are.
var inPlace = map[string]bool{
	"crypto/tls": true, "crypto/x509": true, "database/sql": true, "encoding/gob": true, "expvar": true, "go/token": true, "html/template": true, "internal/singleflight": true,
	"log": true, "log/internal": true, "log/slog": true, "log/slog/internal": true, "log/syslog": true, "net": true, "net/http": true, "net/http/cookiejar": true,
	"net/http/fcgi": true, "net/http/httptest": true, "net/http/httptrace": true, "net/http/httputil": true,
	"net/http/internal": true, "net/http/internal/httpcommon": true, "net/rpc": true, "net/rpc/jsonrpc": true,
	"net/smtp": true, "net/textproto": true, "os/signal": true, "testing/quick": true, "text/template": true,
}
