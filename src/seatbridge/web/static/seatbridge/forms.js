// Small comforts that forms work without: no second click while the first is under way, copying, choosing at once.
(function () {
  "use strict";

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
  });

  // A page taken from the browser's memory must be usable again.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
    });
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    const form = event.target.closest && event.target.closest("form[data-sent]");
    if (!form) return;
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  });

  // A table that wants to read itself anew leaves a row alone that somebody is editing.
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.target.id === "companies-table" && event.target.querySelector(".editing")) event.preventDefault();
  });

  document.addEventListener("change", function (event) {
    const form = event.target.closest("form[data-at-once]");
    if (form) form.requestSubmit();
  });

  // <button type="button" data-copy="ELEMENT-ID" hidden>: shown where it works.
  if (navigator.clipboard) {
    document.querySelectorAll("[data-copy]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", function () {
        navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
        button.textContent = "Copied";
      });
    });
  }
})();
