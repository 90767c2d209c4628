// Package browser tests pages in Chromium. It is a module of its own, so that nobody
// who uses ipccheck depends on what drives a browser.
package browser
