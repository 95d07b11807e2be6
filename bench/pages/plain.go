package pages

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"sync"
	"time"
)

// plain serves, for each page, the least that draws the same charts: the library and the
// options, and a line of script.
type plain struct {
	mu      sync.Mutex
	options []string
	library []byte
}

// token is a colour that the product's script fills in; the plain page has none of it.
var token = regexp.MustCompile(`"var\(--[a-z0-9-]+\)"`)

func (p *plain) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/echarts.min.js" {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(p.library)
		return
	}
	var b bytes.Buffer
	b.WriteString(`<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>plain</title><script src="echarts.min.js"></script><main>`)
	p.mu.Lock()
	for i, option := range p.options {
		fmt.Fprintf(&b, `<h2>%d</h2><div class="chart" id="c%d" style="height:320px"></div><script type="application/json" data-chart="c%d">%s</script>`,
			i+1, i, i, token.ReplaceAllString(option, `"#456"`))
	}
	p.mu.Unlock()
	b.WriteString(`</main><script>document.querySelectorAll("script[data-chart]").forEach(function(s){
echarts.init(document.getElementById(s.dataset.chart),null,{renderer:"svg"}).setOption(JSON.parse(s.textContent))})</script></html>`)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}

func (p *plain) show(options []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.options = options
}

// listen serves on loopback until stop.
func (p *plain) listen(ctx context.Context) (address string, stop func(), err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: p, ReadHeaderTimeout: time.Second}
	done := make(chan struct{})
	go func() {
		_ = server.Serve(listener) // ends with the Close below
		close(done)
	}()
	return "http://" + listener.Addr().String() + "/", func() {
		_ = server.Close()
		<-done
	}, nil
}
