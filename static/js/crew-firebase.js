/** Firebase's own messaging, as little of it as the crew's page needs. It is fetched when it is needed, from here. */

/**
 * @typedef {object} Web
 * @property {Record<string, string>} config  of the web app
 * @property {string} vapidKey
 * @property {Record<"app" | "installations" | "messaging", string>} modules  addresses
 */

/**
 * @typedef {object} Firebase
 * @property {(worker: ServiceWorkerRegistration) => Promise<void>} register  repeating it is cheap; tells the identifier
 *   every time
 * @property {() => Promise<void>} forget  what Firebase knows of this browser, also here; the next identifier is another
 */

/**
 * @param {Web} web
 * @param {(fid: string) => void} onIdentifier  also when Firebase gives another one by itself
 * @returns {Promise<Firebase>}
 */
export async function loadFirebase({ config, vapidKey, modules }, onIdentifier) {
  const [{ initializeApp }, installations, messaging] = await Promise.all([
    import(modules.app),
    import(modules.installations),
    import(modules.messaging),
  ]);
  const app = initializeApp(config);
  const service = messaging.getMessaging(app);
  messaging.onRegistered(service, onIdentifier);
  return {
    register: (worker) => messaging.register(service, { vapidKey, serviceWorkerRegistration: worker }),
    forget: () => installations.deleteInstallations(installations.getInstallations(app)),
  };
}
