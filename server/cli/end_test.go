package cli

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"time"
)

// TestCloseAnswersWhoPolls: a client that polls hears that the server goes, and
// nobody waits for it or cuts it off.
func TestCloseAnswersWhoPolls(t *testing.T) {
	var log bytes.Buffer
	h, err := start(t.Context(), defaults(t), "test", &log)
	if err != nil {
		t.Fatal(err)
	}
	url := h.url + "/socket.io/?EIO=4&transport=polling"
	wrote := make(chan struct{}, 16)
	get := func(url string) (string, error) {
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
			WroteRequest: func(httptrace.WroteRequestInfo) { wrote <- struct{}{} },
		})
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return "", err
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return "", err
		}
		defer func() { _ = resp.Body.Close() }()
		b, err := io.ReadAll(resp.Body)
		return string(b), err
	}
	open, err := get(url)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(open, `"sid":"`)
	sid, _, _ := strings.Cut(rest, `"`)
	polled := make(chan string, 1)
	go func() {
		body, err := get(url + "&sid=" + sid)
		if err != nil {
			body = err.Error()
		}
		polled <- body
	}()
	<-wrote
	<-wrote
	for range 5 { // by then it waits; were it late, it would get no answer at all
		if _, err := get(h.url + "/healthz"); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.close(t.Context()); err != nil {
		t.Error(err)
	}
	if body := <-polled; body != "1" && !strings.Contains(body, "refused") && !strings.Contains(body, "EOF") {
		t.Errorf("who polled was answered %q", body)
	}
	if strings.Contains(log.String(), "cut off") {
		t.Error(log.String())
	}
}

// TestCloseWaitsForNobody: those who went without a word, or have not said one, hold
// up no end.
func TestCloseWaitsForNobody(t *testing.T) {
	var log bytes.Buffer
	h, err := start(t.Context(), defaults(t), "test", &log)
	if err != nil {
		t.Fatal(err)
	}
	addr := strings.TrimPrefix(h.url, "http://")
	silent, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	resp, err := http.Get(h.url + "/socket.io/?EIO=4&transport=polling") // and never again
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := h.close(t.Context()); err != nil {
		t.Error(err)
	}
	// Each would cost a second at least.
	if d := time.Since(began); d > 900*time.Millisecond || strings.Contains(log.String(), "cut off") {
		t.Errorf("it took %v: %s", d, log.String())
	}
	if _, err := silent.Read(make([]byte, 1)); err == nil {
		t.Error("something was said to who said nothing")
	}
}
