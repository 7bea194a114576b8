package main

import "testing"

func TestTranslate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, java, want string }{
		{"anchors go", `^[a-z]+$`, `[a-z]+`},
		{"white space in a class", `[\w\s]+`, `[\w\t\n\v\f\r ]+`},
		{"all but white space", `[\S]+`, `[^\t\n\v\f\r ]+`},
		{"a dot stops at line ends", `a.\.[.]`, `a[^\n\r\x{85}\x{2028}\x{2029}]\.[.]`},
		{"a dot that stops nowhere", `(?s).*`, `(?s).*`},
		{"a look-behind has its rewrite", `^[0-9A-Za-z\.\-_]*(?<!\.)$`, `(?:[0-9A-Za-z.\-_]*[0-9A-Za-z\-_])?`},
	} {
		if got, err := translate(tt.java); err != nil || got != tt.want {
			t.Errorf("%s: translate(%s) = %s, %v, want %s", tt.name, tt.java, got, err, tt.want)
		}
	}
}

func TestTranslateRefuses(t *testing.T) {
	t.Parallel()
	for _, java := range []string{`a(?!b)`, `(a)\1`, `[a`, `a\s`, `[a\S]`, `a|^b`} {
		if got, err := translate(java); err == nil {
			t.Errorf("translate(%s) = %s, want an error", java, got)
		}
	}
}
