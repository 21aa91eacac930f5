package cli

import (
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

const (
	// usualPort is where hobnob serves when nothing else is said.
	usualPort = "4626"

	// maxHost is the longest name of a host, in bytes (RFC 1035, section 2.3.4).
	maxHost = 253

	// codeLetters is what an invite code has beside its dashes.
	codeLetters = 20

	// maxCode is more than any invite code has, in bytes.
	maxCode = 64
)

// canonical writes a server's address in one way. A bare name is reached with
// TLS, this machine without; the port is hobnob's own where none is said and no
// scheme either. What it returns is safe to print, and to paste into a shell.
func canonical(typed string) (string, error) {
	broken := exit.New(exit.Usage, "write it as https://chat.example.com, or as the whole join link", "%q is not a server's address", chat.SanitizeLine(typed))
	bare := !strings.Contains(typed, "://")
	if bare {
		typed = "https://" + typed
	}
	u, err := url.Parse(typed)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil {
		return "", broken
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if strings.ContainsFunc(host, func(r rune) bool { return r >= 0x80 }) {
		// Which ASCII name it stands for is for its owner to say: many scripts
		// have letters that look alike.
		return "", exit.New(exit.Usage, "its owner knows the name in ASCII letters, which begins with xn--",
			"%q is not a server's address: the name of its host has letters outside ASCII", chat.SanitizeLine(typed))
	}
	if !plausibleHost(host) || !plausiblePort(port) {
		return "", broken
	}
	if bare && local(host) {
		u.Scheme = "http"
	}
	if bare && port == "" {
		port = usualPort
	}
	if (u.Scheme == "http" && port == "80") || (u.Scheme == "https" && port == "443") {
		port = ""
	}
	switch {
	case port != "":
		host = net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		host = "[" + host + "]"
	}
	return u.Scheme + "://" + host, nil
}

// plausibleHost tells whether this can be the name or the IP of a host: letters,
// digits, dots, dashes and underscores, or an IPv6 address.
func plausibleHost(host string) bool {
	if strings.Contains(host, ":") {
		return net.ParseIP(host) != nil
	}
	return host != "" && len(host) <= maxHost && only(host, ".-_")
}

func plausiblePort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || (err == nil && n > 0)
}

// only tells whether s has nothing but ASCII letters, digits and those of also.
func only(s, also string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		letter := (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z')
		return !letter && (r < '0' || r > '9') && !strings.ContainsRune(also, r)
	})
}

// parseLink takes a join link apart.
func parseLink(link string) (server, code string, err error) {
	broken := exit.New(exit.Usage, "it looks like https://chat.example.com/join/7Q4XR-0M2NB-QZ8FA-9TKDW",
		"%q is not a join link", chat.SanitizeLine(link))
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil || u.Host == "" {
		return "", "", broken
	}
	code, ok := strings.CutPrefix(u.Path, "/join/")
	if !ok || code == "" || len(code) > maxCode || !only(code, "-") {
		return "", "", broken
	}
	server, err = canonical(u.Scheme + "://" + u.Host)
	if err != nil {
		return "", "", broken
	}
	return server, code, nil
}

// typedLink is parseLink for what a person typed: without a scheme its address is
// one as login takes it. A code that was not copied whole is found here, before
// anybody is asked anything.
func typedLink(typed string) (server, code string, err error) {
	typed = strings.TrimSpace(typed)
	if isCode(strings.TrimPrefix(strings.TrimPrefix(typed, "/"), "join/")) {
		return "", "", exit.New(exit.Usage, "give the whole link, such as https://chat.example.com/join/"+typed[strings.LastIndex(typed, "/")+1:],
			"the address before the code is missing: %q is only the end of a join link", typed)
	}
	if !strings.Contains(typed, "://") {
		if host, rest, ok := strings.Cut(typed, "/"); ok {
			if server, err := canonical(host); err == nil {
				typed = server + "/" + rest
			}
		}
	}
	server, code, err = parseLink(typed)
	if letters := len(strings.ReplaceAll(code, "-", "")); err == nil && letters != codeLetters {
		return "", "", exit.New(exit.Usage, "copy all of it; it looks like "+server+"/join/7Q4XR-0M2NB-QZ8FA-9TKDW",
			"that join link is not whole: its code has %d letters and digits, and each has %d", letters, codeLetters)
	}
	return server, code, err
}

// isCode tells whether somebody gave the code of an invite alone.
func isCode(s string) bool {
	return len(strings.ReplaceAll(s, "-", "")) == codeLetters && only(s, "-")
}

// local tells whether a host is this machine.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// inClear tells whether others on the way could read what is said to a server.
func inClear(server string) bool {
	u, err := url.Parse(server)
	return err == nil && u.Scheme == "http" && !local(u.Hostname())
}
