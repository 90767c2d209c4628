module github.com/ipccheck/ipccheck/check/thirdparty

go 1.26

replace github.com/ipccheck/ipccheck => ../..

require (
	github.com/enriquebris/goconcurrentqueue v0.7.0
	github.com/ipccheck/ipccheck v0.0.0-00010101000000-000000000000
	github.com/puzpuzpuz/xsync/v4 v4.5.0
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/anishathalye/porcupine v1.3.1 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/sys v0.26.0 // indirect
	pgregory.net/rapid v1.3.0 // indirect
)
