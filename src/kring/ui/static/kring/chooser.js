// Choosing with search: every <select data-chooser> becomes a Tom Select. Its words stand in data attributes, translated.
(() => {
  // A browser that goes back fills in what was typed, but not what was chosen here.
  const chosenBefore = () => history.state?.chosen ?? {};
  const keepChosen = (select) => {
    const chosen = [...select.selectedOptions].map((option) => option.value);
    history.replaceState({ ...history.state, chosen: { ...chosenBefore(), [select.id]: chosen } }, "");
  };
  const dress = (select) => {
    if (select.tomselect) return;
    const words = select.dataset;
    const line = (text) => {
      const element = document.createElement("div");
      element.className = "no-results";
      element.textContent = text;
      return element;
    };
    new TomSelect(select, {
      plugins: select.multiple ? { remove_button: { title: words.remove, label: "×" } } : {},
      placeholder: words.placeholder,
      maxOptions: 500,
      hidePlaceholder: false,
      refreshThrottle: 0,
      closeAfterSelect: !select.multiple,
      allowEmptyOption: !select.multiple,
      onItemAdd() {
        // What was searched for is found: the next search begins with nothing.
        this.setTextboxValue("");
        this.refreshOptions(false);
      },
      render: {
        no_results: () => line(words.nothing || ""),
        option: (choice, escape) => {
          const because = choice.because ? `<span class="because">${escape(choice.because)}</span>` : "";
          return `<div>${escape(choice.text)}${because}</div>`;
        },
      },
    });
    const before = chosenBefore()[select.id];
    if (before) {
      select.tomselect.setValue(before, true);
      // By then htmx listens, and what is shown beside the choice follows it.
      window.addEventListener("load", () => select.dispatchEvent(new Event("change", { bubbles: true })));
    }
    select.addEventListener("change", () => keepChosen(select));
  };
  const dressAll = (root) => root.querySelectorAll("select[data-chooser]").forEach(dress);
  dressAll(document);
  document.addEventListener("htmx:load", (event) => dressAll(event.target));
})();
