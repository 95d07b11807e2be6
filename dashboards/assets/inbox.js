// Lists to work through with the keyboard (forms marked data-keys): j and k move, x selects,
// Enter accepts, c opens the other choices. Without this script the same buttons work.
(function () {
  "use strict";

  function each(selector, f, within) { Array.prototype.forEach.call((within || document).querySelectorAll(selector), f); }

  function boxes(form) { return form.querySelectorAll("input[type=checkbox]:not(:disabled)"); }

  // The button says how many are selected, and is of no use without any.
  function count(form) {
    var n = form.querySelectorAll("input[type=checkbox]:checked").length;
    each("[data-checked]", function (place) {
      place.textContent = n ? " " + n : "";
      place.parentNode.disabled = !n;
    }, form);
  }

  function typing(target) { return /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) && target.type !== "checkbox"; }

  function move(items, by) {
    var now = items.indexOf(document.activeElement && document.activeElement.closest(".item"));
    var next = items[now < 0 ? 0 : Math.min(Math.max(now + by, 0), items.length - 1)];
    if (!next) return;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function keys(form, e) {
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target)) return;
    var items = Array.prototype.slice.call(form.querySelectorAll(".item"));
    var item = document.activeElement && document.activeElement.closest ? document.activeElement.closest(".item") : null;
    if (e.key === "j" || e.key === "k") {
      e.preventDefault();
      move(items, e.key === "j" ? 1 : -1);
      return;
    }
    if (!item) return;
    var box = item.querySelector("input[type=checkbox]:not(:disabled)");
    var accept = item.querySelector("[data-accept]");
    var other = item.querySelector("details");
    if (e.key === "x" && box) {
      e.preventDefault();
      box.checked = !box.checked;
      count(form);
    } else if (e.key === "Enter" && document.activeElement === item && accept) {
      e.preventDefault();
      accept.click();
    } else if (e.key === "c" && other) {
      e.preventDefault();
      other.open = true;
      var field = other.querySelector("select,input");
      if (field) field.focus();
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    each("form[data-keys]", function (form) {
      each(".keys,[data-check]", function (e) { e.hidden = false; }, form);
      form.addEventListener("change", function () { count(form); });
      form.addEventListener("click", function (e) {
        if (!e.target.closest || !e.target.closest("[data-check]")) return;
        var all = boxes(form);
        var every = Array.prototype.every.call(all, function (b) { return b.checked; });
        Array.prototype.forEach.call(all, function (b) { b.checked = !every; });
        count(form);
      });
      document.addEventListener("keydown", function (e) { keys(form, e); });
      count(form);
    });
  });
})();
