// Files: a chosen one is sent at once, files can be dropped on the panel, too large ones are told before they travel.
(() => {
  "use strict";
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
  const panelOf = (event) => event.target.closest?.(".ky-attachments:has(form[data-files])");

  function fits(input) {
    const bytes = [...input.files].reduce((sum, file) => sum + file.size, 0);
    if (bytes <= Number(meta("upload-limit")) * 2 ** 20) return true;
    input.value = "";
    window.keyuan.toast({ text: meta("text-upload-limit"), kind: "danger" });
    return false;
  }
  document.addEventListener("change", (event) => {
    if (!event.target.matches("input[type=file]") || !event.target.files.length || !fits(event.target)) return;
    if (event.target.form?.matches("form[data-files]")) event.target.form.requestSubmit();
  });

  document.addEventListener("dragover", (event) => {
    const panel = event.dataTransfer?.types.includes("Files") ? panelOf(event) : null;
    if (!panel) return;
    event.preventDefault();
    panel.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => {
    const panel = panelOf(event);
    if (panel && !panel.contains(event.relatedTarget)) panel.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    const panel = panelOf(event);
    if (!panel || !event.dataTransfer.files.length) return;
    event.preventDefault();
    panel.classList.remove("is-over");
    const input = panel.querySelector("form[data-files] input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
