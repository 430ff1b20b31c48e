/** Whether this browser is woken when the crew's page is closed: asked for by a tap, renewed at every start. */

const KEPT = "crew-push";
const LEAVING_MS = 3_000;

/**
 * What is kept of it: whose wish it is; under whose name, by which identifier and on which subscription the browser is
 * registered.
 * @typedef {{wishes: string[], person?: string, fid?: string, endpoint?: string}} Kept
 * @typedef {"unsupported" | "blocked" | "off" | "working" | "on" | "trouble"} State
 */

/**
 * The browser's own doings, and the server's list of devices.
 * @typedef {object} Means
 * @property {() => NotificationPermission | "unsupported"} permission
 * @property {() => Promise<NotificationPermission>} ask
 * @property {() => Promise<ServiceWorkerRegistration>} worker
 * @property {Pick<Storage, "getItem" | "setItem">} storage
 * @property {(onIdentifier: (fid: string) => void) => Promise<import("./crew-firebase.js").Firebase>} load
 * @property {(fid: string) => Promise<void>} tellServer  rejects when the server did not take it
 * @property {() => Promise<void>} leaveServer
 */

export class PushSwitch {
  /**
   * @param {string} person
   * @param {Means} means
   */
  constructor(person, means) {
    this.person = person;
    this.means = means;
    this.isBusy = false;
    /** @type {(state: State) => void} */
    this.onState = () => {};
    /** @type {Promise<import("./crew-firebase.js").Firebase> | null} */
    this.loaded = null;
    /** @type {Promise<void> | null} */
    this.told = null;
  }

  /** @returns {State} */
  get state() {
    const permission = this.means.permission();
    if (permission === "unsupported") return permission;
    if (permission === "denied") return "blocked";
    const isWished = permission === "granted" && this.isWished;
    if (isWished && this.isRegistered) return "on";
    if (this.isBusy) return "working";
    return isWished ? "trouble" : "off";
  }

  get isWished() {
    return this.kept.wishes.includes(this.person);
  }

  get isRegistered() {
    return this.kept.person === this.person;
  }

  /** @returns {Kept} */
  get kept() {
    try {
      return { wishes: [], ...JSON.parse(this.means.storage.getItem(KEPT) ?? "{}") };
    } catch {
      return { wishes: [] };
    }
  }

  /** @param {Partial<Kept>} changes */
  keep(changes) {
    this.means.storage.setItem(KEPT, JSON.stringify({ ...this.kept, ...changes }));
  }

  /** At every start, and when there is a connection again: renews what is wished, drops what was somebody else's. */
  async renew() {
    if (this.state === "unsupported" || this.isBusy || !(this.isWished || this.kept.person)) return;
    await this.work(async () => {
      if (this.kept.person && !this.isRegistered) await this.drop();
      if (this.means.permission() === "granted" && this.isWished) await this.register();
      else if (this.isRegistered) await this.drop(); // the permission was taken away meanwhile
    });
  }

  /** By a tap, for only then may a page ask. */
  async turnOn() {
    if (this.isBusy || (await this.means.ask()) !== "granted") return this.show();
    this.keep({ wishes: [...new Set([...this.kept.wishes, this.person])] });
    await this.work(() => this.register());
  }

  async turnOff() {
    this.keep({ wishes: this.kept.wishes.filter((person) => person !== this.person) });
    await this.work(() => this.drop());
  }

  /** Signing out: nothing is pushed here any more; the wish stays for the next time. Keeps nobody waiting for long. */
  async leave() {
    if (!this.isRegistered) return;
    await Promise.race([this.work(() => this.drop()), new Promise((resolve) => setTimeout(resolve, LEAVING_MS))]);
  }

  /**
   * The library takes its own note of a registration for true for a week, so a subscription that is not the one it was
   * made with, or is gone, has it begin anew.
   */
  async register() {
    const worker = await this.means.worker();
    const firebase = await this.load();
    const before = await worker.pushManager.getSubscription();
    if (!before || before.endpoint !== this.kept.endpoint) {
      this.keep({ person: undefined });
      await firebase.forget().catch(() => {});
    }
    this.told = null;
    await firebase.register(worker);
    await (this.told ?? Promise.reject(new Error("Firebase gave no identifier")));
  }

  load() {
    this.loaded ??= this.means.load((fid) => this.tell(fid));
    this.loaded.catch(() => (this.loaded = null)); // the next tap tries again
    return this.loaded;
  }

  /** @param {string} fid */
  tell(fid) {
    this.told = this.tellServer(fid);
    this.told.catch(() => {}); // whoever waits for it is told
  }

  /**
   * A renewal that does not get through leaves what was true before; another identifier is not known there yet.
   * @param {string} fid
   */
  async tellServer(fid) {
    if (fid !== this.kept.fid) this.keep({ person: undefined });
    await this.means.tellServer(fid);
    const { endpoint } = (await (await this.means.worker()).pushManager.getSubscription()) ?? {};
    this.keep({ person: this.person, fid, endpoint });
    this.show();
  }

  /** Without its subscription the browser gets nothing, whoever else still believes otherwise. */
  async drop() {
    const worker = await this.means.worker();
    const hadSome = this.isRegistered;
    await (await worker.pushManager.getSubscription())?.unsubscribe();
    this.keep({ person: undefined, fid: undefined, endpoint: undefined });
    if (hadSome) await this.means.leaveServer().catch(() => {}); // the first push that fails tells it
    await (await this.loaded?.catch(() => null))?.forget().catch(() => {});
  }

  /** @param {() => Promise<void>} doing */
  async work(doing) {
    this.isBusy = true;
    this.show();
    try {
      await doing();
    } catch (error) {
      console.error("pushes", error);
    } finally {
      this.isBusy = false;
      this.show();
    }
  }

  show() {
    this.onState(this.state);
  }
}
