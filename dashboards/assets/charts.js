// The one script of the pages. It draws every <script type="application/json" data-chart="ID">
// into the element with that id, and adds to the HTML what needs a script: theme and text
// size, links behind the cells of a heatmap, arrow keys in tables, forms that send themselves.
// Every page works without it, except for the drawings, whose numbers stand in tables.
//
// Options are plain data. A text "var(--name)" stands for that design token, so one option
// serves light, dark and paper. Runs in Chromium 86: no newer syntax.
(function () {
  "use strict";
  var root = document.documentElement;

  function remember(key, value) {
    try { localStorage.setItem("qingfeng." + key, value); } catch (e) { /* private window */ }
  }
  function remembered(key) {
    try { return localStorage.getItem("qingfeng." + key) || ""; } catch (e) { return ""; }
  }
  function each(selector, f, within) {
    Array.prototype.forEach.call((within || document).querySelectorAll(selector), f);
  }

  // Theme and size are set before anything is painted: this script is loaded in the head.
  function apply(key, value) {
    if (value) root.setAttribute("data-" + key, value); else root.removeAttribute("data-" + key);
  }
  apply("theme", remembered("theme") === "dark" ? "dark" : "");
  apply("size", remembered("size") === "large" ? "large" : "");

  function switches() {
    each("[data-switch]", function (button) {
      var key = button.getAttribute("data-switch"), on = button.getAttribute("data-on");
      function show() { button.setAttribute("aria-pressed", root.getAttribute("data-" + key) === on); }
      button.hidden = false;
      show();
      button.addEventListener("click", function () {
        var value = root.getAttribute("data-" + key) === on ? "" : on;
        apply(key, value);
        remember(key, value);
        show();
        draw();
      });
    });
  }

  // What is measured in px of a text of 16 px, and follows the reader's own text size.
  var sized = { fontSize: 1, lineHeight: 1, left: 1, right: 1, top: 1, bottom: 1, margin: 1, width: 1, barWidth: 1, distance: 1 };

  // fill returns an option with its tokens filled in.
  function fill(v, css, scale) {
    if (typeof v === "string") {
      var m = /^var\(--([a-z0-9-]+)\)$/.exec(v);
      return m ? css.getPropertyValue("--" + m[1]).trim() : v;
    }
    if (Array.isArray(v)) return v.map(function (x) { return fill(x, css, scale); });
    if (v && typeof v === "object") {
      var o = {};
      Object.keys(v).forEach(function (k) {
        o[k] = sized[k] && typeof v[k] === "number" ? v[k] * scale : fill(v[k], css, scale);
      });
      return o;
    }
    return v;
  }

  function off(box) {
    box.className += " chart-off";
    box.textContent = box.getAttribute("data-off") || "";
  }

  // linkOf finds the link of a cell in the table that belongs to a chart.
  function linkOf(id, row, col) {
    var table = document.getElementById(id + "-table");
    return table && table.querySelector('[data-row="' + row + '"][data-col="' + col + '"] a[href]');
  }

  // The library is the largest file of all; it is fetched once a page has something to draw.
  var library = document.currentScript.getAttribute("data-library"), waiting = [];
  function drawn(then) {
    if (!library) return then();
    waiting.push(then);
    if (waiting.length > 1) return;
    var script = document.createElement("script");
    script.src = library;
    script.onload = script.onerror = function () {
      library = "";
      waiting.forEach(function (f) { f(); });
    };
    document.head.appendChild(script);
  }

  function draw(within) {
    var css = getComputedStyle(root), scale = parseFloat(css.fontSize) / 16;
    drawnAt = scale * 16;
    within = within && within.nodeType ? within : document;
    // Tables below a drawing stand in its columns.
    each(".aligned col[width]", function (col) { col.style.width = col.getAttribute("width") * scale + "px"; });
    if (within.querySelector("script[data-chart]")) drawn(function () { drawAll(within, css, scale); });
  }

  function drawAll(within, css, scale) {
    each("script[data-chart]", function (source) {
      var id = source.getAttribute("data-chart"), box = document.getElementById(id);
      if (!box || !box.offsetWidth) return; // on a tab that is not shown
      if (!window.echarts) return off(box);
      var strut = box.querySelector(".strut");
      if (strut) {
        // The strut keeps the room until here; from now on the height is a style.
        box.setAttribute("data-height", strut.getAttribute("height"));
        box.textContent = "";
      }
      box.style.height = box.getAttribute("data-height") * scale + "px";
      var chart = echarts.getInstanceByDom(box);
      if (chart) chart.dispose();
      chart = echarts.init(box, null, { renderer: "svg" });
      chart.setOption(fill(JSON.parse(source.textContent), css, scale));
      chart.on("click", function (e) {
        var link = null;
        if (e.seriesType === "treemap" && e.data) link = linkOf(id, e.data.row, 0);
        else if (e.seriesType === "heatmap" && typeof (e.value || [])[0] === "string") { // a day of a calendar
          var day = e.value[0].split("-");
          link = linkOf(id, day[1] - 1, day[2] - 1);
        } else if (e.seriesType === "heatmap" && e.value) link = linkOf(id, e.value[1], e.value[0]);
        if (link) link.click();
      });
    }, within);
  }

  // A part that scrolls and holds nothing that can have the focus takes it itself: otherwise the
  // keyboard does not reach what stands beyond its edge.
  function reach() {
    each(".scroll:not([tabindex])", function (box) {
      if (box.scrollWidth <= box.clientWidth || box.querySelector("a[href],button,input,select,textarea,summary")) return;
      var named = box.querySelector("caption,[aria-label]");
      box.setAttribute("tabindex", "0");
      box.setAttribute("role", "group");
      if (named) box.setAttribute("aria-label", named.getAttribute("aria-label") || named.textContent);
    });
  }

  var drawnAt = 0; // the size of text that the drawings were made for

  function resize() {
    reach();
    if (drawnAt && parseFloat(getComputedStyle(root).fontSize) !== drawnAt) return draw(); // a wider screen, larger letters
    each(".chart", function (box) {
      var chart = window.echarts && echarts.getInstanceByDom(box);
      if (chart) chart.resize();
    });
  }

  // Arrow keys move between the linked cells of a table.
  function arrows(e) {
    var step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[e.key];
    var cell = step && e.target.closest && e.target.closest("main td,main th");
    if (!cell || e.target.tagName !== "A" || e.ctrlKey || e.metaKey || e.altKey) return;
    var rows = cell.closest("table").rows, row = cell.parentNode.rowIndex, col = cell.cellIndex;
    for (;;) {
      row += step[0];
      col += step[1];
      var next = rows[row] && rows[row].cells[col];
      if (!next) return;
      var link = next.querySelector("a[href]");
      if (link) {
        e.preventDefault();
        link.focus();
        return;
      }
    }
  }

  // Forms marked data-auto are sent as soon as a choice is made. A date that is still being
  // typed passes through the years 0002, 0020 and 0202, which are not meant.
  function autosend(e) {
    var form = e.target.form;
    if (!form || !form.hasAttribute("data-auto")) return;
    if (e.target.type === "date" && e.target.value && !/^(19|20)/.test(e.target.value)) return;
    if (form.reportValidity()) send(form);
  }
  // Empty choices are left out, so that the address stays readable.
  function send(form) {
    each("input,select", function (field) { if (!field.value) field.disabled = true; }, form);
    form.submit();
  }

  // The calendar beside a typed day writes into it, and opens at it.
  function pickers(within) {
    each(".picker[hidden]", function (picker) {
      var day = picker.previousElementSibling;
      picker.hidden = false;
      picker.value = /^\d{4}-\d{2}-\d{2}$/.test(day.value) ? day.value : "";
      picker.addEventListener("change", function (e) {
        e.stopPropagation();
        if (!/^(19|20)/.test(picker.value)) return;
        day.value = picker.value;
        day.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }, within);
  }

  // A picture of a chart, drawn anew from its option in the colours of the page.
  function save(menu, as) {
    var id = menu.getAttribute("data-save"), source = document.querySelector('script[data-chart="' + id + '"]'), box = document.getElementById(id);
    if (!source || !box || !window.echarts) return;
    var css = getComputedStyle(root), sheet = document.createElement("div");
    var chart = echarts.init(sheet, null, { renderer: as === "svg" ? "svg" : "canvas", width: box.clientWidth || 800, height: box.clientHeight || 400, devicePixelRatio: 2 });
    var option = fill(JSON.parse(source.textContent), css, parseFloat(css.fontSize) / 16);
    (option.baseOption || option).backgroundColor = css.getPropertyValue("--surface").trim();
    chart.setOption(option);
    function give(blob) {
      var link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = menu.getAttribute("data-file") + "." + as;
      link.click();
      setTimeout(function () { URL.revokeObjectURL(link.href); chart.dispose(); }, 1000);
    }
    if (as === "svg") give(new Blob([chart.renderToSVGString()], { type: "image/svg+xml" }));
    else chart.getZr().painter.getRenderedCanvas({ pixelRatio: 2, backgroundColor: option.backgroundColor }).toBlob(give, "image/png");
  }

  // fetchCard loads the section around an element again, alone.
  function fetchCard(inside) {
    var card = inside.closest("[data-card]");
    if (!card || !window.htmx) return false;
    var here = new URL(location.href);
    here.searchParams.set("card", card.getAttribute("data-card"));
    each(".banner.bad", function (b) { b.className = "loading"; b.textContent = "…"; }, card);
    htmx.ajax("GET", here.pathname + here.search, { target: card, swap: "outerHTML" });
    return true;
  }

  // What is added to a page, and to each part of it that comes later.
  function dress(within) {
    each("[data-as][hidden]", function (b) { b.hidden = false; }, within);
    pickers(within);
  }

  function tabs() {
    var all = document.querySelectorAll(".tabs a[href^='#']");
    if (!all.length) return;
    var want = location.hash;
    if (!Array.prototype.some.call(all, function (a) { return a.getAttribute("href") === want; })) want = all[0].getAttribute("href");
    Array.prototype.forEach.call(all, function (a) {
      var on = a.getAttribute("href") === want;
      if (on) a.setAttribute("aria-current", "true"); else a.removeAttribute("aria-current");
      var panel = document.getElementById("panel-" + a.getAttribute("href").slice(1));
      if (panel) panel.hidden = !on;
    });
  }

  // A cell named in the address takes the focus back when its drawer was closed.
  function focusTarget() {
    var target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    var link = target && target.hasAttribute("data-row") && target.querySelector("a[href]");
    if (link) link.focus();
  }

  document.addEventListener("DOMContentLoaded", function () {
    each(".without-script", function (e) { e.hidden = true; });
    switches();
    dress(document);
    tabs();
    draw();
  });
  // After the browser has gone to the fragment itself, which takes the focus away again.
  addEventListener("load", function () { setTimeout(focusTarget, 0); reach(); });
  document.addEventListener("keydown", function (e) {
    arrows(e);
    if (e.key === "Escape") {
      var menu = document.querySelector(".menu[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
        return;
      }
      var close = document.querySelector(".drawer .close");
      if (close) close.click();
    }
  });
  document.addEventListener("change", autosend);
  document.addEventListener("submit", function (e) {
    if (e.target.hasAttribute("data-auto")) {
      e.preventDefault();
      send(e.target);
    }
  });
  document.addEventListener("click", function (e) {
    if (!e.target.closest) return;
    if (e.target.closest("[data-print]")) window.print();
    var as = e.target.closest("[data-as]");
    if (as) save(as.closest("[data-save]"), as.getAttribute("data-as"));
    if (e.target.closest("[data-retry]") && fetchCard(e.target)) e.preventDefault();
    each(".menu[open]", function (menu) { if (!menu.contains(e.target)) menu.open = false; });
  });
  // Back from the rows to the filters: the fields left out above must work again.
  addEventListener("pageshow", function () {
    each("form[data-auto] :disabled", function (field) { field.disabled = false; });
  });
  addEventListener("hashchange", function () { tabs(); draw(); });
  document.addEventListener("toggle", reach, true);
  addEventListener("resize", resize);

  // What is folded away on the screen because the drawing says it stands on paper instead of it.
  addEventListener("beforeprint", function () {
    each("details[data-paper]:not([open])", function (d) { d.setAttribute("open", ""); d.setAttribute("data-paper", "opened"); });
  });
  addEventListener("afterprint", function () {
    each("details[data-paper=opened]", function (d) { d.removeAttribute("open"); d.setAttribute("data-paper", ""); });
  });

  // Paper is always light: drawn with the light tokens for the print, and back afterwards.
  var before = null;
  addEventListener("beforeprint", function () {
    before = root.getAttribute("data-theme");
    if (before) { apply("theme", ""); draw(); } else resize();
    // A drawing that was given another size is made anew in the next frame, and no frame comes before the print.
    each(".chart", function (box) {
      var chart = window.echarts && echarts.getInstanceByDom(box);
      if (chart) chart.getZr().flush();
    });
    // A drawing made for the screen is scaled to the paper.
    each(".chart svg", function (svg) {
      var w = svg.getAttribute("width"), h = svg.getAttribute("height");
      if (w && h) svg.setAttribute("viewBox", "0 0 " + parseFloat(w) + " " + parseFloat(h));
    });
  });
  addEventListener("afterprint", function () {
    if (before) { apply("theme", before); draw(); } else resize();
    before = null;
  });

  // Parts of a page that are loaded later (htmx) carry the token of the session and are drawn.
  document.addEventListener("htmx:configRequest", function (e) {
    var meta = document.querySelector('meta[name="csrf-token"]');
    if (meta && meta.content) e.detail.headers["X-CSRF-Token"] = meta.content;
  });
  document.addEventListener("htmx:afterSettle", function (e) {
    dress(e.target);
    draw(e.target);
    reach();
  });
  // A section that could not be fetched says so in its place and offers to try again.
  function lost(e) {
    var card = e.target.closest && e.target.closest("[data-card]"), box = card && card.querySelector(".loading");
    if (!box) return;
    var words = box.getAttribute("data-lost") || "", again = box.getAttribute("data-again") || "";
    var text = document.createElement("span"), link = document.createElement("a");
    text.textContent = words;
    link.className = "btn";
    link.href = "";
    link.setAttribute("data-retry", "");
    link.textContent = again;
    box.className = "banner bad";
    box.setAttribute("role", "alert");
    box.textContent = "";
    box.appendChild(text);
    box.appendChild(link);
  }
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach(function (name) { document.addEventListener(name, lost); });
})();
