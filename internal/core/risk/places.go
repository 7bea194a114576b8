package risk

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// Place is where an address is, about.
type Place struct {
	Latitude, Longitude float64 // degrees
	Country, City       string  // "" if the list does not say
}

// Places says where addresses are. A line of its file is
//
//	network,latitude,longitude,country,city
//
// with the network in CIDR notation; country and city may be left out. Networks
// do not overlap, and are sorted by their addresses, IPv4 before IPv6. A nil
// Places knows none.
type Places struct {
	lines *lines
	file  *os.File
}

// OpenPlaces opens a list. It looks at its ends alone.
func OpenPlaces(path string) (*Places, error) {
	l, file, err := openLines(path)
	if err != nil {
		return nil, err
	}
	first, last, err := l.ends()
	if err == nil {
		err = checkPlaces(first, last)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("list of places %s: %w", path, err), file.Close())
	}
	return &Places{l, file}, nil
}

func checkPlaces(first, last []byte) error {
	a, _, err := parsePlace(first)
	if err != nil {
		return err
	}
	b, _, err := parsePlace(last)
	if err == nil && b.Addr().Less(a.Addr()) {
		err = errors.New("the lines are not sorted")
	}
	return err
}

// Find returns where an address is; false if that is not known.
func (p *Places) Find(address string) (Place, bool, error) {
	a, err := netip.ParseAddr(address)
	if p == nil || err != nil {
		return Place{}, false, nil
	}
	a = a.Unmap().WithZone("")
	var place Place
	line, err := p.lines.search(func(line []byte) (int, error) {
		network, found, err := parsePlace(line)
		if err != nil {
			return 0, err
		}
		if network.Contains(a) {
			place = found
			return 0, nil
		}
		return a.Compare(network.Addr()), nil
	})
	if err != nil {
		return Place{}, false, fmt.Errorf("look for the place of an address: %w", err)
	}
	return place, line != nil, nil
}

// Close closes the file.
func (p *Places) Close() error {
	if p == nil {
		return nil
	}
	return p.file.Close()
}

var errPlace = errors.New("a line is not network,latitude,longitude,country,city")

func parsePlace(line []byte) (netip.Prefix, Place, error) {
	fields := bytes.SplitN(line, []byte(","), 5)
	if len(fields) < 3 {
		return netip.Prefix{}, Place{}, errPlace
	}
	network, err := netip.ParsePrefix(string(fields[0]))
	if err != nil {
		return netip.Prefix{}, Place{}, errPlace
	}
	var p Place
	if p.Latitude, err = degrees(fields[1], 90); err != nil {
		return netip.Prefix{}, Place{}, err
	}
	if p.Longitude, err = degrees(fields[2], 180); err != nil {
		return netip.Prefix{}, Place{}, err
	}
	if len(fields) > 3 {
		p.Country = name(fields[3])
	}
	if len(fields) > 4 {
		p.City = name(fields[4])
	}
	return network.Masked(), p, nil
}

func degrees(text []byte, most float64) (float64, error) {
	d, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(math.Abs(d) <= most) {
		return 0, errPlace
	}
	return d, nil
}

// name is a text as it may stand in JSON and in a mail.
func name(text []byte) string {
	return strings.Trim(strings.ToValidUTF8(string(text), ""), `" `)
}

// earth is its radius in km.
const earth = 6371

// distance is how far two places are apart, in km, over the ground.
func distance(a, b Place) float64 {
	const degree = math.Pi / 180
	lat, long := (b.Latitude-a.Latitude)*degree/2, (b.Longitude-a.Longitude)*degree/2
	h := math.Pow(math.Sin(lat), 2) + math.Cos(a.Latitude*degree)*math.Cos(b.Latitude*degree)*math.Pow(math.Sin(long), 2)
	return 2 * earth * math.Asin(math.Sqrt(min(1, h)))
}
