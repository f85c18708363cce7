// The page that was given out for printing opens the browser's dialog by itself, and again at a click.
(() => {
  "use strict";
  const button = document.querySelector("[data-print]");
  if (!button) return;
  button.addEventListener("click", () => window.print());
  window.addEventListener("load", () => window.print());
})();
