// The pages about groups: fields that appear with their switch, folding sections, ticking all, and the ⋯ menu.
(() => {
  const whileOn = (source, target, isOn) => {
    const show = () => { target.hidden = !isOn(); };
    source.addEventListener("change", show);
    show();
  };

  for (const target of document.querySelectorAll("[data-shown-with]")) {
    const source = document.getElementById(target.dataset.shownWith);
    if (source) whileOn(source, target, () => source.checked);
  }

  // The label of a chooser names one control: not its list too, nor the select that it stands for.
  for (const select of document.querySelectorAll("select[data-list-label]")) {
    if (!select.tomselect) continue;
    const list = select.tomselect.dropdown_content;
    list.removeAttribute("aria-labelledby");
    list.setAttribute("aria-label", select.dataset.listLabel);
    select.setAttribute("aria-hidden", "true");
  }

  // A number typed into "in at least … of" is meant for that choice.
  const count = document.getElementById("id_count");
  count?.addEventListener("focus", () => {
    const radio = document.querySelector("input[name=condition][value=at_least]");
    if (radio && !radio.checked) {
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

  document.addEventListener("click", (event) => {
    const fold = event.target.closest("[data-fold]");
    if (!fold) return;
    const open = fold.getAttribute("aria-expanded") !== "true";
    fold.setAttribute("aria-expanded", String(open));
    document.getElementById(fold.getAttribute("aria-controls")).hidden = !open;
  });

  const dressTicks = (form) => {
    if (form.dataset.dressed) return;
    form.dataset.dressed = "yes";
    const all = form.querySelector("[data-tick-all]");
    if (!all) return;
    const ticks = () => [...form.querySelectorAll("tbody input[type=checkbox]")];
    all.hidden = false;
    form.addEventListener("change", (event) => {
      if (event.target === all) ticks().forEach((tick) => { tick.checked = all.checked; });
      const chosen = ticks().filter((tick) => tick.checked).length;
      all.checked = chosen > 0 && chosen === ticks().length;
      all.indeterminate = chosen > 0 && !all.checked;
    });
  };
  const dressAll = () => document.querySelectorAll("form[data-ticks]").forEach(dressTicks);
  dressAll();
  document.addEventListener("htmx:load", dressAll);

  const more = document.querySelector("[data-more]");
  if (more) {
    document.addEventListener("click", (event) => { if (!more.contains(event.target)) more.open = false; });
    more.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && more.open) {
        more.open = false;
        more.querySelector("summary").focus();
      }
    });
  }
})();
