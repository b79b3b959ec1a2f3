// The groups on the map: clusters and pins of the view, fetched as it moves.
//
// What people wrote reaches the page as text only (textContent, setAttribute). The element of the
// map says what is asked of the page: data-labels (words, JSON), data-query (filters), data-at
// ("lat,lng" of a page about one place) or data-fit ("west,south,east,north" to be seen). It is told
// "map:narrowed" when data-query has changed, and tells "map:moved" with the view in degrees.
(function () {
  "use strict";

  const TILE = 256;
  const MOST_ZOOM_ASKED = 14;
  const MOST_MEMBERS = 400;
  const ZOOM_AT_PLACE = 8;
  const MOST_ZOOM_FITTED = 7; // what a country of one city shows around it
  const ALL_BUT_ONE_PLACE = 0.02; // degrees; groups nearer than this are shown as a list
  const VIEWS = { europe: [[35, -11], [64, 33]], world: [[-50, -150], [68, 170]] };
  const WORDS = {
    europe: "Europe",
    world: "World",
    near: "Near me",
    nearFailed: "Your place is not known.",
    legend: "Legend",
    close: "Close",
    zoomIn: "Zoom in",
    zoomOut: "Zoom out",
    shown: "Groups on the map: {count}",
    failed: "The map could not load its groups.",
    cluster: "{count} groups",
    next: "Next meetup: {date}",
    active: "Active",
    quiet: "Quiet",
    forming: "Forming",
    dormant: "Dormant",
    vacant: "Looking for organizers",
  };

  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

  function element(name, properties = {}, ...children) {
    const made = document.createElement(name);
    Object.assign(made, properties);
    made.append(...children);
    return made;
  }

  // ---- Rows of /map/groups.json

  function groupOf([lat, lng, , slug, name, status, next]) {
    return { lat, lng, count: 1, slug, name, next, status: L.mapPins.statuses.includes(status) ? status : "dormant" };
  }

  const placeOf = (row) =>
    row[2] === 1 ? groupOf(row) : { lat: row[0], lng: row[1], count: row[2], key: row[3] };

  const identity = (place, world) => `${place.slug ?? `${place.key}/${place.count}`}@${world}`;

  // ---- The layer

  const GroupLayer = L.Layer.extend({
    initialize(options) {
      L.setOptions(this, options);
      this._markers = new Map();
      this._asked = "";
    },

    onAdd(map) {
      const root = map.getContainer();
      this._words = { ...WORDS, ...JSON.parse(root.dataset.labels || "{}") };
      this._query = root.dataset.query || "";
      this._language = document.documentElement.lang || "en";
      map.attributionControl.setPrefix("Leaflet");
      this._said = element("p", { className: "map-said" });
      this._said.setAttribute("role", "status");
      root.append(this._said);
      this._group = L.layerGroup().addTo(map);
      this._addControls(map);
      this._start(map, root.dataset.at);
      root.addEventListener("keydown", (event) => this._onKey(event), true);
      root.addEventListener("map:narrowed", () => {
        this._query = root.dataset.query || "";
        this._asked = "";
        map.closePopup();
        this._load();
      });
      this._load();
    },

    getEvents() {
      return { moveend: this._load, popupopen: this._onPopup, popupclose: this._onPopupClosed };
    },

    _start(map, at) {
      const [west, south, east, north] = (map.getContainer().dataset.fit || "").split(",").map(Number);
      if (Number.isFinite(north)) {
        map.fitBounds([[south, west], [north, east]], { animate: false, maxZoom: MOST_ZOOM_FITTED, padding: [24, 24] });
        return;
      }
      const [lat, lng] = (at || "").split(",").map(Number);
      if (at && Number.isFinite(lat) && Number.isFinite(lng)) {
        map.setView([lat, lng], ZOOM_AT_PLACE, { animate: false });
        L.circleMarker([lat, lng], { radius: 8, interactive: false, className: "map-asked" }).addTo(map);
      }
      else if (VIEWS[this.options.view]) map.fitBounds(VIEWS[this.options.view], { animate: false });
    },

    // -- Fetching

    /** The view in whole tiles, so that neighbours share answers and a small move asks nothing. */
    _address() {
      const map = this._map;
      const zoom = Math.min(map.getZoom(), MOST_ZOOM_ASKED);
      const { min, max } = map.getPixelBounds();
      const corner = (x, y) => map.unproject([x * TILE, y * TILE]);
      const southWest = corner(Math.floor(min.x / TILE), Math.ceil(max.y / TILE));
      const northEast = corner(Math.ceil(max.x / TILE), Math.floor(min.y / TILE));
      const box = [southWest.lng, southWest.lat, northEast.lng, northEast.lat].map((edge) => edge.toFixed(4));
      return `bbox=${box.join(",")}&z=${zoom}`;
    },

    /** What is seen, "west,south,east,north"; never more than once round the world. */
    _view() {
      const bounds = this._map.getBounds();
      const [west, east] = [bounds.getWest(), bounds.getEast()];
      const edges = east - west >= 360 ? [-180, 180] : [west, east];
      const clamp = (latitude) => Math.max(-90, Math.min(90, latitude));
      return [edges[0], clamp(bounds.getSouth()), edges[1], clamp(bounds.getNorth())].map((edge) => edge.toFixed(3)).join(",");
    },

    async _fetch(query, signal) {
      const address = `${this.options.url}?${query}${this._query ? `&${this._query}` : ""}`;
      const answer = await fetch(address, { signal, credentials: "omit" });
      if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
      return (await answer.json()).rows;
    },

    async _load() {
      const address = this._address();
      if (address === this._asked) return this._show(this._places || []);
      this._asked = address;
      if (this._underway) this._underway.abort();
      this._underway = new AbortController();
      try {
        const rows = await this._fetch(address, this._underway.signal);
        this._places = rows.map(placeOf);
        this._show(this._places);
      } catch (error) {
        if (error.name === "AbortError") return undefined;
        this._asked = "";
        this._say(this._words.failed);
      }
      return undefined;
    },

    _say(text) {
      this._said.textContent = text;
    },

    // -- Showing

    /** The turns round the world in which a place is in view; the first is the one for keys. */
    _worlds({ lng }) {
      const bounds = this._map.getBounds().pad(0.1);
      const nearest = Math.round((this._map.getCenter().lng - lng) / 360);
      const inView = (world) => lng + 360 * world >= bounds.getWest() && lng + 360 * world <= bounds.getEast();
      return [nearest, ...[nearest - 1, nearest + 1].filter(inView)];
    },

    _label(place) {
      if (place.slug === undefined) return fill(this._words.cluster, { count: place.count });
      return [place.name, this._words[place.status], this._next(place)].filter(Boolean).join(", ");
    },

    _next({ next }) {
      if (!next) return "";
      const date = new Intl.DateTimeFormat(this._language, { dateStyle: "medium", timeZone: "UTC" });
      return fill(this._words.next, { date: date.format(new Date(`${next}T00:00:00Z`)) });
    },

    _show(places) {
      const focused = [...this._markers.values()].find((marker) => marker.getElement() === document.activeElement);
      const wanted = new Map();
      for (const place of places) {
        this._worlds(place).forEach((world, position) => {
          const id = `${identity(place, world)}${position === 0}`;
          wanted.set(id, this._markers.get(id) || this._marker(place, world, position === 0));
        });
      }
      for (const [id, marker] of this._markers) if (!wanted.has(id)) this._group.removeLayer(marker);
      for (const [id, marker] of wanted) if (!this._markers.has(id)) this._group.addLayer(marker);
      this._markers = wanted;
      this._rove(focused);
      const visible = places.filter((place) => this._worlds(place).some((world) =>
        this._map.getBounds().contains([place.lat, place.lng + 360 * world])));
      const count = visible.reduce((sum, place) => sum + place.count, 0);
      this._say(fill(this._words.shown, { count: new Intl.NumberFormat(this._language).format(count) }));
      this._map.fire("groupsdrawn", { boxes: this._boxes() });
      const detail = { view: this._view(), query: this._query };
      this._map.getContainer().dispatchEvent(new CustomEvent("map:moved", { detail }));
    },

    _marker(place, world, primary) {
      const icon = L.mapPins.icon({ place, label: this._label(place), primary });
      const marker = L.marker([place.lat, place.lng + 360 * world], { icon, keyboard: false, riseOnHover: true });
      Object.assign(marker, { place, primary });
      marker.on("click", () => this._open(marker));
      return marker;
    },

    _boxes() {
      return [...this._markers.values()].map((marker) => {
        const { x, y } = this._map.latLngToLayerPoint(marker.getLatLng());
        const half = (marker.place.slug === undefined ? L.mapPins.size(marker.place) + 8 : L.mapPins.size(marker.place)) / 2;
        return [x - half, y - half, x + half, y + half];
      });
    },

    // -- Opening

    async _open(marker) {
      const { place } = marker;
      if (place.slug !== undefined) return this._popup(marker, this._groupText(place), place.name);
      if (place.count > MOST_MEMBERS) return this._zoomTo(marker);
      try {
        const rows = await this._fetch(`at=${encodeURIComponent(place.key)}`);
        const members = rows.map(groupOf);
        const turn = 360 * Math.round((marker.getLatLng().lng - place.lng) / 360);
        const bounds = L.latLngBounds(members.map(({ lat, lng }) => [lat, lng + turn]));
        const wide = Math.max(bounds.getNorth() - bounds.getSouth(), bounds.getEast() - bounds.getWest());
        const atLast = this._map.getZoom() >= this._map.getMaxZoom();
        if (wide < ALL_BUT_ONE_PLACE || atLast) this._popup(marker, this._listText(members), this._label(place));
        else this._map.fitBounds(bounds, { padding: [48, 48] });
      } catch {
        this._say(this._words.failed);
      }
      return undefined;
    },

    _zoomTo(marker) {
      this._map.setView(marker.getLatLng(), Math.min(this._map.getZoom() + 2, this._map.getMaxZoom()));
    },

    _link({ slug, name }) {
      return element("a", { href: `${this.options.pages}${encodeURIComponent(slug)}`, textContent: name });
    },

    _groupText(place) {
      const content = element("div", {}, this._link(place), element("p", { textContent: this._words[place.status] }));
      const next = this._next(place);
      if (next) content.append(element("p", { textContent: next }));
      return content;
    },

    _listText(members) {
      return element("ul", { className: "map-members" }, ...members.map((member) => {
        const told = [this._words[member.status], this._next(member)].filter(Boolean).join(" · ");
        return element("li", {}, L.mapPins.shape(member.status), element("div", {}, this._link(member), element("p", { textContent: told })));
      }));
    },

    _popup(marker, content, label) {
      this._opener = marker;
      const popup = L.popup({ minWidth: 180, maxWidth: 280, autoPanPadding: [24, 24], offset: [0, -6] });
      popup.label = label;
      popup.setLatLng(marker.getLatLng()).setContent(content);
      this._map.openPopup(popup);
    },

    _onPopup({ popup }) {
      const root = popup.getElement();
      root.setAttribute("role", "dialog");
      root.setAttribute("aria-label", popup.label);
      root.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", this._words.close);
      root.querySelector(".leaflet-popup-content a").focus({ preventScroll: true });
    },

    _onPopupClosed({ popup }) {
      const within = popup.getElement()?.contains(document.activeElement) || document.activeElement === document.body;
      if (within && this._opener) this._focusNear(this._opener.getLatLng());
    },

    // -- Keys: one tab stop for all markers. Arrows go to the nearest one in their direction,
    // which may pass some by; Page Up and Page Down go through all of them from west to east.

    _primaries() {
      return [...this._markers.values()].filter((marker) => marker.primary && marker.getElement());
    },

    /** Give one marker the place in the tab order: the one that had it, else the one nearest to it. */
    _rove(focused) {
      const all = this._primaries();
      if (all.length === 0) return;
      const still = all.includes(this._stop);
      if (!still) this._stop = this._nearest(this._stop?.getLatLng() || this._map.getCenter());
      for (const marker of all) marker.getElement().tabIndex = marker === this._stop ? 0 : -1;
      if (focused && !all.includes(focused)) this._stop.getElement().focus({ preventScroll: true });
    },

    _nearest(place) {
      const here = this._map.latLngToLayerPoint(place);
      const far = (marker) => here.distanceTo(this._map.latLngToLayerPoint(marker.getLatLng()));
      return this._primaries().reduce((a, b) => (far(b) < far(a) ? b : a));
    },

    _focusNear(place) {
      if (this._primaries().length === 0) return;
      this._stop = this._nearest(place);
      this._rove();
      this._stop.getElement().focus({ preventScroll: true });
    },

    _onKey(event) {
      if (event.key === "Escape" && this._map._popup?.isOpen()) {
        this._map.closePopup();
        event.stopPropagation();
        return;
      }
      const marker = this._primaries().find((one) => one.getElement() === event.target);
      if (!marker) return;
      const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      if (event.key === "Enter" || event.key === " ") this._open(marker);
      else if (steps[event.key]) this._goTo(this._ahead(marker, steps[event.key]));
      else if (event.key === "PageDown") this._goTo(this._inOrder(marker, 1));
      else if (event.key === "PageUp") this._goTo(this._inOrder(marker, -1));
      else return;
      event.preventDefault();
      event.stopPropagation();
    },

    /** The marker that lies nearest in a direction; what is off the way counts double. */
    _ahead(marker, [right, down]) {
      const here = this._map.latLngToLayerPoint(marker.getLatLng());
      const ranked = this._primaries().flatMap((other) => {
        const way = this._map.latLngToLayerPoint(other.getLatLng()).subtract(here);
        const ahead = way.x * right + way.y * down;
        const aside = Math.abs(way.x * down) + Math.abs(way.y * right);
        return other !== marker && ahead > 0 && ahead >= aside / 2 ? [[ahead + 2 * aside, other]] : [];
      });
      return ranked.length === 0 ? marker : ranked.reduce((a, b) => (b[0] < a[0] ? b : a))[1];
    },

    /** The marker before or after one, from west to east and round again. */
    _inOrder(marker, step) {
      const all = this._primaries().sort((a, b) =>
        a.getLatLng().lng - b.getLatLng().lng || b.getLatLng().lat - a.getLatLng().lat);
      return all.at((all.indexOf(marker) + step) % all.length);
    },

    _goTo(marker) {
      this._stop = marker;
      this._rove();
      marker.getElement().focus({ preventScroll: true });
      if (!this._map.getBounds().pad(-0.05).contains(marker.getLatLng())) this._map.panTo(marker.getLatLng());
    },

    // -- Buttons

    _addControls(map) {
      const words = this._words;
      if (map.zoomControl) {
        for (const [name, text] of [["in", words.zoomIn], ["out", words.zoomOut]]) {
          const button = map.zoomControl.getContainer().querySelector(`.leaflet-control-zoom-${name}`);
          button.setAttribute("aria-label", text);
          button.title = text;
        }
      }
      const button = (text, act) => {
        const made = element("button", { type: "button", className: "map-button", textContent: text });
        made.addEventListener("click", act);
        return made;
      };
      const buttons = [
        button(words.europe, () => map.fitBounds(VIEWS.europe)),
        button(words.world, () => map.fitBounds(VIEWS.world)),
      ];
      if (navigator.geolocation) buttons.push(button(words.near, () => this._toMyPlace()));
      this._control(map, "topright", element("div", { className: "map-views" }, ...buttons));
      const entries = L.mapPins.statuses.map((status) => element("li", {}, L.mapPins.shape(status), words[status]));
      this._control(map, "bottomleft", element("details", { className: "map-legend" },
        element("summary", { textContent: words.legend }), element("ul", {}, ...entries)));
    },

    _control(map, position, content) {
      const Control = L.Control.extend({
        onAdd() {
          L.DomEvent.disableClickPropagation(content).disableScrollPropagation(content);
          return content;
        },
      });
      new Control({ position }).addTo(map);
    },

    /** Asks for the place only now, and tells it to nobody: the map moves, no more. */
    _toMyPlace() {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => this._map.setView([coords.latitude, coords.longitude], 8),
        () => this._say(this._words.nearFailed),
        { maximumAge: 600000, timeout: 10000 },
      );
    },
  });

  if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
    L.Map.mergeOptions({ zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
  }

  L.groupLayer = (options) => new GroupLayer(options);
})();
