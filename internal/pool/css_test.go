package pool

import (
	"strings"
	"testing"
)

func TestCheckCSS(t *testing.T) {
	t.Parallel()
	const block = " { color: red; }"
	for _, tt := range []struct{ name, css, want string }{
		{"nothing", "", ""},
		{"white space and a comment", " \n/* .body { } */\n", ""},
		{"two classes, one of them while a mouse is over it", ".label-customizable, .submitButton-customizable:hover" + block, ""},
		{"a block without declarations", ".logo-customizable {}", ""},
		{"a declaration without its semicolon", ".logo-customizable { max-width: 60%; max-height: 30px }", ""},
		{"an element", "body" + block, "the class body is not supported"},
		{"a class of nobody's", ".other" + block, "the class .other is not supported"},
		{"a class inside of another", ".label-customizable .logo-customizable" + block, "the class .label-customizable .logo-customizable is not supported"},
		{"an import", "@import 'https://evil.example';", "it must not contain @"},
		{"the end of the style", "</style><script>", "it must not contain <"},
		{"the end of the style in a comment", "/* </style> */", "it must not contain <"},
		{"an escape", `.label-customizable { background: \75rl(x) }`, `it must not contain \`},
		{"an address", ".label-customizable { background: URL (x) url(https://evil.example/a.png) }", "the value of background is not allowed"},
		{"an old way to run something", ".label-customizable { width: expression(alert(1)) }", "the value of width is not allowed"},
		{"another", ".label-customizable { BEHAVIOR: x }", "the value of behavior is not allowed"},
		{"no value", ".label-customizable { color }", "a declaration is not a property and a value"},
		{"a property that is none", ".label-customizable { co lor: red }", "a declaration is not a property and a value"},
		{"a comment without an end", "/* .label-customizable" + block, "a comment does not end"},
		{"a block without an end", ".label-customizable { color: red", "a block does not end"},
		{"a block in a block", ".label-customizable { .logo-customizable { color: red } }", "a block does not end"},
		{"a class without a block", ".label-customizable", "a block is missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := CheckCSS(tt.css)
			if tt.want == "" {
				if err != nil {
					t.Errorf("CheckCSS = %v, want nil", err)
				}
				return
			}
			wantError(t, err, InvalidParameter, "Invalid CSS: "+tt.want+".")
		})
	}
}

// A style that passes has nothing in it that leaves the style or loads
// anything, and passes again without its comments.
func FuzzCheckCSS(f *testing.F) {
	for _, css := range []string{
		"", ".logo-customizable { max-width: 60% }", ".a/**/{}", ".logo-customizable{color:u/**/rl(x)}", ".logo-customizable {;:}", "/*/", "}{", "\x00",
	} {
		f.Add(css)
	}
	f.Fuzz(func(t *testing.T, css string) {
		if CheckCSS(css) != nil {
			return
		}
		text, ok := withoutComments(css)
		if !ok || strings.Contains(css, "<") || strings.ContainsAny(text, `@\`) || strings.Contains(strings.ToLower(text), "url(") {
			t.Errorf("%q passed", css)
		}
		if err := CheckCSS(text); err != nil {
			t.Errorf("%q passed, and %q did not: %v", css, text, err)
		}
	})
}
