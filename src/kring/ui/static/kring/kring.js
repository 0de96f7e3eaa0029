// What every page does: the menu button of the phone, focus on what is wrong, the open tab in sight, and a word when the server can't be reached.
(() => {
  const button = document.querySelector("[data-menu-button]");
  if (button) {
    const menu = document.getElementById(button.getAttribute("aria-controls"));
    const show = (open) => {
      button.setAttribute("aria-expanded", String(open));
      menu.classList.toggle("is-open", open);
    };
    button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && button.getAttribute("aria-expanded") === "true") {
        show(false);
        button.focus();
      }
    });
  }

  document.querySelector("[data-focus]")?.focus();

  // On a phone the tabs are wider than the screen: the one that is open comes into sight.
  const tab = document.querySelector(".tabs [aria-current]");
  if (tab) {
    const strip = tab.parentElement;
    strip.scrollLeft = tab.offsetLeft - strip.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;
  }

  const sayTrouble = () => {
    const region = document.getElementById("announcements");
    const sentence = document.getElementById("connection-trouble");
    if (!region || !sentence) return;
    const box = document.createElement("div");
    box.className = "announcement announcement-error";
    const paragraph = document.createElement("p");
    paragraph.append(sentence.content.cloneNode(true));
    box.append(paragraph);
    region.replaceChildren(box);
  };
  document.addEventListener("htmx:responseError", sayTrouble);
  document.addEventListener("htmx:sendError", sayTrouble);
})();
