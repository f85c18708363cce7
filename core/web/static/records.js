// Lists, boards and records: marking rows, small menus, tabs, moving cards. Everything but moving works without it.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const meta = (name) => $(`meta[name="${name}"]`)?.content ?? "";

  // small menus (details.ky-pop): one at a time, closed by a click elsewhere and by Escape
  const menus = () => $$("details.ky-pop[open]");
  document.addEventListener("click", (event) => {
    if (!event.target.isConnected) return;
    for (const menu of menus()) if (!menu.contains(event.target) && !event.target.closest("dialog")) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" ? event.target.closest("details.ky-pop[open]") : null;
    if (!menu) return;
    menu.open = false;
    $("summary", menu).focus();
  });

  // marked rows
  const boxes = (form) => $$("tbody input[name=id]", form);
  function showMarks(form) {
    const marked = boxes(form).filter((box) => box.checked).length;
    const all = $("[data-mark-all]", form);
    const text = $("[data-marked-number]", form);
    if (all) { all.checked = marked > 0 && marked === boxes(form).length; all.indeterminate = marked > 0 && !all.checked; }
    if (text) text.textContent = text.dataset.text.replace("{n}", marked);
  }
  let last = null;
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("tbody input[name=id]");
    if (!box) return;
    const all = boxes(box.form);
    if (event.shiftKey && last?.form === box.form) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
    }
    last = box;
  });
  document.addEventListener("change", (event) => {
    const { target } = event;
    if (target.matches("[data-mark-all]")) boxes(target.form).forEach((box) => { box.checked = target.checked; });
    if (target.matches("[data-mark-all], tbody input[name=id]")) showMarks(target.form);
  });
  document.addEventListener("click", (event) => {
    const asking = event.target.closest?.("[data-confirm]");
    if (asking && !confirm(asking.dataset.confirm)) event.preventDefault();
  });
  document.addEventListener("search", (event) => { // the cross in a search box
    if (event.target.matches(".ky-find input") && event.target.value === "") event.target.form.requestSubmit();
  }, true);

  // a form that is left on purpose asks nothing
  document.addEventListener("click", (event) => {
    const leaving = event.target.closest?.("[data-leave]");
    if (leaving) delete leaving.closest("form").dataset.changed;
  });

  // tabs: arrows move, the open one is in the tab order
  function openTab(tab) {
    const tabs = $$("[role=tab]", tab.closest("[role=tablist]"));
    for (const one of tabs) {
      one.setAttribute("aria-selected", one === tab);
      one.tabIndex = one === tab ? 0 : -1;
      document.getElementById(one.getAttribute("aria-controls")).classList.toggle("is-open", one === tab);
    }
  }
  document.addEventListener("click", (event) => {
    const tab = event.target.closest?.("[data-tabs] [role=tab]");
    if (!tab) return;
    event.preventDefault();
    openTab(tab);
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.("[data-tabs] [role=tab]");
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!tab || !step) return;
    const tabs = $$("[role=tab]", tab.closest("[role=tablist]"));
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    openTab(next);
    next.focus();
    event.preventDefault();
  });

  // the board
  const openDialog = (url) => window.htmx.ajax("GET", url, { target: "#dialogs", swap: "innerHTML" });
  async function renewBoard() {
    const left = $(".ky-board")?.scrollLeft ?? 0;
    $("#move-menu")?.removeAttribute("style"); // htmx would copy it as an attribute, which the policy forbids
    const tops = new Map($$("[data-lane]").map((lane) => [lane.dataset.lane, lane.scrollTop]));
    $("#move-menu")?.remove(); // htmx would write its style into the new one, which the policy forbids
    await window.htmx.ajax("GET", location.pathname + location.search, { target: "#list", swap: "outerHTML" });
    const board = $(".ky-board");
    if (board) board.scrollLeft = left;
    for (const lane of $$("[data-lane]")) lane.scrollTop = tops.get(lane.dataset.lane) ?? 0;
  }
  async function move(card, value, back) {
    const board = card.closest("[data-board]");
    card.classList.add("is-moving");
    try {
      const answer = await fetch(`/r/${board.dataset.model}/${card.dataset.id}/move`, {
        method: "POST", body: new URLSearchParams({ value, version: card.dataset.version ?? "" }),
        headers: { "X-CSRF-Token": meta("csrf-token"), "HX-Request": "true", "HX-Current-URL": location.href },
      });
      window.keyuan.tell(answer);
      if (answer.headers.get("HX-Redirect")) { location.href = answer.headers.get("HX-Redirect"); return; }
      if (answer.ok) { await renewBoard(); return; }
      back();
      if (answer.status === 409) await renewBoard();
      if (answer.headers.get("X-Dialog")) openDialog(answer.headers.get("X-Dialog") + dialogReturn(answer.headers.get("X-Dialog")));
    } catch {
      back();
      window.keyuan.toast({ text: meta("text-offline"), kind: "danger" });
    } finally {
      card.classList.remove("is-moving");
    }
  }
  const dialogReturn = (url) =>
    `${url.includes("?") ? "&" : "?"}${new URLSearchParams({ next: location.pathname + location.search })}`;

  const sorted = new WeakSet();
  async function initBoard() {
    const lanes = $$("[data-board] [data-lane]").filter((lane) => !sorted.has(lane));
    if (!lanes.length) return;
    lanes.forEach((lane) => sorted.add(lane));
    await window.keyuan.library("sortable");
    for (const lane of lanes) {
      window.Sortable.create(lane, {
        group: { name: "board", put: lane.dataset.lane !== "-" }, draggable: "[data-id]", animation: 150, delay: 180, delayOnTouchOnly: true, sort: false,
        ghostClass: "is-ghost", dragClass: "is-dragged", filter: "button", preventOnFilter: false,
        onEnd({ item, from, to, oldDraggableIndex }) {
          if (from === to) return;
          move(item, to.dataset.lane, () => from.insertBefore(item, $$("[data-id]", from)[oldDraggableIndex] ?? null));
        },
      });
    }
  }
  let chosen = null;
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.(".ky-card-menu");
    if (opener) {
      event.preventDefault(); // opened here, because only what is open has a height
      chosen = opener.closest("[data-id]");
      const menu = $("#move-menu");
      if (!menu.matches(":popover-open")) menu.showPopover({ source: opener });
      const { bottom, right } = opener.getBoundingClientRect();
      menu.style.top = `${Math.max(8, Math.min(bottom, innerHeight - menu.offsetHeight - 8))}px`;
      menu.style.left = `${Math.max(8, right - 220)}px`;
      const here = chosen.closest("[data-lane]").dataset.lane;
      for (const one of $$("[data-move-to]", menu)) one.disabled = one.dataset.moveTo === here;
      return;
    }
    const target = event.target.closest?.("[data-move-to]");
    if (!target || !chosen) return;
    $("#move-menu").hidePopover();
    move(chosen, target.dataset.moveTo, () => $(".ky-card-menu", chosen)?.focus());
  });

  // a table that is wider than the page scrolls in its card; others keep their head in sight
  const fit = () => $$(".ky-card-list").forEach((card) => {
    card.classList.toggle("is-wide", ($("table", card)?.scrollWidth ?? 0) > card.clientWidth + 1);
  });
  addEventListener("resize", fit);

  const init = () => { initBoard(); fit(); $$("form#bulk").forEach(showMarks); };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", init);
  else init();
  document.addEventListener("htmx:after:swap", init);
  addEventListener("pageshow", () => $$("form#bulk").forEach(showMarks));
})();
