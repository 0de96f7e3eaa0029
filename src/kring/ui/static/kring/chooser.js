// Choosing with search: every <select data-chooser> becomes a Tom Select. Its words stand in data attributes, translated.
(() => {
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
      closeAfterSelect: !select.multiple,
      allowEmptyOption: !select.multiple,
      render: {
        no_results: () => line(words.nothing || ""),
        option: (choice, escape) => {
          const because = choice.because ? `<span class="because">${escape(choice.because)}</span>` : "";
          return `<div>${escape(choice.text)}${because}</div>`;
        },
      },
    });
  };
  const dressAll = (root) => root.querySelectorAll("select[data-chooser]").forEach(dress);
  dressAll(document);
  document.addEventListener("htmx:load", (event) => dressAll(event.target));
})();
