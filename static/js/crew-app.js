/** The parts of the crew's page, put together: what is kept, what is shown, what is sent. */

import { say } from "./ui-dialogs.js";
import { announce } from "./crew-announce.js";
import { ScreenLock } from "./crew-awake.js";
import { ServerClock } from "./crew-clock.js";
import { focusNext } from "./crew-focus.js";
import { keepFirstPage, keepPhotos } from "./crew-kept.js";
import { showOutbox } from "./crew-outbox.js";
import { heldCount, keepHeld, showTaken } from "./crew-photo.js";
import { drawnJobs, renewBody } from "./crew-renew.js";
import { withLeft } from "./crew-left.js";
import { showJobs } from "./crew-show.js";
import { sentShare, showDuty, showStanding } from "./crew-strip.js";
import { ToldPlace } from "./crew-told.js";
import { showThere } from "./crew-there.js";
import { bindNavigate, showWays } from "./crew-way.js";
import { Whereabouts } from "./crew-where.js";
import { changedFields } from "./ui-changes.js";
import { together } from "./ui-together.js";

/**
 * @typedef {import("./crew-store.js").CrewStore} CrewStore
 * @typedef {import("./crew-sender.js").Sender} Sender
 * @typedef {import("./crew-workflow.js").Job & {chosen?: boolean}} Job
 */

const TOGETHER_MS = 60;
const RELOAD_MS = 60_000;
const RELOADED = "crew-reloaded-";

/**
 * Whether the page was not reloaded for the same reason a moment ago.
 * @param {string} reason
 */
function isFirstTime(reason) {
  const key = RELOADED + reason;
  const isFirst = Date.now() - Number(sessionStorage.getItem(key)) > RELOAD_MS;
  sessionStorage.setItem(key, String(Date.now()));
  return isFirst;
}

/** The server has drawn this page's body: what is met from now on is new. */
function reloadHelped() {
  for (const reason of ["build", "person"]) sessionStorage.removeItem(RELOADED + reason);
}

export class CrewApp {
  /**
   * @param {HTMLElement} root
   * @param {CrewStore} store
   * @param {{words: Record<string, any>, workflow: import("./crew-workflow.js").Workflow}} facts
   */
  constructor(root, store, { words, workflow }) {
    this.root = root;
    this.store = store;
    this.words = words;
    this.workflow = workflow;
    this.strip = /** @type {HTMLElement} */ (document.querySelector("[data-live-status]"));
    this.wished = new URLSearchParams(location.search).get("job");
    /** @type {Job[]} */
    this.jobs = [];
    /** @type {Date | null} */
    this.asOf = null;
    this.signIn = "";
    this.isDrawn = false;
    /** Jobs whose place was reached, and said so. @type {Set<string>} */
    this.reached = new Set();
    /** @type {any} */
    this.live = null;
    /** @type {Sender | null} */
    this.sender = null;
    /** @type {import("./crew-push.js").PushSwitch | null} */
    this.push = null;
    /** @type {(body: HTMLElement) => void} */
    this.bindPhotos = () => {};
    this.screen = new ScreenLock();
    this.clock = new ServerClock(store);
    const kept = new ToldPlace(localStorage);
    this.where = new Whereabouts({ tell: (fix) => this.tellPlace(fix), onFix: () => this.moved(), kept });
    this.renewSoon = together(() => void this.renew(), TOGETHER_MS);
    store.onChange = together(() => void this.showAll(), 0);
  }

