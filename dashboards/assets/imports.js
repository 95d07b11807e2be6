// The page of imports: files may be dropped, are listed before they are sent, and are not
// sent when they are too large together. Without this script the form works as it is.
(function () {
  "use strict";
  document.addEventListener("DOMContentLoaded", function () {
    var form = document.getElementById("upload");
    var drop = document.getElementById("drop");
    if (!form || !drop) return;
    var input = form.querySelector('input[type="file"]');
    var list = document.getElementById("chosen");
    var warning = document.getElementById("toolarge");
    drop.querySelector(".drop-here").hidden = false;
    drop.classList.add("scripted"); // the label is the button, the list says what was chosen

    function megabytes(n) { return n < 1e5 ? Math.ceil(n / 1024) + " KB" : (n / 1048576).toFixed(1) + " MB"; }

    function show() {
      var total = 0;
      list.textContent = "";
      Array.prototype.forEach.call(input.files, function (file) {
        total += file.size;
        var item = document.createElement("li");
        item.textContent = file.name + "　" + megabytes(file.size);
        list.appendChild(item);
      });
      list.hidden = input.files.length === 0;
      var large = total > Number(form.dataset.limit);
      warning.hidden = !large;
      form.querySelectorAll('button[type="submit"]').forEach(function (b) { b.disabled = large; });
    }

    input.addEventListener("change", show);
    ["dragenter", "dragover"].forEach(function (name) {
      drop.addEventListener(name, function (e) { e.preventDefault(); drop.classList.add("over"); });
    });
    ["dragleave", "drop"].forEach(function (name) {
      drop.addEventListener(name, function () { drop.classList.remove("over"); });
    });
    drop.addEventListener("drop", function (e) {
      e.preventDefault();
      if (e.dataTransfer.files.length > 0) { input.files = e.dataTransfer.files; show(); }
    });
    show(); // the browser may have kept the choice when going back
  });
})();
