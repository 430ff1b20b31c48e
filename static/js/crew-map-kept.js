/** The map's style, borders and tiles, kept on the phone for the surroundings of the jobs. */

import { mapCache } from "./crew-kept.js";
import { tilesOf } from "./crew-tiles.js";

const METRES = 1_000;
const VECTOR = { zooms: [12, 13, 14, 15], most: 400 };
// Pictures are of 256 pixels, so they are asked for one zoom deeper than they show. A job's surroundings are 160 of them.
const RASTER = { zooms: [14, 15, 16, 17], most: 1_600 };
const TOGETHER = 4;

/** @typedef {{lat: number, lon: number}} Place */

export class KeptMap {
  /** @param {string} person */
  constructor(person) {
    this.person = person;
    /** @type {any} */
    this.archive = null;
    /** @type {Set<string>} */
    this.used = new Set();
  }

  /**
   * The answer from what is kept, else from the network; kept from then on only while `keeping`.
   * @param {string} address
   * @param {{range?: string, keeping?: boolean, signal?: AbortSignal}} [options]
   * @returns {Promise<Response>}
   */
  async ask(address, { range = "", keeping = false, signal } = {}) {
    const cache = await mapCache(this.person);
    const key = new URL(address, location.href);
    if (range) key.searchParams.set("range", range);
    if (keeping) this.used.add(key.href);
    const kept = await cache.match(key.href);
    if (kept) return kept;
    const answer = await fetch(address, { headers: range ? { Range: range } : {}, signal });
    if (!answer.ok) throw new Error(`${answer.status} ${address}`);
    if (keeping) await cache.put(key.href, whole(answer.clone()));
    return answer;
  }

  /**
   * The style with everything in it that MapLibre's own worker would fetch: that one is out of reach of what is kept.
   * @param {string} address
   * @param {{keeping?: boolean}} [options]
   */
  async style(address, options = {}) {
    const style = await (await this.ask(address, options)).json();
    const { districts, base } = style.sources;
    districts.data = await (await this.ask(districts.data, options)).json();
    if (base) style.sources.base = await this.base(base, options);
    return style;
  }

  /**
   * @param {any} source
   * @param {{keeping?: boolean}} options
   */
  async base(source, options) {
    if (!source.url?.startsWith("pmtiles://")) {
      this.template = source.tiles[0];
      return { ...source, tiles: [`kept://${source.tiles[0]}`], maxzoom: Math.min(source.maxzoom ?? Infinity, deepest(source)) };
    }
    const { PMTiles } = await import("../vendor/pmtiles/pmtiles.mjs");
    const address = source.url.slice("pmtiles://".length);
    this.archive ??= new PMTiles(this.bytesOf(address));
    this.keeping = Boolean(options.keeping);
    const { minZoom, maxZoom } = await this.archive.getHeader();
    const { url: _url, ...rest } = source;
    return { ...rest, tiles: ["kept://tiles/{z}/{x}/{y}"], minzoom: minZoom, maxzoom: maxZoom };
  }

  /**
   * A PMTiles file by its byte ranges.
   * @param {string} address
   */
  bytesOf(address) {
    return {
      getKey: () => address,
      getBytes: async (/** @type {number} */ offset, /** @type {number} */ length, /** @type {AbortSignal | undefined} */ signal) => {
        const range = `bytes=${offset}-${offset + length - 1}`;
        const answer = await this.ask(address, { range, keeping: this.keeping, signal });
        return { data: await answer.arrayBuffer() };
      },
    };
  }

  /**
   * What MapLibre asks for by kept://
   * @param {{url: string}} params
   * @param {AbortController} abort
   */
  async load({ url }, abort) {
    const [, z, x, y] = /^kept:\/\/tiles\/(\d+)\/(\d+)\/(\d+)$/.exec(url) ?? [];
    if (!z) return { data: await (await this.ask(url.slice("kept://".length), { signal: abort.signal })).arrayBuffer() };
    const tile = await this.archive.getZxy(Number(z), Number(x), Number(y), abort.signal);
    return { data: tile?.data ?? new ArrayBuffer(0) };
  }

  /**
   * Keeps the map around these places, and nothing else. Stops quietly when the network or the room ends: the next
   * renewal goes on.
   * @param {{light: string, dark: string, neighbourhoods: string}} addresses
   * @param {Place[]} places
   */
  async keep({ light, dark, neighbourhoods }, places) {
    this.used.clear();
    const style = await this.style(light, { keeping: true });
    await this.style(dark, { keeping: true });
    await this.ask(neighbourhoods, { keeping: true });
    const { base } = style.sources;
    if (base) await this.keepTiles(base, places);
    this.keeping = false;
    const cache = await mapCache(this.person);
    for (const request of await cache.keys()) if (!this.used.has(request.url)) await cache.delete(request);
  }

  /**
   * @param {{type: string, maxzoom?: number}} base
   * @param {Place[]} places
   */
  async keepTiles({ type, maxzoom = 22 }, places) {
    const { zooms, most } = planOf({ type });
    const tiles = tilesOf(places, { metres: METRES, zooms: zooms.filter((zoom) => zoom <= maxzoom), most });
    const keepOne = async (/** @type {import("./crew-tiles.js").Tile} */ { z, x, y }) => {
      if (this.archive) await this.archive.getZxy(z, x, y);
      else await this.ask(addressOf(this.template ?? "", { z, x, y }), { keeping: true });
    };
    while (tiles.length) await Promise.all(tiles.splice(0, TOGETHER).map(keepOne));
  }
}

/** @param {{type: string}} source */
const planOf = ({ type }) => (type === "raster" ? RASTER : VECTOR);

/**
 * What lies deeper is drawn larger from here: a tile that nobody has kept would leave a hole.
 * @param {{type: string}} source
 */
const deepest = (source) => Math.max(...planOf(source).zooms);

/**
 * A cache keeps whole answers only; a range is one under an address of its own.
 * @param {Response} answer
 */
function whole(answer) {
  return answer.status === 206 ? new Response(answer.body, { headers: answer.headers }) : answer;
}

/**
 * @param {string} template
 * @param {import("./crew-tiles.js").Tile} tile
 */
function addressOf(template, { z, x, y }) {
  return template.replace("{z}", String(z)).replace("{x}", String(x)).replace("{y}", String(y));
}
