package main

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// quiet is the width of the light border, in modules.
const quiet = 4

// qrCode draws text as a QR code, two modules in a character. Codes are dark on
// light, terminals often the other way round: with colour the drawing says
// which is which, without it takes a dark background for granted.
func qrCode(text string, colour bool) (string, error) {
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		return "", fmt.Errorf("draw a QR code: %w", err)
	}
	light := func(x, y int) bool { return !code.Black(x, y) } // so is everything outside
	var out strings.Builder
	for y := -quiet; y < code.Size+quiet; y += 2 {
		if colour {
			out.WriteString("\x1b[97;40m")
		}
		for x := -quiet; x < code.Size+quiet; x++ {
			switch upper, lower := light(x, y), light(x, y+1); {
			case upper && lower:
				out.WriteString("█")
			case upper:
				out.WriteString("▀")
			case lower:
				out.WriteString("▄")
			default:
				out.WriteString(" ")
			}
		}
		if colour {
			out.WriteString("\x1b[0m")
		}
		out.WriteString("\n")
	}
	return out.String(), nil
}
