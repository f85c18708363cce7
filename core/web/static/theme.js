// Before anything is painted: the colours this person chose on this device, else those of the system.
(() => {
  let theme = null;
  try { theme = localStorage.getItem("keyuan-theme"); } catch { /* storage is switched off */ }
  const dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
  document.documentElement.classList.add("has-js");
})();
