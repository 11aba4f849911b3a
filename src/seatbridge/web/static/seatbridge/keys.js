// Keys: "/" search, "j" and "k" rows, Enter opens, "a" goes to the row's approval. Rows are [data-row], or [data-open]: a row of a
// table, or all of an entry.
(function () {
  "use strict";
  const ROWS = "[data-open], [data-row]";

  function rows() {
    return Array.from(document.querySelectorAll(ROWS)).filter((row) => row.offsetParent !== null);
  }

  function current() {
    return document.querySelector("[data-open].current, [data-row].current");
  }

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const here = current();
    const at = here ? all.indexOf(here) : step > 0 ? -1 : all.length;
    const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    if (here) here.classList.remove("current");
    next.classList.add("current");
    const target = next.querySelector("a[href]") || next.querySelector("button, input") || next;
    target.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  function open(row) {
    const url = row.dataset.open;
    const link = url ? row.querySelector('a[href="' + CSS.escape(url) + '"]') : null;
    if (link) link.click();
    else if (url) window.location.assign(url);
  }

  function typing(target) {
    if (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)) return true;
    return target.tagName === "INPUT" && !/^(checkbox|radio)$/.test(target.type);
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && typing(event.target)) {
      // Chromium would empty the field too, and the rows just found would be gone under the next key.
      if (event.target.type === "search") event.preventDefault();
      return event.target.blur();
    }
    if (typing(event.target)) return;
    const row = current();
    if (event.key === "/") {
      const search = document.querySelector('main [type="search"]') || document.querySelector('[data-key="/"]');
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "Enter" && event.target.type === "checkbox" && event.target.closest(ROWS)) {
      // The browser would send the form, and with it whatever is ticked elsewhere.
      event.preventDefault();
      open(event.target.closest(ROWS));
    } else if (event.key === "Enter" && row && event.target === document.body) open(row);
    else if (event.key === "a" && row) {
      const approve = row.querySelector("[data-approve]");
      if (!approve) return;
      if (approve.tagName === "A") approve.click();
      else if (window.confirm(approve.dataset.approve || approve.textContent.trim())) approve.click();
    } else if (event.key === "Escape") {
      document.querySelectorAll("details.menu[open], .bottom details[open]").forEach((menu) => {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    }
  });

  // A click anywhere in a row opens its evidence, but for what has a job of its own.
  document.addEventListener("click", function (event) {
    const row = event.target.closest("[data-open]");
    if (row && !event.target.closest("a, button, input, select, label, summary, form") && !String(window.getSelection())) {
      open(row);
    }
    document.querySelectorAll("details.menu[open], .bottom details[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
})();
