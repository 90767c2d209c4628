// Package junit has the elements of JUnit XML, as far as the readers of CI systems agree on
// them.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"
)

// Suites is the root element.
type Suites struct {
	XMLName xml.Name `xml:"testsuites"`
	Suites  []*Suite `xml:"testsuite"`
}

// Suite counts its cases.
type Suite struct {
	Name       string      `xml:"name,attr"`
	Tests      int         `xml:"tests,attr"`
	Failures   int         `xml:"failures,attr"`
	Errors     int         `xml:"errors,attr"`
	Skipped    *int        `xml:"skipped,attr,omitempty"` // nil: none can be
	Time       string      `xml:"time,attr,omitempty"`    // in seconds
	Properties *Properties `xml:"properties,omitempty"`
	Cases      []Case      `xml:"testcase"`
	Out        string      `xml:"system-out,omitempty"`
}

// Properties are those of a suite.
type Properties struct {
	List []Property `xml:"property"`
}

// Property says something of a suite.
type Property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

// Case passes if it has no failure, no error, and is not skipped.
type Case struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	Time    string   `xml:"time,attr"` // in seconds
	Failure *Problem `xml:"failure,omitempty"`
	Error   *Problem `xml:"error,omitempty"`
	Skipped *Skipped `xml:"skipped,omitempty"`
	Out     string   `xml:"system-out,omitempty"`
}

// Problem is why a case does not pass.
type Problem struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

// Skipped is why a case was not looked at.
type Skipped struct {
	Message string `xml:"message,attr"`
}

// Write writes the document.
func (s *Suites) Write(w io.Writer) error {
	b, err := xml.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, b)
	return err
}
