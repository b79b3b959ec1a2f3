// The marks on the map: a pin for each status, a disc with a number for a cluster.
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  // Each status has a shape of its own, so that it can be told without its colour.
  const SHAPES = {
    active: [["circle", { cx: 14, cy: 14, r: 12, class: "map-shape-solid" }], ["circle", { cx: 14, cy: 14, r: 4, class: "map-shape-hole" }]],
    quiet: [["circle", { cx: 14, cy: 14, r: 12, class: "map-shape-solid" }], ["rect", { x: 8, y: 12, width: 12, height: 4, rx: 1, class: "map-shape-hole" }]],
    forming: [["path", { d: "M14 1 27 14 14 27 1 14Z", class: "map-shape-solid" }], ["path", { d: "M12.5 9h3v3.5H19v3h-3.5V19h-3v-3.5H9v-3h3.5Z", class: "map-shape-hole" }]],
    dormant: [["circle", { cx: 14, cy: 14, r: 10.5, class: "map-shape" }]],
    vacant: [["rect", { x: 4, y: 4, width: 20, height: 20, rx: 2, class: "map-shape map-shape-dashed" }]],
  };

  function shape(status) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 28 28");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("class", `map-status-${status}`);
    for (const [name, attributes] of SHAPES[status]) {
      const part = document.createElementNS(SVG, name);
      for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
      svg.append(part);
    }
    return svg;
  }

  /** The width in pixels of a place's mark: more groups, more room, and always enough for a finger. */
  function size({ slug, count }) {
    if (slug !== undefined) return 28;
    return Math.min(60, Math.round(30 + 7 * Math.log10(count) + (count > 99 ? 6 : 0)));
  }

  const Icon = L.Icon.extend({
    createIcon() {
      const { place, label, primary } = this.options;
      const made = document.createElement("div");
      const width = size(place);
      if (place.slug === undefined) {
        made.className = "leaflet-marker-icon map-group map-cluster";
        made.textContent = place.count;
      } else {
        made.className = `leaflet-marker-icon map-group map-status-${place.status}`;
        made.append(shape(place.status));
      }
      Object.assign(made.style, {
        width: `${width}px`, height: `${width}px`, marginLeft: `${-width / 2}px`, marginTop: `${-width / 2}px`,
      });
      if (primary) {
        made.setAttribute("role", "button");
        made.setAttribute("aria-label", label);
        made.setAttribute("aria-keyshortcuts", "PageDown PageUp");
        made.tabIndex = -1;
      } else {
        made.setAttribute("aria-hidden", "true");
      }
      return made;
    },
    createShadow: () => null,
  });

  L.mapPins = { statuses: Object.keys(SHAPES), shape, size, icon: (options) => new Icon(options) };
})();
