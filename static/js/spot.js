// Picks a position on the small map of a form: pressed on the map, or its middle taken by a button.
// The field is what is sent; it and the mark on the map follow one another.
const frame = document.querySelector("[data-spot]");
const DIGITS = 5;

function pick(map) {
  const field = document.getElementById(frame.dataset.spot);
  const mark = L.circleMarker([0, 0], { radius: 9, weight: 3, className: "spot-mark", interactive: false });

  function read() {
    const [latitude, longitude, ...more] = field.value.split(",").map((part) => (part.trim() ? Number(part) : NaN));
    if (more.length || !Number.isFinite(latitude) || !Number.isFinite(longitude)) return mark.remove();
    return mark.setLatLng([latitude, longitude]).addTo(map);
  }

  function write({ lat, lng }) {
    const at = L.latLng(lat, lng).wrap();
    field.value = `${at.lat.toFixed(DIGITS)}, ${at.lng.toFixed(DIGITS)}`;
    read();
  }

  map.on("click", (event) => write(event.latlng));
  frame.querySelector("[data-spot-middle]").addEventListener("click", () => write(map.getCenter()));
  field.addEventListener("input", read);
  read();
}

// The map's own scripts come before this one; where they could not be loaded, the field alone does.
const map = window.L && frame && window[frame.querySelector(".map").id];
if (map) {
  frame.hidden = false;
  map.invalidateSize();
  pick(map);
}
