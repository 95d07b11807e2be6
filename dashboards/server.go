package dashboards

import (
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"qingfeng/dashboards/assets"
	"qingfeng/dashboards/templates"
	"qingfeng/internal/integrity"
)

// The largest body that is read, in bytes: of an upload, and of anything else.
const (
	uploadLimit = 64 << 20
	bodyLimit   = 1 << 20
)

type server struct {
	Config
	templates *templates.Set
	routes    []route
	runs      runs
	tasks     tasks
}

// New returns the application with all its routes, or an error naming what the
// configuration lacks or which template is wrong. It does not listen.
func New(cfg Config) (*fiber.App, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	set, err := templates.New(assets.URL)
	if err != nil {
		return nil, fmt.Errorf("dashboards: %w", err)
	}
	s := &server{Config: cfg, templates: set, runs: runs{now: cfg.Now, timeout: cfg.UploadTimeout, load: cfg.Imports.Import}}
	s.routes = s.table()
	for i, r := range s.routes {
		found, ok := rightsOf(r.path)
		if !ok {
			return nil, fmt.Errorf("dashboards: %w: nobody is given the right to %s", integrity.ErrInvalid, r.path)
		}
		s.routes[i].rights = found
	}
	app := fiber.New(fiber.Config{
		AppName:               "qingfeng",
		Immutable:             true, // strings of a request outlive it in answers that are kept
		DisableStartupMessage: true,
		ErrorHandler:          s.handleError,
		BodyLimit:             bodyLimit,
		ReadBufferSize:        16 << 10, // header and address
		ReadTimeout:           10 * time.Second,
		WriteTimeout:          time.Minute,
		IdleTimeout:           time.Minute,
		Concurrency:           20_000,
	})
	app.Server().HeaderReceived = func(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
		if h.IsPost() && isUpload(string(h.RequestURI())) {
			return fasthttp.RequestConfig{ReadTimeout: 5 * time.Minute, WriteTimeout: cfg.UploadTimeout, MaxRequestBodySize: uploadLimit + bodyLimit} // the files and the form around them
		}
		return fasthttp.RequestConfig{}
	}
	app.Use(s.guard)
	for _, r := range s.routes {
		app.Add(r.method, r.path, s.handler(r))
		if r.method == fiber.MethodGet {
			app.Add(fiber.MethodHead, r.path, s.handler(r))
		}
	}
	app.Hooks().OnShutdown(func() error {
		s.runs.stop()
		return nil
	})
	return app, nil
}

// isUpload reports whether an address takes files.
func isUpload(uri string) bool {
	path, _, _ := strings.Cut(uri, "?")
	return path == "/imports" || path == "/api/v1/imports"
}
