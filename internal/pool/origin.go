package pool

import (
	"net/netip"
	"strings"
)

// Origin is whence a request came, as far as that is known.
type Origin struct {
	Address string // IP address; "" if unknown
	Agent   string // User-Agent; "" if there was none
	// Told is the address that a server says it acts for; "" if it does not
	// say. Client.Origin says whether that is believed.
	Told string
}

// Origin returns o with the address that counts for requests of c: the one
// that is told, where the client is a server that proves itself and was set up
// to tell (EnablePropagateAdditionalUserContextData).
func (c *Client) Origin(o Origin) Origin {
	if o.Told != "" && c.PropagateUserContext && c.Confidential() {
		o.Address = o.Told
	}
	o.Told = ""
	return o
}

// products are programs by the mark that they leave in a User-Agent, those that
// also leave another's mark before it.
var products = []struct{ mark, name string }{
	{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"EdgiOS/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"},
	{"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"HeadlessChrome/", "Chrome"}, {"Chrome/", "Chrome"},
	{"Version/", "Safari"}, {"okhttp/", "okhttp"}, {"Dart/", "Dart"}, {"Boto3/", "Boto3"}, {"Botocore/", "Botocore"},
	{"aws-cli/", "AWS CLI"}, {"aws-sdk-js/", "AWS SDK for JavaScript"}, {"aws-sdk-go-v2/", "AWS SDK for Go"},
	{"curl/", "curl"}, {"node", "Node.js"},
}

// systems are operating systems in the same way.
var systems = []struct{ mark, name string }{
	{"Windows", "Windows"}, {"iPhone", "iOS"}, {"iPad", "iPadOS"}, {"Android", "Android"}, {"CrOS", "ChromeOS"},
	{"Mac OS X", "macOS"}, {"Darwin", "macOS"}, {"darwin", "macOS"}, {"macos", "macOS"}, {"Linux", "Linux"}, {"linux", "Linux"},
}

// UnknownDevice is what a User-Agent says that is none, or one of nothing known.
const UnknownDevice = "unknown"

// DeviceName says what sent a User-Agent, for people: a program with its major
// version and an operating system, as far as either can be told, or UnknownDevice.
func DeviceName(agent string) string {
	program, version, system := device(agent)
	return joined(strings.TrimSpace(program+" "+version), system)
}

// DeviceKind is DeviceName without the version, which changes by itself.
func DeviceKind(agent string) string {
	program, _, system := device(agent)
	return joined(program, system)
}

func device(agent string) (program, version, system string) {
	for _, p := range products {
		if _, after, ok := strings.Cut(agent, p.mark); ok {
			program, version = p.name, major(after)
			break
		}
	}
	for _, s := range systems {
		if strings.Contains(agent, s.mark) {
			system = s.name
			break
		}
	}
	return program, version, system
}

func joined(program, system string) string {
	switch {
	case program != "" && system != "":
		return program + ", " + system
	case program == "" && system == "":
		return UnknownDevice
	}
	return program + system
}

// major returns the digits that text begins with, up to four.
func major(text string) string {
	n := 0
	for n < len(text) && n < 4 && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return text[:n]
}

// Network is the network that an address is one of, as far as that tells one
// place from another: the first 24 bits of IPv4, the first 48 of IPv6, which is
// what a household or an office gets. "" for text that is no address.
func Network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	bits := 48
	if a = a.Unmap(); a.Is4() {
		bits = 24
	}
	p, err := a.WithZone("").Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}
