/** Whoever signs out takes their pages and photos from this device, and is pushed nothing any more; what waits to be sent stays. */

const KEPT = "crew-kept-";
const UNSUBSCRIBED_MS = 2_000;

export function bindLeaving() {
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (event.defaultPrevented || form.dataset.signOut === undefined || !("caches" in globalThis)) return;
    event.preventDefault();
    const inTime = Promise.race([unsubscribe(), new Promise((resolve) => setTimeout(resolve, UNSUBSCRIBED_MS))]);
    void Promise.allSettled([forget(), inTime]) // no storage: nothing is kept
      .then(() => form.submit());
  });
}

async function forget() {
  const names = (await caches.keys()).filter((name) => name.startsWith(KEPT));
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function unsubscribe() {
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) {
    await (await worker.pushManager?.getSubscription())?.unsubscribe();
  }
}
