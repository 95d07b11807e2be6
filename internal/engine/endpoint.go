package engine

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// Login is the name and password of one user of the engine.
type Login struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

// Endpoint says where a running engine answers (plain HTTP on the loopback
// interface) and with which secrets. It stays the same when the engine is
// restarted after a crash. Printing or logging it shows the address only.
type Endpoint struct {
	Addr    string `json:"addr"`    // 127.0.0.1:port
	Native  string `json:"native"`  // the same for the native protocol; empty unless Config.Native
	Key     string `json:"key"`     // value of the header HeaderName
	Writer  Login  `json:"writer"`  // may change the databases named qingfeng…
	Reader  Login  `json:"reader"`  // may only SELECT from them, under limits
	Backups string `json:"backups"` // the directory BACKUP and RESTORE may use
}

// Headers are the HTTP headers that every request to the engine must carry.
func (e Endpoint) Headers() map[string]string {
	return map[string]string{HeaderName: e.Key}
}

// String returns the address, so that a printed endpoint tells no secret.
func (e Endpoint) String() string { return e.Addr }

// GoString returns the address, so that a printed endpoint tells no secret.
func (e Endpoint) GoString() string { return e.Addr }

// LogValue returns the address, so that a logged endpoint tells no secret.
func (e Endpoint) LogValue() slog.Value { return slog.StringValue(e.Addr) }

// newEndpoint returns an endpoint without an address and with fresh secrets of
// 256 bits each.
func newEndpoint(backups string) Endpoint {
	secret := func() string {
		var b [32]byte
		rand.Read(b[:]) // never fails: it ends the program instead
		return hex.EncodeToString(b[:])
	}
	return Endpoint{
		Key:     secret(),
		Writer:  Login{User: "writer", Password: secret()},
		Reader:  Login{User: "reader", Password: secret()},
		Backups: backups,
	}
}

// pingClient has no proxy and keeps no connection: it speaks to an engine that
// may just have died.
var pingClient = &http.Client{
	Transport: &http.Transport{DisableKeepAlives: true},
	Timeout:   2 * time.Second,
}

// ping asks the engine one query as the writer and returns nil when it has
// answered it.
func (e Endpoint) ping(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+e.Addr+"/", strings.NewReader("SELECT 1"))
	if err != nil {
		return fmt.Errorf("ask the engine: %w", err)
	}
	req.SetBasicAuth(e.Writer.User, e.Writer.Password)
	req.Header.Set(HeaderName, e.Key)
	resp, err := pingClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask the engine: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1024))
	if err != nil {
		return fmt.Errorf("ask the engine: %w", err)
	}
	if resp.StatusCode != http.StatusOK || strings.TrimSpace(string(body)) != "1" {
		return fmt.Errorf("ask the engine: status %d", resp.StatusCode)
	}
	return nil
}
