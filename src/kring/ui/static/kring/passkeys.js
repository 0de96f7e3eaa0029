// Passkeys: the buttons show where the browser can, and speak with Kring and the device. Without scripts a code does the same.
(() => {
  const can = window.isSecureContext && window.PublicKeyCredential?.parseRequestOptionsFromJSON;
  if (!can) return;

  const ask = async (address, form, answer) => {
    const body = new FormData(form);
    if (answer) body.set("answer", JSON.stringify(answer));
    const response = await fetch(address, { method: "POST", body });
    const told = await response.json();
    if (!response.ok) throw new Error(told.refusal, { cause: "refused" });
    return told;
  };

  const withDevice = async (kind, { publicKey }) => {
    if (kind === "create") {
      return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
    }
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
  };

  const begin = async (form) => {
    const button = form.querySelector("button");
    const trouble = form.querySelector(".passkey-trouble");
    trouble.hidden = true;
    button.disabled = true;
    try {
      const asked = await ask(form.dataset.begin, form);
      const made = await withDevice(form.dataset.passkey, asked);
      const { go } = await ask(form.dataset.end, form, made.toJSON());
      window.location.assign(go);
    } catch (error) {
      trouble.textContent = error.cause === "refused" && error.message ? error.message : form.dataset.trouble;
      trouble.hidden = false;
      button.disabled = false;
    }
  };

  for (const form of document.querySelectorAll("[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      begin(form);
    });
  }
})();
