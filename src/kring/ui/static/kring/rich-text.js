// The text of a mail: every <textarea> in [data-rich-text] becomes an editor, and fields come where the cursor is.
(() => {
  // As the server keeps them (kring.mailing.rendering); whatever else is pasted loses its tags.
  const KEPT = new Set("P DIV BR HR H1 H2 H3 H4 BLOCKQUOTE PRE UL OL LI TABLE THEAD TBODY TFOOT TR TD TH A B STRONG I EM U S DEL SUB SUP CODE IMG".split(" "));
  const DROPPED = new Set("SCRIPT STYLE TEMPLATE TITLE HEAD IFRAME OBJECT EMBED SVG MATH NOSCRIPT TEXTAREA SELECT".split(" "));
  const ATTRIBUTES = { A: ["href", "title"], IMG: ["src", "alt", "width", "height", "title"], OL: ["start"], TD: ["colspan", "rowspan"], TH: ["colspan", "rowspan"] };
  const BLOCK = /<(p|div|br|ul|ol|h[1-4]|blockquote|table|pre|hr)\b/i;
  const ADDRESS = /^(https?:|mailto:|tel:|\{)/i;

  // Made anew, tag by tag: nothing of what came is taken over but what is known here.
  const copied = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return document.createTextNode(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE || DROPPED.has(node.nodeName)) return null;
    const copy = KEPT.has(node.nodeName) ? document.createElement(node.nodeName) : document.createDocumentFragment();
    for (const name of ATTRIBUTES[node.nodeName] ?? []) {
      const value = node.getAttribute(name);
      const isAddress = name === "href" || name === "src";
      if (copy.setAttribute && value !== null && (!isAddress || ADDRESS.test(value.trim()))) copy.setAttribute(name, value);
    }
    if (node.nodeName === "IMG" && !copy.hasAttribute("src")) return null;
    copy.append(...[...node.childNodes].map(copied).filter(Boolean));
    return copy;
  };
  const sanitised = (html) => {
    // The security policy would refuse styles and handlers, with a complaint for each.
    const quiet = html.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/[\s"'/](style|on\w+)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, " "));
    // In a template nothing of it loads or runs.
    const holder = document.createElement("template");
    holder.innerHTML = quiet;
    const fragment = document.createDocumentFragment();
    fragment.append(...[...holder.content.childNodes].map(copied).filter(Boolean));
    return fragment;
  };
  const inParagraphs = (text) => {
    if (BLOCK.test(text)) return text;
    const parts = text.split(/\n\s*\n/).filter((part) => part.trim());
    return parts.map((part) => `<p>${part.trim().replace(/\n/g, "<br>")}</p>`).join("");
  };

  const dress = (place) => {
    const source = place.querySelector("textarea");
    const form = source.form;
    const bar = place.querySelector(".rich-text-bar");
    const linking = place.querySelector(".rich-text-link");
    const address = linking.querySelector("input");
    const label = form.querySelector(`label[for="${source.id}"]`);
    const root = document.createElement("div");
    root.className = "form-control rich-text-page";
    root.setAttribute("role", "textbox");
    root.setAttribute("aria-multiline", "true");
    root.setAttribute("aria-label", label ? label.textContent.trim() : "");
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (source.hasAttribute(name)) root.setAttribute(name, source.getAttribute(name));
    }
    root.classList.toggle("is-invalid", source.classList.contains("is-invalid"));
    source.before(root);
    source.hidden = true;
    label?.addEventListener("click", () => root.focus());
    const editor = new Squire(root, { blockTag: "P", sanitizeToDOMFragment: sanitised });
    editor.setHTML(inParagraphs(source.value));
    const keep = () => { source.value = root.textContent.trim() || root.querySelector("img") ? editor.getHTML() : ""; };
    editor.addEventListener("input", keep);
    // Whatever comes without typing, such as an undone step, is kept as well.
    form.addEventListener("submit", keep);

    const inHeading = () => editor.hasFormat("H2");
    const headings = () => editor.modifyBlocks((fragment) => {
      const [from, to] = inHeading() ? ["H2", "P"] : ["P", "H2"];
      for (const block of fragment.querySelectorAll(from)) {
        const other = document.createElement(to);
        other.append(...block.childNodes);
        block.replaceWith(other);
      }
      return fragment;
    });
    const showLink = (shown) => {
      linking.hidden = !shown;
      bar.querySelector('[data-do="link"]').setAttribute("aria-expanded", String(shown));
      if (!shown) return;
      const link = editor.getSelection().commonAncestorContainer.parentElement?.closest("a");
      address.value = link ? link.getAttribute("href") : "";
      address.focus();
    };
    const written = () => {
      const typed = address.value.trim();
      if (!typed || ADDRESS.test(typed)) return typed;
      return typed.includes("@") ? `mailto:${typed}` : `https://${typed}`;
    };
    const deeds = {
      bold: () => (editor.hasFormat("B") || editor.hasFormat("STRONG") ? editor.removeBold() : editor.bold()),
      italic: () => (editor.hasFormat("I") || editor.hasFormat("EM") ? editor.removeItalic() : editor.italic()),
      heading: headings,
      list: () => (editor.hasFormat("UL") ? editor.removeList() : editor.makeUnorderedList()),
      numbers: () => (editor.hasFormat("OL") ? editor.removeList() : editor.makeOrderedList()),
      link: () => showLink(linking.hidden),
      "link-set": () => { if (written()) editor.makeLink(written()); showLink(false); editor.focus(); },
      "link-drop": () => { editor.removeLink(); showLink(false); editor.focus(); },
    };
    const states = {
      bold: () => editor.hasFormat("B") || editor.hasFormat("STRONG"),
      italic: () => editor.hasFormat("I") || editor.hasFormat("EM"),
      heading: inHeading,
      list: () => editor.hasFormat("UL"),
      numbers: () => editor.hasFormat("OL"),
      link: () => editor.hasFormat("A"),
    };
    const tell = () => {
      for (const [name, isOn] of Object.entries(states)) {
        bar.querySelector(`[data-do="${name}"]`).setAttribute("aria-pressed", String(isOn()));
      }
    };
    for (const event of ["pathChange", "select", "cursor", "input"]) editor.addEventListener(event, tell);
    for (const button of place.querySelectorAll("[data-do]")) {
      // The cursor stays where it is.
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", () => { deeds[button.dataset.do](); keep(); tell(); });
    }
    address.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      deeds["link-set"]();
      keep();
    });
    bar.hidden = false;
    return { editor, root, keep };
  };

  const offerFields = (place, { editor, root, keep }) => {
    const form = root.closest("form");
    let last = root;
    form.addEventListener("focusin", ({ target }) => {
      if (target === root || target.matches("input[type=text]")) last = target;
    });
    const insert = (text) => {
      if (last === root) {
        editor.focus();
        editor.insertPlainText(text, false);
        keep();
        return;
      }
      last.focus();
      last.setRangeText(text, last.selectionStart, last.selectionEnd, "end");
      last.dispatchEvent(new Event("input", { bubbles: true }));
    };
    for (const code of place.querySelectorAll("[data-insert]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn merge-field";
      button.append(...code.childNodes);
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", () => insert(code.dataset.insert));
      code.replaceWith(button);
    }
    for (const hint of place.querySelectorAll("[data-without-script]")) hint.hidden = true;
    for (const hint of place.querySelectorAll("[data-with-script]")) hint.hidden = false;
  };

  for (const place of document.querySelectorAll("[data-rich-text]")) offerFields(place, dress(place));
})();
