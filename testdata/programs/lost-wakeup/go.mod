module github.com/ipccheck/ipccheck/testdata/programs/lost-wakeup

go 1.26

require github.com/enriquebris/goconcurrentqueue v0.6.0

require github.com/stretchr/testify v1.12.1 // indirect
