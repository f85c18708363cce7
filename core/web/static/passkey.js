// Passkeys: <form data-passkey="create|get" data-options="…json…"> asks the device and sends its answer in the field `answer`.
(() => {
  "use strict";
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const described = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

  async function ask(form) {
    const options = JSON.parse(form.dataset.options);
    options.challenge = bytes(options.challenge);
    if (form.dataset.passkey === "create") {
      options.user.id = bytes(options.user.id);
      options.excludeCredentials = described(options.excludeCredentials);
      const made = await navigator.credentials.create({ publicKey: options });
      return answer(made, { attestationObject: text(made.response.attestationObject) });
    }
    options.allowCredentials = described(options.allowCredentials);
    const given = await navigator.credentials.get({ publicKey: options });
    const { authenticatorData, signature, userHandle } = given.response;
    return answer(given, { authenticatorData: text(authenticatorData), signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null });
  }
  const answer = (credential, response) => ({ id: credential.id, rawId: text(credential.rawId), type: credential.type,
    response: { clientDataJSON: text(credential.response.clientDataJSON), ...response }, clientExtensionResults: {} });

  function init(form) {
    const problem = form.querySelector("[data-problem]");
    const button = form.querySelector("button");
    const run = async () => {
      problem.hidden = true;
      button.disabled = true;
      try {
        form.elements.answer.value = JSON.stringify(await ask(form));
        form.submit();
      } catch { // refused by the person or the device; which of them, browsers do not tell
        problem.hidden = false;
        button.disabled = false;
      }
    };
    form.addEventListener("submit", (event) => { event.preventDefault(); event.stopImmediatePropagation(); run(); }, true);
    button.disabled = !window.PublicKeyCredential;
    problem.hidden = Boolean(window.PublicKeyCredential);
    if (window.PublicKeyCredential && form.dataset.passkey === "get") run();
  }
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-passkey]").forEach(init));
})();
