// Forms with rows: more rows, other places, many rows from the clipboard, and amounts that the server works out while typing.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const meta = (name) => $(`meta[name="${name}"]`)?.content ?? "";
  const PAUSE = 250;

  // what follows: the whole form is sent, and what nobody has typed meanwhile is filled in
  const at = new WeakMap();
  function follow(form) {
    const state = at.get(form) ?? {};
    at.set(form, state);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => ask(form, state), PAUSE);
  }
  async function ask(form, state) {
    state.asked?.abort();
    const asked = state.asked = new AbortController();
    const sent = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") sent.append(name, value);
    form.dataset.following = "1";
    try {
      const answer = await fetch(form.dataset.live, { method: "POST", body: sent, signal: asked.signal,
        headers: { "X-CSRF-Token": meta("csrf-token"), "HX-Request": "true", "HX-Current-URL": location.href } });
      if (state.asked !== asked) return;
      if (answer.ok) fill(form, sent, await answer.json());
      else if (!state.told) window.keyuan.tell(answer); // once, not at every key
      state.told = !answer.ok;
    } catch (problem) {
      if (problem.name === "AbortError") return;
      if (!state.told) window.keyuan.toast({ text: meta("text-offline"), kind: "danger" });
      state.told = true;
    } finally {
      if (state.asked === asked) delete form.dataset.following;
    }
  }
  function fill(form, sent, { cells, outs, proposed, picks }) {
    for (const [name, { value, label }] of Object.entries(cells)) {
      const input = form.elements.namedItem(name);
      if (!input || now(input) !== (sent.get(name) ?? "")) continue; // somebody went on typing
      put(input, value, label);
    }
    for (const [name, value] of Object.entries(proposed)) {
      const input = form.elements.namedItem(name);
      if (input) input.value = value;
    }
    for (const place of $$("[data-picks]", form)) renew(place, picks[place.dataset.picks]);
    for (const place of $$("[data-out]", form)) {
      const html = outs[place.dataset.out];
      if (html !== undefined && place.dataset.now !== html) { place.innerHTML = html || (place.matches(".ky-under") ? "" : "–"); place.dataset.now = html; }
    }
  }
  // what there is to choose: the same boxes stay where they are, others take their place
  function renew(place, html) {
    if (html === undefined || place.dataset.now === html) return;
    place.dataset.now = html;
    const made = document.createElement("div");
    made.innerHTML = html;
    const offered = (root) => $$("select", root).map((one) => [one.name, ...[...one.options].map((each) => each.value + each.text)].join()).join();
    if (offered(made) !== offered(place) || !offered(made)) { place.replaceChildren(...made.childNodes); return; }
    $("summary", place).replaceChildren(...$("summary", made).childNodes);
    for (const fresh of $$("select", made)) {
      const shown = $(`[name="${CSS.escape(fresh.name)}"]`, place);
      shown.className = fresh.className;
      shown.setAttribute("aria-invalid", fresh.getAttribute("aria-invalid") ?? "false");
      shown.nextElementSibling.replaceChildren(...fresh.nextElementSibling.childNodes);
    }
  }
  const now = (input) => input.type === "checkbox" ? (input.checked ? input.value : "") : input.value;
  function put(input, value, label) {
    if (input.type === "checkbox") { input.checked = value !== ""; return; }
    if (input.tomselect) {
      if (value && label) input.tomselect.addOption({ 0: value, 1: label });
      input.tomselect.setValue(value, true);
      return;
    }
    if (input.options && value && ![...input.options].some((one) => one.value === value)) input.add(new Option(label ?? value, value));
    input.value = value;
    if (input === document.activeElement) input.select?.();
  }

  // rows
  const block = (element) => element.closest?.("[data-lines]");
  const body = (list) => $("tbody", list);
  const rows = (list) => $$("tr[data-row]", body(list));
  function add(list) {
    const pattern = $("template[data-pattern]", list);
    if (!pattern) return null;
    const taken = rows(list).map((row) => Number(row.dataset.row.split(".").pop()));
    const named = `${list.dataset.lines}.${Math.max(-1, ...taken) + 1}`;
    const holder = document.createElement("tbody");
    holder.innerHTML = pattern.innerHTML.replaceAll(pattern.dataset.pattern, named);
    const row = holder.firstElementChild;
    body(list).append(row);
    return row;
  }
  const inputs = (row) => $$("input:not([type=hidden]):not([name^='remove.']):not([name^='find.']), select, textarea", row)
    .filter((input) => input.name && !input.closest(".ts-wrapper, [data-picks]"));
  function enter(input) {
    if (input?.matches("select[data-select-late]")) open(input);
    else input?.focus();
  }
  document.addEventListener("click", (event) => {
    const adding = event.target.closest?.("[data-add-row]");
    if (adding) {
      event.preventDefault();
      const row = add(block(adding));
      enter(row && inputs(row)[0]);
      return;
    }
    const moving = event.target.closest?.("[data-move-row]");
    if (!moving) return;
    event.preventDefault();
    const row = moving.closest("tr");
    const list = rows(block(moving));
    const other = list[list.indexOf(row) + Number(moving.dataset.moveRow)];
    if (!other) return;
    if (moving.dataset.moveRow === "1") other.after(row); else other.before(row);
    moving.focus();
    changed(row);
  });
  function changed(element) {
    const form = element.closest("form");
    form.dataset.changed = "1";
    follow(form);
  }
  document.addEventListener("change", (event) => {
    const { target } = event;
    if (!target.name?.startsWith("remove.")) return;
    const row = target.closest("tr");
    const list = block(target);
    const told = row && $(`[name="row.${CSS.escape(row.dataset.row)}"]`, row);
    if (!told) return;
    changed(row);
    if (told.value !== "") return; // a stored row goes when the form is saved, and can be kept until then
    row.remove();
    $("[data-add-row]", list)?.focus();
  });
  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.("[data-lines] tr[data-row]");
    if (!row || event.key !== "Enter" || event.isComposing || !event.target.matches("input:not([type=checkbox])") || event.target.closest(".ts-wrapper")) return;
    event.preventDefault(); // on to the next row, as in a sheet
    const place = inputs(row).indexOf(event.target);
    const next = row.nextElementSibling ?? add(block(row));
    if (next) enter(inputs(next)[place]);
  });

  // many rows from a sheet: they begin in this cell and go to the right and down
  document.addEventListener("paste", (event) => {
    const row = event.target.closest?.("[data-lines] tr[data-row]");
    const text = event.clipboardData?.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "") ?? "";
    if (!row || !/[\t\n]/.test(text) || event.target.matches("textarea")) return;
    event.preventDefault();
    const first = inputs(row).indexOf(event.target);
    let here = row;
    text.split("\n").forEach((line, number) => {
      if (number) here = here.nextElementSibling ?? add(block(row));
      if (!here) return;
      const cells = inputs(here);
      line.split("\t").forEach((value, offset) => pasted(cells[first + offset], value.trim()));
    });
    changed(row);
  });
  function pasted(input, text) {
    if (!input) return;
    if (input.type === "checkbox") { input.checked = !["", "0", "no", "否"].includes(text.toLowerCase()); return; }
    if (!input.options) { input.value = text; return; }
    const found = [...input.options].find((one) => one.textContent.trim() === text);
    if (found) put(input, found.value, text);
  }

  // a reference gets its search when somebody goes there: hundreds of them at once would be slow
  async function open(select) {
    if (select.tomselect || select.dataset.opening) return;
    select.dataset.opening = "1";
    await window.keyuan.initSelect(select);
    select.tomselect?.focus();
  }
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("select[data-select-late]")) open(event.target);
  });
  document.addEventListener("mousedown", (event) => {
    const select = event.target.closest?.("select[data-select-late]");
    if (!select || select.tomselect) return;
    event.preventDefault();
    open(select);
  });

  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-live]");
    if (form && event.target.name && !event.target.name.startsWith("find.")) follow(form);
  });
})();
