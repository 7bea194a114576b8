package pool

import (
	"bytes"
	"encoding/base64"
	"net/http"
)

// AllClients stands for a client's ID where something is set for all clients
// that have nothing of their own.
const AllClients = "ALL"

// maxLogo is how many bytes the image on the pages of version 1 has.
const maxLogo = 100 << 10

// PageLook is how the pages of version 1 look.
type PageLook struct {
	CSS  string
	Logo []byte // PNG or JPEG
}

// Check returns InvalidParameter for a look that pages must not have.
func (l *PageLook) Check() error {
	if err := CheckCSS(l.CSS); err != nil {
		return err
	}
	switch {
	case len(l.Logo) > maxLogo:
		return E(InvalidParameter, "The image file must not be larger than 100 KB.")
	case len(l.Logo) > 0 && l.logoType() == "":
		return E(InvalidParameter, "The image file must be a PNG or JPEG image.")
	}
	return nil
}

// logoType is the media type of the image, or "".
func (l *PageLook) logoType() string {
	switch t := http.DetectContentType(l.Logo); t {
	case "image/png", "image/jpeg":
		return t
	}
	return ""
}

// LogoURL is an address of the image that leads to itself, or "".
func (l *PageLook) LogoURL() string {
	if len(l.Logo) == 0 {
		return ""
	}
	return "data:" + l.logoType() + ";base64," + base64.StdEncoding.EncodeToString(l.Logo)
}

// imageType reports whether data looks like an image of a kind that an asset
// may have.
func imageType(extension string, data []byte) bool {
	switch extension {
	case "SVG":
		return bytes.Contains(data, []byte("<svg"))
	case "ICO":
		return http.DetectContentType(data) == "image/x-icon"
	case "JPEG":
		return http.DetectContentType(data) == "image/jpeg"
	case "PNG":
		return http.DetectContentType(data) == "image/png"
	case "WEBP":
		return http.DetectContentType(data) == "image/webp"
	}
	return false
}