  /**
   * Binds what every new drawing brings; the page adds its own.
   * @param {HTMLElement} body
   */
  onDrawn(body) {
    bindNavigate(body);
    this.bindPhotos(body);
    // A photo that is kept is in no field any more, so the browser can't tell whether one is missing.
    for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (body.querySelectorAll("form[data-command]"))) {
      form.noValidate = true;
    }
  }

  get onDuty() {
    return this.duty !== "";
  }

  /** Names the time on duty by the crew and its beginning, as the body was last drawn: the desk may change it. */
  get duty() {
    const { dutySince } = this.body.dataset;
    return dutySince === undefined || this.isResting ? "" : `${this.root.dataset.crew} ${dutySince}`;
  }

  /** On a break nothing rings and no place is told; it ends by the server's clock, with or without a network. */
  get isResting() {
    return this.restsUntil > this.clock.now();
  }

  /** Milliseconds since 1970, NaN without a break. */
  get restsUntil() {
    return Date.parse(this.body.dataset.restsUntil ?? "");
  }

  get body() {
    return /** @type {HTMLElement} */ (this.root.querySelector("[data-crew-body]"));
  }

  get current() {
    return this.jobs.find((job) => job.chosen);
  }

  /** What this phone keeps of the person. Before the page was drawn nobody knows which jobs are gone. */
  async list() {
    const kept = await this.store.list();
    return this.isDrawn ? withLeft(kept, new Set(drawnJobs(this.body).map(({ id }) => id)), this.words) : kept;
  }

  /** Shows everything as it stands on this phone. */
  async showAll() {
    const kept = await this.list();
    const { workflow, wished, words, body } = this;
    const facts = { workflow, steps: kept.steps, answers: kept.jobs, wished };
    this.jobs = showJobs(body, facts);
    showTaken(body, kept.photos, words);
    showOutbox(this.root, kept, words);
    showWays(body, this.where.fix, words);
    this.showReached();
    this.showStrip(kept);
    const onTheWay = this.onDuty && this.jobs.some((job) => job.status === "on_the_way");
    void this.screen.keep(onTheWay);
    showDuty(this.onDuty || this.isResting);
    void this.where.follow({ duty: this.duty, onTheWay });
  }

  /** Near enough to a job, the phone suggests the next tap: seen, and heard once. */
  showReached() {
    const { words, jobs, where } = this;
    const isNew = (/** @type {string} */ id) => !this.reached.has(id);
    const fresh = showThere(this.body, { jobs, here: where.place, words }).filter(isNew);
    for (const id of fresh) this.reached.add(id);
    if (fresh.length) announce(words.there, { onDuty: this.onDuty, isDriving: where.isDriving });
  }

  moved() {
    this.root.dispatchEvent(new Event("crew:moved"));
    void this.showAll();
  }

  /** @param {import("./crew-store.js").Kept} kept */
  showStrip({ steps, photos }) {
    const count = (/** @type {{status: string}[]} */ all, /** @type {string} */ status) =>
      all.filter((each) => each.status === status).length;
    const standing = {
      steps: count(steps, "waiting"),
      photos: count(photos, "waiting") + heldCount(),
      share: sentShare(photos),
      refused: count(steps, "refused") + count(photos, "refused"),
      signIn: this.signIn,
      asOf: this.asOf,
      onDuty: this.onDuty,
      isResting: this.isResting,
      placeSentAt: this.where.told && new Date(this.where.told.at),
    };
    showStanding(this.strip, standing, this.words);
  }

  /** The server draws the page's body; without it the one that was kept. */
  async renew() {
    const drawn = await renewBody(this.root, (body) => this.onDrawn(body));
    if (drawn && "other" in drawn) return this.meetOther(drawn.other);
    if (drawn?.fresh) {
      await this.store.forgetAnswers(drawnJobs(this.body));
      await this.clock.learn(drawn.at);
      await keepHeld(this.store);
      this.isDrawn = true;
      await this.rememberSession();
      this.signIn = "";
      reloadHelped();
    }
    if (drawn) this.asOf = drawn.fresh ? null : drawn.at;
    this.clock.at(this.restsUntil, () => void this.renew());
    await this.showAll();
    this.root.dispatchEvent(new Event("crew:renewed"));
    if (drawn?.fresh) void this.keepForLater();
  }

  /**
   * The server has a newer build, or this session is over or somebody else's: this page has had its time. What waits
   * stays where it is.
   * @param {"build" | "person"} other
   */
  meetOther(other) {
    const reload = () => location.reload();
    const isBusy = heldCount() > 0 || (other === "build" && changedFields(this.body).length > 0);
    // A slow server may bring the old page again: then the person decides.
    if (isBusy || !isFirstTime(other)) say(this.words.newBuild, { seconds: 0, action: this.words.load, onAction: reload });
    else reload();
  }

  /** What the service worker needs to send in the background. */
  async rememberSession() {
    const { commands = "", photos = "" } = this.root.dataset;
    const session = { person: this.store.person, csrf: this.csrf(), addresses: { commands, photos } };
    await this.store.setFact("session", session).catch((error) => console.warn("not remembered", error)); // no room: this page sends
  }

  /** The token of this page's session: with another person's it is worth nothing. */
  csrf() {
    const field = /** @type {HTMLInputElement | null} */ (this.body.querySelector('[name="csrfmiddlewaretoken"]'));
    return field?.value ?? "";
  }

  async keepForLater() {
    if (!("caches" in globalThis)) return;
    await keepFirstPage(this.root.dataset.page ?? "");
    const images = /** @type {NodeListOf<HTMLImageElement>} */ (this.body.querySelectorAll("img[src^='/photos/']"));
    const addresses = [...images].map((image) => image.getAttribute("src") ?? "");
    await keepPhotos(this.store.person, addresses).catch(() => {}); // no room: they are shown while there is a network
  }

  /** @param {import("./crew-where.js").Fix} fix */
  tellPlace({ lat, lon, accuracy, at }) {
    if (this.live?.state !== "live") return false;
    this.live.send({ type: "position", lat, lon, accuracy, at: new Date(at).toISOString() });
    return true;
  }

  /** @param {any} event  of the crew's stream */
  hear(event) {
    const { category_name: what = "", address: where = "" } = event.data?.job?.report ?? {};
    const fill = (/** @type {string} */ text) => text.replace("{what}", what).replace("{where}", where);
    if (event.kind === "job.assigned") {
      say(fill(this.words.newJob), { tone: "moving" });
      announce(fill(this.words.newJobAt), { onDuty: this.onDuty, isDriving: this.where.isDriving });
    }
    if (event.kind === "job.asked") {
      say(fill(this.words.asked), { tone: "moving" });
      announce(fill(this.words.asked), { onDuty: this.onDuty, isDriving: this.where.isDriving });
    }
    if (event.kind === "job.cancelled" || event.kind === "job.handed_over") {
      say(fill(this.words.taken), { tone: "late" });
    }
    this.renewSoon();
  }

  /** @param {string | undefined} job */
  async choose(job) {
    this.wished = job ?? null;
    history.replaceState(null, "", job ? `?job=${job}` : location.pathname);
    await this.showAll();
    scrollTo({ top: 0 });
    focusNext(this.body, { isChosen: true });
  }
}
