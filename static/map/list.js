// The page of the map: the list beside it follows the view, and the filters above it act at once.
//
// Everything here is there without scripts, too: the form is sent, the page comes with its list.
// What people wrote reaches the page as text only. The list's element says which words to use
// (data-words, JSON); the map's element tells "map:moved", and is told "map:narrowed".
(function () {
  "use strict";

  const FILTERS = ["topic", "status", "language", "coming"];
  const PAGES = "/groups/";
  const QUIET = 150; // milliseconds without a move after which the list is asked for

  const language = document.documentElement.lang || "en";
  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  const number = new Intl.NumberFormat(language);
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  const names = new Intl.DisplayNames([language, "en"], { type: "region" });

  function element(name, properties = {}, ...children) {
    const made = document.createElement(name);
    Object.assign(made, properties);
    made.append(...children);
    return made;
  }

  class List {
    constructor(root) {
      this.title = root.querySelector("#list");
      this.body = root.querySelector(".map-list-body");
      this.words = JSON.parse(root.dataset.words);
    }

    follow({ view, query }) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.load(view, query), QUIET);
    }

    async load(view, query) {
      this.underway?.abort();
      this.underway = new AbortController();
      try {
        const address = `/map/list.json?bbox=${view}${query ? `&${query}` : ""}`;
        const answer = await fetch(address, { signal: this.underway.signal, credentials: "omit" });
        if (answer.ok) this.show(await answer.json());
      } catch (error) {
        if (error.name !== "AbortError") throw error;
      }
    }

    show({ total, countries }) {
      const named = countries.map(([code, count, groups]) => ({ code, count, groups, name: names.of(code) }));
      named.sort((a, b) => a.name.localeCompare(b.name, language));
      const isWhole = named.every(({ groups }) => groups.length > 0);
      this.title.textContent = fill(this.words.total, { count: number.format(total) });
      const note = total === 0 ? this.words.none : isWhole ? "" : this.words.many;
      const shown = named.map((country) => this.country(country));
      this.body.replaceChildren(...(note ? [element("p", { className: "soft", textContent: note })] : []), ...shown);
      this.body.scrollTop = 0;
    }

    country({ code, name, count, groups }) {
      const link = element("a", { href: `/countries/${encodeURIComponent(code)}`, textContent: name });
      const head = element("h3", {}, link, " ", element("span", { className: "count", textContent: number.format(count) }));
      if (groups.length === 0) return element("section", {}, head);
      return element("section", {}, head, element("ul", {}, ...groups.map((group) => this.group(group))));
    }

    group([slug, name, status, next]) {
      const link = element("a", { href: PAGES + encodeURIComponent(slug), textContent: name });
      const told = [this.words[status]];
      if (next) told.push(fill(this.words.next, { date: day.format(new Date(`${next}T00:00:00Z`)) }));
      const row = element("div", {}, link, element("p", { textContent: told.join(" · ") }));
      return element("li", {}, L.mapPins.shape(L.mapPins.statuses.includes(status) ? status : "dormant"), row);
    }
  }

  /** The filters as part of an address, in the order of their names; those left open are not in it. */
  function narrowed(form) {
    const given = new FormData(form);
    return new URLSearchParams(FILTERS.filter((name) => given.get(name)).map((name) => [name, given.get(name)]));
  }

  const root = document.querySelector(".map-list");
  const map = document.querySelector(".map");
  const form = document.querySelector(".map-form");
  if (root && map) {
    const list = new List(root);
    map.addEventListener("map:moved", ({ detail }) => list.follow(detail));
  }
  if (form && map) {
    form.addEventListener("change", ({ target }) => {
      if (!FILTERS.includes(target.name)) return;
      const wanted = narrowed(form);
      map.dataset.query = wanted;
      const address = new URL(window.location);
      for (const name of FILTERS) address.searchParams.delete(name);
      for (const [name, value] of wanted) address.searchParams.set(name, value);
      window.history.replaceState(null, "", address);
      map.dispatchEvent(new Event("map:narrowed"));
    });
  }
})();
