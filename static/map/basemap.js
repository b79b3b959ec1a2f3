// The map's ground: coasts, borders, rivers and lakes drawn on canvas tiles, names on top.
//
// The shapes come from static/basemap (see usergroups/assets/basemap.mjs): TopoJSON in Web Mercator,
// where the world is a square of WORLD units. Colours are CSS variables of the map's element.
(function () {
  "use strict";

  const WORLD = 2 ** 20;
  const TILE = 256;
  const KEPT_TILES = 600;
  // From which zoom each level is drawn, and at which zoom its files are tiles of their own.
  const LEVELS = [
    { name: "w10", from: 7, depth: 3 },
    { name: "w50", from: 4, depth: 3 },
    { name: "w110", from: 0, depth: 0 },
  ];
  const FILLS = ["land", "lakes"];
  const LINES = ["rivers", "coast", "borders", "disputed"];
  const COLOURS = {
    sea: "#d6e6ee", land: "#f7f5ef", water: "#a9c7d8", coast: "#8fb0c4", border: "#a79f95",
  };

  const levelAt = (zoom) => LEVELS.find((level) => zoom >= level.from);

  // ---- Shapes: a path is {points: [x, y, x, y, …], box: [west, north, east, south]}

  function path(points) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < points.length; i += 2) {
      box[0] = Math.min(box[0], points[i]);
      box[1] = Math.min(box[1], points[i + 1]);
      box[2] = Math.max(box[2], points[i]);
      box[3] = Math.max(box[3], points[i + 1]);
    }
    return { points, box };
  }

  /** TopoJSON as lists of paths, by the name of the thing drawn. */
  function decode(topology) {
    const { scale, translate } = topology.transform || { scale: [1, 1], translate: [0, 0] };
    const arcs = topology.arcs.map((arc) => {
      let x = 0;
      let y = 0;
      return arc.map((step) => {
        x += step[0];
        y += step[1];
        return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
      });
    });
    const join = (indices) => {
      const points = [];
      indices.forEach((index, position) => {
        const arc = index < 0 ? [...arcs[~index]].reverse() : arcs[index];
        for (let i = position === 0 ? 0 : 1; i < arc.length; i++) points.push(arc[i][0], arc[i][1]);
      });
      return path(points);
    };
    const paths = ({ type, arcs: parts, geometries }) =>
      ({
        LineString: () => [join(parts)],
        MultiLineString: () => parts.map(join),
        Polygon: () => parts.map(join),
        MultiPolygon: () => parts.flat().map(join),
        GeometryCollection: () => geometries.flatMap(paths),
      })[type]();
    return Object.fromEntries(Object.entries(topology.objects).map(([name, object]) => [name, paths(object)]));
  }

  /** The points of a ring on one side of a line: those whose coordinate on an axis is at least `edge`. */
  function halfRing(points, axis, edge, sign) {
    const kept = [];
    const beyond = (i) => (points[i + axis] - edge) * sign;
    for (let i = 0, before = points.length - 2; i < points.length; before = i, i += 2) {
      const [a, b] = [beyond(before), beyond(i)];
      if (a >= 0 !== b >= 0) {
        const share = a / (a - b);
        kept.push(
          points[before] + share * (points[i] - points[before]),
          points[before + 1] + share * (points[i + 1] - points[before + 1]),
        );
      }
      if (b >= 0) kept.push(points[i], points[i + 1]);
    }
    return kept;
  }

  function cutRing(ring, box) {
    let points = ring.points;
    points = halfRing(points, 0, box[0], 1);
    points = halfRing(points, 0, box[2], -1);
    points = halfRing(points, 1, box[1], 1);
    points = halfRing(points, 1, box[3], -1);
    return points.length < 6 ? [] : [path(points)];
  }

  /** The stretches of a line whose pieces touch the box. */
  function cutLine(line, box) {
    const { points } = line;
    const kept = [];
    let run = [];
    for (let i = 2; i < points.length; i += 2) {
      const near =
        Math.min(points[i - 2], points[i]) <= box[2] && Math.max(points[i - 2], points[i]) >= box[0] &&
        Math.min(points[i - 1], points[i + 1]) <= box[3] && Math.max(points[i - 1], points[i + 1]) >= box[1];
      if (near) {
        if (run.length === 0) run.push(points[i - 2], points[i - 1]);
        run.push(points[i], points[i + 1]);
      } else if (run.length > 0) {
        kept.push(path(run));
        run = [];
      }
    }
    if (run.length > 0) kept.push(path(run));
    return kept;
  }

  function cut(shapes, box) {
    const within = (paths, cutOne) =>
      (paths || []).flatMap((one) => {
        const [west, north, east, south] = one.box;
        if (west > box[2] || east < box[0] || north > box[3] || south < box[1]) return [];
        const inside = west >= box[0] && east <= box[2] && north >= box[1] && south <= box[3];
        return inside ? [one] : cutOne(one, box);
      });
    return Object.fromEntries([
      ...FILLS.map((name) => [name, within(shapes[name], cutRing)]),
      ...LINES.map((name) => [name, within(shapes[name], cutLine)]),
    ]);
  }

  // ---- The files, loaded once each, and the tiles cut from them

  class Ground {
    constructor(url) {
      this.url = url;
      this.files = new Map();
      this.tiles = new Map();
      this.cities = [];
      this.countries = [];
    }

    async read(name) {
      const answer = await fetch(`${this.url}${name}.json`);
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      return answer.json();
    }

    async labels() {
      const { countries, cities } = await this.read("labels");
      this.countries = countries;
      this.cities.push(...cities);
    }

    /** A promise of the shapes of a file. Its towns join the names that may be written. */
    file(level, column, row) {
      const name = level.depth === 0 ? level.name : `${level.name}-${column}-${row}`;
      if (!this.files.has(name)) {
        const shapes = this.read(name).then((topology) => {
          this.cities.push(...(topology.cities || []));
          return decode(topology);
        });
        shapes.catch(() => this.files.delete(name));
        this.files.set(name, shapes);
      }
      return this.files.get(name);
    }

    /** The shapes of one tile: cut from those of the tile above, which is cut from the one above it. */
    async tile(level, { x, y, z }) {
      if (z <= level.depth) return this.file(level, x, y);
      const key = `${level.name}/${z}/${x}/${y}`;
      if (!this.tiles.has(key)) {
        if (this.tiles.size > KEPT_TILES) this.tiles.clear();
        const parent = this.tile(level, { x: x >> 1, y: y >> 1, z: z - 1 });
        const size = WORLD / 2 ** z;
        const over = size / 32;
        const box = [x * size - over, y * size - over, (x + 1) * size + over, (y + 1) * size + over];
        const shapes = parent.then((above) => cut(above, box));
        shapes.catch(() => this.tiles.delete(key));
        this.tiles.set(key, shapes);
      }
      return this.tiles.get(key);
    }
  }

  // ---- Drawing

  function coloursOf(element) {
    const style = getComputedStyle(element);
    return Object.fromEntries(Object.entries(COLOURS).map(([name, usual]) =>
      [name, style.getPropertyValue(`--map-${name}`).trim() || usual]));
  }

  function trace(context, paths) {
    context.beginPath();
    for (const { points } of paths) {
      context.moveTo(points[0], points[1]);
      for (let i = 2; i < points.length; i += 2) context.lineTo(points[i], points[i + 1]);
    }
  }

  function draw(canvas, shapes, { x, y, z }, colours) {
    const ratio = canvas.width / TILE;
    const unit = WORLD / 2 ** z;
    const pixel = unit / TILE;
    const context = canvas.getContext("2d", { alpha: false });
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = colours.sea;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const scale = (TILE * ratio) / unit;
    context.setTransform(scale, 0, 0, scale, -x * TILE * ratio, -y * TILE * ratio);
    context.lineJoin = "round";
    const fill = (paths, colour) => {
      trace(context, paths);
      context.fillStyle = colour;
      context.fill("evenodd");
    };
    const stroke = (paths, colour, width, dash = []) => {
      trace(context, paths);
      context.strokeStyle = colour;
      context.lineWidth = width * pixel;
      context.setLineDash(dash.map((part) => part * pixel));
      context.stroke();
    };
    fill(shapes.land || [], colours.land);
    stroke(shapes.rivers || [], colours.water, z < 4 ? 0.5 : z < 6 ? 0.7 : 1.1);
    fill(shapes.lakes || [], colours.sea);
    stroke(shapes.lakes || [], colours.coast, 0.5);
    stroke(shapes.coast || [], colours.coast, z < 4 ? 0.6 : 0.9);
    const width = z < 4 ? 0.6 : z < 7 ? 0.9 : 1.3;
    stroke(shapes.borders || [], colours.border, width);
    stroke(shapes.disputed || [], colours.border, width, [4, 3]);
  }

  const Canvas = L.GridLayer.extend({
    initialize(ground, options) {
      L.setOptions(this, options);
      this._ground = ground;
    },

    onAdd(map) {
      this._colours = coloursOf(map.getContainer());
      this._theme = window.matchMedia("(prefers-color-scheme: dark)");
      this._theme.addEventListener("change", (this._repaint = () => this.repaint()));
      return L.GridLayer.prototype.onAdd.call(this, map);
    },

    onRemove(map) {
      this._theme.removeEventListener("change", this._repaint);
      return L.GridLayer.prototype.onRemove.call(this, map);
    },

    createTile(coords, done) {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = TILE * Math.min(2, Math.ceil(window.devicePixelRatio || 1));
      const rows = 2 ** coords.z;
      const inWorld = coords.y >= 0 && coords.y < rows;
      const shapes = inWorld ? this._ground.tile(levelAt(coords.z), coords) : Promise.resolve({});
      shapes.then((ready) => {
        canvas.paint = () => draw(canvas, ready, coords, this._colours);
        canvas.paint();
        done(null, canvas);
        this.fire("painted");
      }, (error) => done(error, canvas));
      return canvas;
    },

    /** Draw every tile again where it stands, in the colours of now. */
    repaint() {
      this._colours = coloursOf(this._map.getContainer());
      for (const { el } of Object.values(this._tiles)) if (el.paint) el.paint();
    },
  });

  // ---- Names

  const measuring = document.createElement("canvas").getContext("2d");
  const FONTS = { country: "600 11px system-ui, sans-serif", city: "12px system-ui, sans-serif" };
  const widths = new Map();

  function widthOf(text, kind) {
    const key = kind + text;
    if (!widths.has(key)) {
      measuring.font = FONTS[kind];
      widths.set(key, measuring.measureText(text).width + (kind === "country" ? text.length : 0));
    }
    return widths.get(key);
  }

  function namesOfCountries() {
    const language = document.documentElement.lang || "en";
    try {
      const names = new Intl.DisplayNames([language, "en"], { type: "region" });
      return (code) => names.of(code);
    } catch {
      return (code) => code;
    }
  }

  const overlap = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];

  const Names = L.Layer.extend({
    initialize(ground) {
      this._ground = ground;
      this._country = namesOfCountries();
      this._obstacles = [];
    },

    getEvents() {
      return { moveend: this._write, viewreset: this._write, groupsdrawn: this._avoid };
    },

    onAdd(map) {
      this._pane = map.getPane("names") || map.createPane("names");
      this._pane.classList.add("leaflet-zoom-hide");
      this._pane.setAttribute("aria-hidden", "true");
      this._write();
    },

    onRemove() {
      this._pane.replaceChildren();
    },

    _avoid(event) {
      this._obstacles = event.boxes;
      this._write();
    },

    /** What may be written at this zoom, the most wanted first. */
    _wanted(zoom) {
      const pixels = (TILE * 2 ** zoom) / WORLD;
      const countries = zoom > 7 ? [] : this._ground.countries.flatMap(([x, y, code, size]) => {
        const text = this._country(code);
        const width = widthOf(text.toLocaleUpperCase(), "country");
        const fits = width < size * pixels * 1.5 && size * pixels > 16;
        return fits ? [{ x, y, text, width, kind: "country" }] : [];
      });
      const cities = this._ground.cities.filter((city) => city[3] <= zoom).map(([x, y, text, , capital]) =>
        ({ x, y, text, width: widthOf(text, "city"), kind: "city", capital: capital === 1 }));
      return [...countries, ...cities];
    },

    _write() {
      const map = this._map;
      const zoom = map.getZoom();
      const view = map.getPixelBounds();
      const origin = map.getPixelOrigin();
      const scale = (TILE * 2 ** zoom) / WORLD;
      const taken = [...this._obstacles, ...this._controls(map)];
      const seen = { min: view.min.subtract(origin), max: view.max.subtract(origin) };
      const made = [];
      for (const label of this._wanted(zoom)) {
        const y = label.y * scale;
        if (y < view.min.y || y > view.max.y) continue;
        for (const world of [-1, 0, 1]) {
          const x = (label.x + world * WORLD) * scale;
          if (x < view.min.x || x > view.max.x) continue;
          const at = [x - origin.x, y - origin.y];
          const place = this._place(label, at, taken, seen);
          if (place === null) continue;
          taken.push(place.box);
          made.push(this._label(label, place));
        }
      }
      this._pane.replaceChildren(...made);
    },

    /** Where the map's buttons and its credits stand. */
    _controls(map) {
      const root = map.getContainer().getBoundingClientRect();
      const corner = map.containerPointToLayerPoint([0, 0]);
      return [...map.getContainer().querySelectorAll(".leaflet-control")].map((control) => {
        const { left, top, right, bottom } = control.getBoundingClientRect();
        const [x, y] = [corner.x - root.left, corner.y - root.top];
        return [left + x, top + y, right + x, bottom + y];
      });
    },

    /** A free place in view: a country's in its middle or a line off, a town's beside its dot. */
    _place({ kind, width }, [x, y], taken, { min, max }) {
      const around = (down) => [x - width / 2 - 6, y + down - 10, x + width / 2 + 6, y + down + 10];
      // A group often stands on its town: then the name goes beside the group and has no dot.
      const over = this._obstacles.find((box) => overlap([x, y, x, y], box));
      const [left, right] = over ? [x - over[0] - 4, over[2] - x - 4] : [0, 0];
      const box = (from, to) => (over ? [from + 9, y - 9, to - 9, y + 9] : [from, y - 9, to, y + 9]);
      const places = kind === "country"
        ? [0, -28, 28].map((down) => ({ side: "middle", at: [x, y + down], box: around(down) }))
        : [
            { side: "right", at: [x + right, y], box: box(x + right - 5, x + right + width + 11) },
            { side: "left", at: [x - left, y], box: box(x - left - width - 11, x - left + 5) },
          ].map((place) => ({ ...place, bare: over !== undefined }));
      const inView = (box) => box[0] >= min.x && box[1] >= min.y && box[2] <= max.x && box[3] <= max.y;
      return places.find(({ box }) => inView(box) && !taken.some((other) => overlap(box, other))) ?? null;
    },

    _label({ text, kind, capital }, { at: [x, y], side, bare }) {
      const element = document.createElement("span");
      const kinds = [kind, side, capital && "capital", bare && "bare"].filter(Boolean);
      element.className = ["map-name", ...kinds.map((one) => `map-name-${one}`)].join(" ");
      const inner = document.createElement("span");
      inner.textContent = text;
      element.append(inner);
      L.DomUtil.setPosition(element, L.point(Math.round(x), Math.round(y)));
      return element;
    },
  });

  const VectorBasemap = L.LayerGroup.extend({
    initialize(options) {
      L.setOptions(this, options);
      const ground = new Ground(options.url);
      const canvas = new Canvas(ground, { attribution: options.attribution, updateWhenZooming: false });
      const names = new Names(ground);
      const write = L.Util.throttle(() => names._map && names._write(), 100);
      canvas.on("painted", write);
      ground.labels().then(write, () => {});
      L.LayerGroup.prototype.initialize.call(this, [canvas, names]);
    },
  });

  L.vectorBasemap = (options) => new VectorBasemap(options);
})();
