/** Neighbourhoods are loaded once somebody is near enough to see their names. */

/** @typedef {import("../vendor/maplibre/maplibre-gl.mjs").Map} LibreMap */

const NEAR_ZOOM = 12.5;

/**
 * @param {LibreMap} libre
 * @param {string} address  of the GeoJSON
 */
export function keepNeighbourhoods(libre, address) {
  const load = () => {
    const source = libre.getSource("neighbourhoods");
    if (source?.type !== "geojson" || libre.getZoom() < NEAR_ZOOM) return;
    /** @type {import("../vendor/maplibre/maplibre-gl.mjs").GeoJSONSource} */ (source).setData(address);
    libre.off("moveend", load);
  };
  // A change of theme brings an empty source again.
  libre.on("style.load", () => (libre.off("moveend", load), libre.on("moveend", load), load()));
}
