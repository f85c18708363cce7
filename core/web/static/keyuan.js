// Keyuan's own script. Pages work without it as far as reading, searching and saving go; it makes them pleasant.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const meta = (name) => $(`meta[name="${name}"]`)?.content ?? "";
  const store = {
    get(key) { try { return localStorage.getItem(`keyuan-${key}`); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(`keyuan-${key}`, value); } catch { /* storage is switched off */ } },
  };

  // htmx: our token on every change, a thin line while waiting, words when the server cannot be reached
  document.addEventListener("htmx:config:request", (event) => {
    const { request, sourceElement } = event.detail.ctx;
    if (["GET", "HEAD"].includes(request.method)) return;
    if (sourceElement.dataset.sent) { event.preventDefault(); return; } // the same button twice
    sourceElement.dataset.sent = "1";
    request.headers["X-CSRF-Token"] = meta("csrf-token");
  });
  let waiting = 0;
  const progress = (change) => {
    waiting = Math.max(0, waiting + change);
    $(".ky-progress")?.classList.toggle("is-running", waiting > 0);
  };
  document.addEventListener("htmx:before:request", () => progress(1));
  document.addEventListener("htmx:finally:request", (event) => {
    delete event.detail.ctx.sourceElement.dataset.sent;
    progress(-1);
  });
  document.addEventListener("htmx:error", () => toast({ text: meta("text-offline"), kind: "danger" }));

  // features: generation and addons of the company when the page was made; where they are others by now, it says so
  const made = meta("features").split(".");
  const tellOfChange = (now) => {
    const [generation, addons] = (now ?? "").split(".");
    if (+generation > +made[0] || (addons && generation === made[0] && addons !== made[1]))
      $("#features-changed")?.removeAttribute("hidden");
  };
  document.addEventListener("htmx:after:request", (event) => tellOfChange(event.detail.ctx.response?.headers?.get("X-Features")));
  if (made[1]) setInterval(() => {
    if (!document.hidden) fetch("/features").then((answer) => answer.ok ? answer.text() : "").then(tellOfChange, () => {});
  }, 20000);

  // toasts: {text, kind, undo}
  const SECONDS = { success: 6, info: 6, warning: 10, danger: 0 };
  function toast({ text, kind = "success", undo = null }) {
    const made = $("#toast-template").content.firstElementChild.cloneNode(true);
    made.classList.add(`is-${kind}`);
    $("p", made).textContent = text;
    const form = $("form", made);
    if (undo) form.setAttribute("action", form.getAttribute("action") + encodeURIComponent(undo));
    else form.remove();
    $("#toasts").append(made);
    arm(made);
  }
  function arm(made) {
    const kind = (made.className.match(/is-(\w+)/) ?? [])[1] ?? "success";
    const seconds = $("form", made) ? Math.max(12, SECONDS[kind]) : SECONDS[kind];
    $("[data-close]", made)?.addEventListener("click", () => made.remove());
    if (!seconds) return;
    let timer = setTimeout(() => made.remove(), seconds * 1000);
    made.addEventListener("pointerenter", () => clearTimeout(timer));
    made.addEventListener("focusin", () => clearTimeout(timer));
    made.addEventListener("pointerleave", () => { timer = setTimeout(() => made.remove(), 3000); });
  }
  document.addEventListener("keyuan:toasts", (event) => event.detail.toasts.forEach(toast));
  // what an answer says to those who have asked without htmx
  function tell(answer) {
    const said = answer.headers.get("HX-Trigger");
    if (said) JSON.parse(said)["keyuan:toasts"]?.toasts.forEach(toast);
  }

  // navigation: the current page's branch is open; others are folded, unless somebody opened them
  function initNavigation() {
    for (const branch of $$(".ky-tree details[data-key]")) {
      const name = `branch-${branch.dataset.key}`;
      if (store.get(name) === "open") branch.open = true;
      $("summary", branch).addEventListener("click", () => store.set(name, branch.open ? "closed" : "open"));
    }
    const nav = $(".ky-nav");
    if (!nav) return;
    nav.scrollTop = Number(sessionStorage.getItem("keyuan-nav-scroll") ?? 0);
    addEventListener("pagehide", () => sessionStorage.setItem("keyuan-nav-scroll", nav.scrollTop));
    nav.addEventListener("toggle", () => $("[popovertarget=navigation]")?.setAttribute("aria-expanded", nav.matches(":popover-open")));
  }

  // colours: auto, light or dark on this device
  function initTheme() {
    const buttons = $$("[data-theme-choice]");
    const show = () => buttons.forEach((button) =>
      button.setAttribute("aria-pressed", button.dataset.themeChoice === (store.get("theme") ?? "auto")));
    for (const button of buttons) {
      button.closest("[hidden]")?.removeAttribute("hidden");
      button.addEventListener("click", () => {
        const choice = button.dataset.themeChoice;
        store.set("theme", choice);
        const dark = choice === "dark" || (choice === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
        document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
        show();
      });
    }
    show();
  }

  // libraries that only some pages need come when they are needed
  const loading = {};
  function library(name) {
    return loading[name] ??= new Promise((resolve, reject) => {
      const style = meta(`style-${name}`);
      if (style) document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }));
      const script = Object.assign(document.createElement("script"), { src: meta(`script-${name}`) });
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }

  // <select data-select>: searchable; data-src="/r/…/choices?field=…" asks the server while typing (answers [[id, label], …])
  async function initSelect(element) {
    if (element.tomselect) return;
    await library("tom-select");
    const source = element.dataset.src;
    const render = { no_results: () => { const empty = document.createElement("div"); empty.className = "no-results";
      empty.textContent = meta("text-nothing"); return empty; } };
    let asked = 0; // answers to older questions, and those after a choice, come too late
    const settings = { maxOptions: 200, plugins: element.multiple ? ["remove_button"] : [], render,
      onChange: () => { asked += 1; element.dispatchEvent(new Event("input", { bubbles: true })); } };
    if (source) Object.assign(settings, { valueField: "0", labelField: "1", searchField: [], preload: "focus", load(query, done) {
      const url = new URL(source, location.href), mine = asked += 1;
      url.searchParams.set("q", query);
      for (const pair of (element.dataset.with ?? "").split(" ").filter(Boolean)) { // what decides about the proposals
        const [name, place] = pair.split("=");
        const value = element.form?.elements.namedItem(place)?.value;
        if (value !== undefined) url.searchParams.set(`with.${name}`, value);
      }
      fetch(url, { headers: { Accept: "application/json" } }).then((answer) => answer.ok ? answer.json() : [])
        .then((rows) => { if (mine !== asked) { done(); return; }
          this.clearOptions(); done(rows.map(([id, label]) => ({ 0: String(id), 1: label }))); }, () => done());
    } });
    if (element.tomselect || !element.isConnected) return;
    new window.TomSelect(element, settings);
    element.setAttribute("aria-hidden", "true"); // its label is that of the box in front of it
  }

  // board: [data-board-column] holds [data-id] cards and names data-move="/r/…/move" and data-value; a refused move goes back
  async function initBoard(column) {
    await library("sortable");
    window.Sortable.create(column, {
      group: column.dataset.boardColumn || "board", draggable: "[data-id]", animation: 150, delay: 150, delayOnTouchOnly: true,
      ghostClass: "is-ghost", filter: "a, button, input, select", preventOnFilter: false,
      onEnd({ item, from, to, oldDraggableIndex }) {
        if (from === to) return;
        const back = () => from.insertBefore(item, $$("[data-id]", from)[oldDraggableIndex] ?? null);
        const body = new URLSearchParams({ id: item.dataset.id, version: item.dataset.version ?? "", value: to.dataset.value });
        const headers = { "X-CSRF-Token": meta("csrf-token"), "HX-Request": "true" };
        fetch(to.dataset.move, { method: "POST", body, headers }).then((answer) => {
          tell(answer);
          if (answer.headers.get("HX-Redirect")) location.href = answer.headers.get("HX-Redirect");
          else if (answer.headers.get("HX-Refresh")) location.reload();
          if (!answer.ok) return back();
          item.dataset.version = answer.headers.get("X-Version") ?? item.dataset.version;
          document.dispatchEvent(new CustomEvent("keyuan:moved", { detail: { item, from, to } }));
        }, () => { back(); toast({ text: meta("text-offline"), kind: "danger" }); });
      },
    });
  }

  // forms: no second submit, and no leaving with unsaved changes (form[data-guard])
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    delete form.dataset.changed;
    form.classList.add("is-sending");
  });
  addEventListener("pageshow", () => $$("form[data-sent]").forEach((form) => { delete form.dataset.sent; form.classList.remove("is-sending"); }));
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-guard]");
    if (form && event.isTrusted !== false) form.dataset.changed = "1";
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    const form = sourceElement.closest?.("form[data-changed]");
    if (form && response?.status < 400) delete form.dataset.changed;
  });
  addEventListener("beforeunload", (event) => { if ($("form[data-changed]")) event.preventDefault(); });

  // dialogs: a <dialog data-show> that came from the server opens, and goes when it is closed
  function initDialog(dialog) {
    if (dialog.open) return;
    dialog.showModal();
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-dismiss]")) { event.preventDefault(); dialog.close(); }
    });
  }

  const initialised = new WeakMap();
  function init(root) {
    const each = (selector, work) => {
      for (const element of $$(selector, root)) {
        const done = initialised.get(element) ?? new Set();
        if (done.has(selector)) continue;
        initialised.set(element, done.add(selector));
        work(element);
      }
    };
    each("select[data-select]", initSelect);
    each("[data-board-column]", initBoard);
    each("dialog[data-show]", initDialog);
    each("[data-submit-on-change]", (element) => element.addEventListener("change", () => element.form?.requestSubmit()));
    each(".ky-toast", arm);
    each(".ky-tabs, .ky-steps", (strip) => { // on a phone the current one may lie beyond the edge
      const current = $("[aria-current], .is-current", strip);
      if (current) strip.scrollLeft += current.getBoundingClientRect().right - strip.getBoundingClientRect().right + 24;
    });
    each("[data-select-all]", (element) => element.addEventListener("focus", () => element.select()));
    each("button[data-copy]", initCopy);
    each("button[data-print]", (button) => { button.hidden = false; button.addEventListener("click", () => window.print()); });
  }

  // <button data-copy="id-of-a-field" data-done="Copied" hidden>: hidden where there are no scripts
  function initCopy(button) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      const text = source.value ?? source.innerText;
      try { await navigator.clipboard.writeText(text); } catch {
        source.select?.(); // no https, no clipboard: the old way
        if (!document.execCommand("copy")) return;
      }
      toast({ text: button.dataset.done });
    });
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      $("#global-search")?.focus();
    }
  });
  document.addEventListener("DOMContentLoaded", () => { initNavigation(); initTheme(); init(document.body); });
  document.addEventListener("htmx:after:swap", () => init(document.body));
  window.keyuan = { toast, tell, library, initSelect };
})();
