package pool

import "strings"

// cssClasses are what a style of pages of version 1 may say something about.
// Source: the service's template of such a style.
var cssClasses = map[string]bool{
	"logo-customizable": true, "banner-customizable": true, "label-customizable": true, "textDescription-customizable": true,
	"idpDescription-customizable": true, "legalText-customizable": true, "submitButton-customizable": true,
	"submitButton-customizable:hover": true, "errorMessage-customizable": true, "inputField-customizable": true,
	"inputField-customizable:focus": true, "idpButton-customizable": true, "idpButton-customizable:hover": true,
	"socialButton-customizable": true, "redirect-customizable": true, "passwordCheck-notValid-customizable": true,
	"passwordCheck-valid-customizable": true, "background-customizable": true,
}

// CheckCSS returns InvalidParameter for a style that says anything but how
// things of cssClasses look, or that could load something or run it. A style
// ends up on the page where people type their passwords.
func CheckCSS(css string) error {
	text, ok := withoutComments(css)
	if !ok {
		return badCSS("a comment does not end")
	}
	if strings.Contains(css, "<") { // the end of the style, also inside of a comment
		return badCSS("it must not contain <")
	}
	if i := strings.IndexAny(text, `@\`); i >= 0 {
		return badCSS("it must not contain " + text[i:i+1])
	}
	for {
		selectors, rest, found := strings.Cut(text, "{")
		if !found {
			if strings.TrimSpace(selectors) != "" {
				return badCSS("a block is missing")
			}
			return nil
		}
		block, after, closed := strings.Cut(rest, "}")
		if !closed || strings.Contains(block, "{") {
			return badCSS("a block does not end")
		}
		if err := checkSelectors(selectors); err != nil {
			return err
		}
		if err := checkDeclarations(block); err != nil {
			return err
		}
		text = after
	}
}

func badCSS(why string) error { return E(InvalidParameter, "Invalid CSS: "+why+".") }

// withoutComments returns css without its comments, and whether they all end.
func withoutComments(css string) (string, bool) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(css, "/*")
		out.WriteString(before)
		if !found {
			return out.String(), true
		}
		if _, css, found = strings.Cut(rest, "*/"); !found {
			return "", false
		}
		out.WriteByte(' ')
	}
}

func checkSelectors(list string) error {
	for s := range strings.SplitSeq(list, ",") {
		s = strings.TrimSpace(s)
		if name, found := strings.CutPrefix(s, "."); !found || !cssClasses[name] {
			return badCSS("the class " + s + " is not supported")
		}
	}
	return nil
}

func checkDeclarations(block string) error {
	for d := range strings.SplitSeq(block, ";") {
		if d = strings.TrimSpace(d); d == "" {
			continue
		}
		name, text, found := strings.Cut(d, ":")
		name, text = strings.ToLower(strings.TrimSpace(name)), strings.ToLower(text)
		switch {
		case !found || !made(name, lower+digits+"-") || strings.TrimSpace(text) == "":
			return badCSS("a declaration is not a property and a value")
		case strings.Contains(text, "url(") || strings.Contains(text, "expression(") || strings.Contains(text, "image("),
			strings.Contains(text, "image-set(") || strings.Contains(text, "javascript:") || name == "behavior" || name == "-moz-binding":
			return badCSS("the value of " + name + " is not allowed")
		}
	}
	return nil
}
