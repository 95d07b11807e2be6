package dashboards

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/assets"
	"qingfeng/internal/integrity"
)

// The content security policies: of everything, and of a report file, which carries its
// styles and pictures within itself and may do nothing.
const (
	pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	reportPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; base-uri 'none'; frame-ancestors 'none'"
)

const requestIDKey = "request_id"

const viewerKey = "viewer"

// operator is whoever reaches this machine while there are no accounts.
func operator(*fiber.Ctx) integrity.Principal {
	return integrity.Principal{Role: integrity.RoleInspector, Name: "本机用户", Local: true}
}

// principal is on whose behalf a request asks, as Config.Viewer said when it came in; before
// that it is nobody.
func principal(c *fiber.Ctx) integrity.Principal {
	who, _ := c.Locals(viewerKey).(integrity.Principal)
	return who
}

// guard numbers the request, sets the headers that every answer carries, and refuses
// foreign hosts and writes that another site caused.
func (s *server) guard(c *fiber.Ctx) (err error) {
	setHeaders(c, requestID(c))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if !s.knownHost(string(c.Request().Host())) {
		return fiber.NewError(fiber.StatusMisdirectedRequest, "unknown host")
	}
	if crossOrigin(c) {
		return fiber.NewError(fiber.StatusForbidden, "requests from other sites are refused")
	}
	c.Locals(viewerKey, s.Viewer(c))
	return c.Next()
}

func setHeaders(c *fiber.Ctx, id string) {
	c.Set(fiber.HeaderContentSecurityPolicy, pagePolicy)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderXFrameOptions, "DENY")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set(fiber.HeaderPermissionsPolicy, "camera=(), geolocation=(), microphone=()")
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderXRequestID, id)
}

func (s *server) knownHost(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	return slices.ContainsFunc(s.Hosts, func(known string) bool { return strings.EqualFold(known, name) })
}

// crossOrigin reports whether a browser says that another site caused a write.
func crossOrigin(c *fiber.Ctx) bool {
	header := http.Header{}
	for _, name := range []string{"Sec-Fetch-Site", "Origin"} {
		if v := c.Get(name); v != "" {
			header.Set(name, v)
		}
	}
	host := string(c.Request().Host())
	r := &http.Request{Method: c.Method(), Header: header, Host: host, URL: &url.URL{Path: c.Path()}}
	return http.NewCrossOriginProtection().Check(r) != nil
}

// requestID is the number under which an answer and its lines in the log are found,
// given at the first question.
func requestID(c *fiber.Ctx) string {
	if id, ok := c.Locals(requestIDKey).(string); ok {
		return id
	}
	var raw [4]byte
	_, _ = rand.Read(raw[:]) // never fails; the program stops instead
	id := fmt.Sprintf("%X-%X", raw[:2], raw[2:])
	c.Locals(requestIDKey, id)
	return id
}

// handler keeps a route for those who may open it, and gives it its deadline. fasthttp does not notice that a browser has gone, so
// that the deadline is the only stop.
func (s *server) handler(r route) fiber.Handler {
	limit := s.QueryTimeout
	if r.slow {
		limit = s.UploadTimeout
	}
	return func(c *fiber.Ctx) error {
		if !r.rights.open(principal(c), c.Method()) {
			return fmt.Errorf("%s %s for %q: %w", r.method, r.path, principal(c).Role, integrity.ErrNotFound)
		}
		ctx, cancel := context.WithTimeout(c.UserContext(), limit)
		defer cancel()
		c.SetUserContext(ctx)
		if err := r.refuse(c, s.Now()); err != nil {
			return err
		}
		return r.handle(c)
	}
}

// favicon answers what browsers ask for by themselves on pages that name no icon.
func favicon(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=86400")
	return c.Type("svg").SendString(assets.Text("icon.svg"))
}

// static serves the files of package assets under addresses that change with them.
func static(c *fiber.Ctx) error {
	file, ok := assets.Open(c.Params("*"))
	if !ok {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, assets.CacheControl)
	c.Set(fiber.HeaderETag, file.ETag)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if c.Get(fiber.HeaderIfNoneMatch) == file.ETag {
		return c.SendStatus(fiber.StatusNotModified)
	}
	body, encoding := file.Encoded(c.Get(fiber.HeaderAcceptEncoding))
	if encoding != "" {
		c.Set(fiber.HeaderContentEncoding, encoding)
	}
	c.Set(fiber.HeaderContentType, file.Type)
	return c.Send(body)
}
