package pool

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// maxBrandingSize is how many bytes settings and assets have together. Source:
// the service's documentation of CreateManagedLoginBranding.
const maxBrandingSize = 2 << 20

// Branding is how the pages of version 2 look for one client.
type Branding struct {
	Defaults bool            // UseCognitoProvidedValues: the look that comes with the server
	Settings json.RawMessage `json:",omitempty"` // an object, or nil
	Assets   []Asset
}

// Asset is an image on the pages.
type Asset struct {
	Category   string
	ColorMode  string
	Extension  string
	Bytes      []byte
	ResourceID string
}

// Check returns InvalidParameter for a look that pages cannot have.
func (b *Branding) Check() error {
	if b.Defaults && (b.Settings != nil || len(b.Assets) > 0) {
		return E(InvalidParameter, "UseCognitoProvidedValues cannot be used together with Settings or Assets.")
	}
	if s := bytes.TrimSpace(b.Settings); len(s) > 0 && s[0] != '{' {
		return E(InvalidParameter, "Settings must be a JSON object.")
	}
	if len(b.Assets) > maxAssets {
		return E(InvalidParameter, fmt.Sprintf("A branding style can have up to %d assets.", maxAssets))
	}
	size := len(b.Settings)
	seen := map[string]bool{}
	for _, a := range b.Assets {
		size += len(a.Bytes)
		if (len(a.Bytes) == 0) == (a.ResourceID == "") {
			return E(InvalidParameter, "The asset "+a.Category+" must have either Bytes or a ResourceId.")
		}
		if len(a.Bytes) > 0 && !imageType(a.Extension, a.Bytes) {
			return E(InvalidParameter, "The asset "+a.Category+" is not an image of type "+a.Extension+".")
		}
		key := a.Category + " " + a.ColorMode + " " + a.ResourceID
		if seen[key] {
			return E(InvalidParameter, "The asset "+a.Category+" is given more than once for "+a.ColorMode+".")
		}
		seen[key] = true
	}
	if size > maxBrandingSize {
		return E(InvalidParameter, "A branding style must not be larger than 2 MB.")
	}
	return nil
}
