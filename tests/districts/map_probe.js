// The page of test_mapping_browser.py: a map with points and crews, and one with a fixed pin.
const js = document.documentElement.dataset.js;
const { createMap } = await import(`${js}map.js`);
const { addPoints } = await import(`${js}map-points.js`);
const { addCrews } = await import(`${js}map-crews.js`);
const { pickPoint } = await import(`${js}map-pick.js`);

const point = (id, tone, lon, lat) => ({
  type: "Feature",
  geometry: { type: "Point", coordinates: [lon, lat] },
  properties: { id, tone, label: `Report ${id}`, href: `#${id}` },
});
const features = [
  ...Array.from({ length: 12 }, (_, index) => point(`crowd${index}`, index % 3 ? "new" : "late", 23.33, 42.66)),
  point("alone", "fixed", 23.31, 42.62),
];

const heard = { chosen: [], picked: [] };
const map = await createMap(document.getElementById("map"), { district: "left" });
const picking = await createMap(document.getElementById("pick"), { center: [23.32, 42.672], zoom: 15 });
const points = map && addPoints(map, { data: { type: "FeatureCollection", features }, onChoose: (id) => heard.chosen.push(id) });
if (map) addCrews(map).update([{ id: "c1", name: "1", label: "Crew 1", lon: 23.37, lat: 42.65 }]);
const pick = picking && pickPoint(picking, { onPick: (place) => heard.picked.push(place) });
window.probe = { map, points, picking, pick, heard, features };
document.body.dataset.ready = "";
