// Light or dark: as the device says, unless somebody chose. Runs before the first paint.
(() => {
  const device = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem("kring-theme") || "system";

  const paint = () => {
    const choice = chosen();
    const theme = choice === "system" ? (device.matches ? "dark" : "light") : choice;
    document.documentElement.dataset.bsTheme = theme;
    for (const button of document.querySelectorAll("[data-theme-choice] button")) {
      button.setAttribute("aria-pressed", String(button.dataset.theme === choice));
    }
  };

  paint();
  device.addEventListener("change", paint);
  document.addEventListener("DOMContentLoaded", () => {
    for (const choice of document.querySelectorAll("[data-theme-choice]")) {
      choice.hidden = false;
      choice.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (!button) return;
        localStorage.setItem("kring-theme", button.dataset.theme);
        paint();
      });
    }
    paint();
  });
})();
