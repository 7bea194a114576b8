package main

import (
	"strings"
	"testing"

	"rsc.io/qr"
)

// What is drawn is the code, module by module, in a light border.
func TestQRCode(t *testing.T) {
	t.Parallel()
	const text = "otpauth://totp/cenote:ada?secret=JBSWY3DPEHPK3PXP&issuer=cenote"
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	for _, colour := range []bool{false, true} {
		drawn, err := qrCode(text, colour)
		if err != nil {
			t.Fatal(err)
		}
		if colour != strings.Contains(drawn, "\x1b[97;40m") {
			t.Errorf("colour %v is not what was drawn", colour)
		}
		drawn = strings.NewReplacer("\x1b[97;40m", "", "\x1b[0m", "").Replace(drawn)
		lines := strings.Split(strings.TrimSuffix(drawn, "\n"), "\n")
		if want := (code.Size + 2*quiet + 1) / 2; len(lines) != want {
			t.Fatalf("%d lines, want %d", len(lines), want)
		}
		for row, line := range lines {
			cells := []rune(line)
			if len(cells) != code.Size+2*quiet {
				t.Fatalf("line %d has %d characters, want %d", row, len(cells), code.Size+2*quiet)
			}
			for column, cell := range cells {
				x, y := column-quiet, 2*row-quiet
				upper, lower := strings.ContainsRune("█▀", cell), strings.ContainsRune("█▄", cell)
				if upper == code.Black(x, y) || lower == code.Black(x, y+1) {
					t.Fatalf("%q at %d,%d is wrong", cell, column, row)
				}
			}
		}
	}
	if _, err := qrCode(strings.Repeat("long ", 1000), false); err == nil {
		t.Error("a text that is too long was drawn")
	}
}
