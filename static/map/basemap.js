// The map's ground: coasts, borders, rivers and lakes drawn on canvas tiles. Names: names.js.
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

  const VectorBasemap = L.LayerGroup.extend({
    initialize(options) {
      L.setOptions(this, options);
      const ground = new Ground(options.url);
      const canvas = new Canvas(ground, { attribution: options.attribution, updateWhenZooming: false });
      const names = L.mapNames(ground);
      const write = L.Util.throttle(() => names.write(), 100);
      canvas.on("painted", write);
      ground.labels().then(write, () => {});
      L.LayerGroup.prototype.initialize.call(this, [canvas, names]);
    },
  });

  L.vectorBasemap = (options) => new VectorBasemap(options);
})();
