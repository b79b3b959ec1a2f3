// The names on the map: countries in the page's language, towns, none over another or over a group.
(function () {
  "use strict";

  const WORLD = 2 ** 20;
  const TILE = 256;
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

  const MapNames = L.Layer.extend({
    initialize(ground) {
      this._ground = ground;
      this._country = namesOfCountries();
      this._obstacles = [];
    },

    getEvents() {
      return { moveend: this.write, viewreset: this.write, groupsdrawn: this._avoid };
    },

    onAdd(map) {
      this._pane = map.getPane("names") || map.createPane("names");
      this._pane.classList.add("leaflet-zoom-hide");
      this._pane.setAttribute("aria-hidden", "true");
      this.write();
    },

    onRemove() {
      this._pane.replaceChildren();
    },

    _avoid(event) {
      this._obstacles = event.boxes;
      this.write();
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

    /** Write all names anew: the view, the towns that are known or what stands in the way changed. */
    write() {
      const map = this._map;
      if (!map) return;
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

  L.mapNames = (ground) => new MapNames(ground);
})();
