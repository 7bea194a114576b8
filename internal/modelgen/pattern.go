package main

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	javaSpace  = `\t\n\v\f\r ` // \s, for use inside a class
	javaNoLine = `[^\n\r\x{85}\x{2028}\x{2029}]`
)

// translate returns a Go expression that matches a whole value exactly when
// Java's Pattern.matches does. Differences between the dialects: \s has the
// vertical tab in Java, the dot stops at five line ends instead of one, and
// anchors add nothing as the whole value has to match anyway.
func translate(pattern string) (string, error) {
	expr, ok := rewrites[pattern]
	if !ok {
		var err error
		if expr, err = translateDialect(pattern); err != nil {
			return "", fmt.Errorf("pattern %s: %w", pattern, err)
		}
	}
	if _, err := regexp.Compile(`\A(?:` + expr + `)\z`); err != nil {
		return "", fmt.Errorf("pattern %s: %w", pattern, err)
	}
	return expr, nil
}

func translateDialect(pattern string) (string, error) {
	rest := strings.TrimSuffix(strings.TrimPrefix(pattern, "^"), "$")
	rest, dotAll := strings.CutPrefix(rest, "(?s)")
	rest = strings.ReplaceAll(rest, `[\S]`, `[^`+javaSpace+`]`)
	var b strings.Builder
	if dotAll {
		b.WriteString("(?s)")
	}
	inClass := false
	for i := 0; i < len(rest); i++ {
		c := rest[i]
		switch {
		case c == '\\' && i+1 < len(rest):
			i++
			escaped, err := translateEscape(rest[i], inClass)
			if err != nil {
				return "", err
			}
			b.WriteString(escaped)
		case c == '.' && !inClass && !dotAll:
			b.WriteString(javaNoLine)
		case (c == '^' || c == '$') && !inClass:
			return "", fmt.Errorf("an anchor in the middle")
		default:
			inClass = c == '[' || inClass && c != ']'
			b.WriteByte(c)
		}
	}
	return b.String(), nil
}

func translateEscape(c byte, inClass bool) (string, error) {
	switch {
	case c == 's' && inClass:
		return javaSpace, nil
	case c == 's' || c == 'S':
		return "", fmt.Errorf(`\%c is not known here`, c)
	}
	return `\` + string(c), nil
}
