package printed

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// mostNumber bounds what a formula gives.
const mostNumber = 1_000_000

// Number works out a formula: numbers, $1 for the first argument of the run, + - * / and
// brackets.
func Number(formula string, args []string) (int, error) {
	p := &formulaParser{rest: formula, args: args}
	n, err := p.sum()
	if err == nil && p.next() != 0 {
		err = fmt.Errorf("%q is left over", p.rest)
	}
	if err == nil && (n > mostNumber || n < -mostNumber) {
		err = fmt.Errorf("it gives %d", n)
	}
	return n, err
}

// formulaParser reads a formula from the left.
type formulaParser struct {
	rest string
	args []string
}

// next is the character that comes next, 0 at the end.
func (p *formulaParser) next() byte {
	if p.rest = strings.TrimLeft(p.rest, " "); p.rest == "" {
		return 0
	}
	return p.rest[0]
}

func (p *formulaParser) sum() (int, error) {
	n, err := p.product()
	for err == nil && (p.next() == '+' || p.next() == '-') {
		sign := 1
		if p.next() == '-' {
			sign = -1
		}
		p.rest = p.rest[1:]
		var m int
		m, err = p.product()
		n += sign * m
	}
	return n, err
}

func (p *formulaParser) product() (int, error) {
	n, err := p.factor()
	for err == nil && (p.next() == '*' || p.next() == '/') {
		divides := p.next() == '/'
		p.rest = p.rest[1:]
		var m int
		switch m, err = p.factor(); {
		case err != nil:
		case divides && m == 0:
			err = errors.New("it divides by 0")
		case divides:
			n /= m
		default:
			n *= m
		}
	}
	return n, err
}

func (p *formulaParser) factor() (int, error) {
	c := p.next()
	if c == '(' {
		p.rest = p.rest[1:]
		n, err := p.sum()
		if err == nil && p.next() != ')' {
			err = errors.New("a bracket is not closed")
		}
		if err == nil {
			p.rest = p.rest[1:]
		}
		return n, err
	}
	if c == '$' {
		p.rest = p.rest[1:]
	}
	digits := 0
	for digits < len(p.rest) && p.rest[digits] >= '0' && p.rest[digits] <= '9' {
		digits++
	}
	n, err := strconv.Atoi(p.rest[:digits])
	if err != nil || n > mostNumber {
		return 0, fmt.Errorf("%q is no number", p.rest)
	}
	p.rest = p.rest[digits:]
	if c != '$' {
		return n, nil
	}
	if n < 1 || n > len(p.args) {
		return 0, fmt.Errorf("there is no argument $%d", n)
	}
	v, err := strconv.Atoi(p.args[n-1])
	if err != nil || v > mostNumber || v < -mostNumber {
		return 0, fmt.Errorf("argument $%d, %q, is no number", n, p.args[n-1])
	}
	return v, nil
}
