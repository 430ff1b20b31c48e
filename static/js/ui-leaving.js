/** Whoever signs out takes their pages and photos from this device; what still waits to be sent stays. */

const KEPT = "crew-kept-";

export function bindLeaving() {
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (event.defaultPrevented || form.dataset.signOut === undefined || !("caches" in globalThis)) return;
    event.preventDefault();
    void forget()
      .catch(() => {}) // no storage: nothing is kept
      .then(() => form.submit());
  });
}

async function forget() {
  const names = (await caches.keys()).filter((name) => name.startsWith(KEPT));
  await Promise.all(names.map((name) => caches.delete(name)));
}
