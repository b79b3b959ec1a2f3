// Suggests places while one types: a combobox with a list (ARIA Authoring Practices, "Editable
// Combobox With List Autocomplete"). Without scripts the field is sent as it stands.
//
// data-places names the parameter that a chosen place is sent as; the rest of the form goes along.
const WAIT = 120;
let number = 0;

class Combobox {
  constructor(field) {
    this.field = field;
    this.list = document.createElement("ul");
    this.list.id = `places-${++number}`;
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", field.labels[0].textContent);
    field.parentElement.classList.add("has-suggestions");
    field.after(this.list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.list.id]]) {
      field.setAttribute(name, value);
    }
    field.addEventListener("input", () => this.type());
    field.addEventListener("keydown", (event) => this.press(event));
    field.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("li")));
  }

  type() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const typed = this.field.value.trim();
    if (typed.length < 2) return this.close();
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      const answer = await fetch(`/places.json?limit=6&q=${encodeURIComponent(typed)}`, { signal: this.asking.signal });
      if (answer.ok && document.activeElement === this.field) this.show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
    return undefined;
  }

  show(places) {
    this.list.replaceChildren(...places.map((place, position) => {
      const option = document.createElement("li");
      option.id = `${this.list.id}-${position}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.label = place.label;
      const name = document.createElement("strong");
      name.textContent = place.name;
      const rest = place.label.slice(place.name.length).replace(/^, /, "");
      option.append(name, " ", rest);
      return option;
    }));
    this.marked = -1;
    this.list.hidden = places.length === 0;
    this.field.setAttribute("aria-expanded", String(places.length > 0));
    this.field.removeAttribute("aria-activedescendant");
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.show([]);
  }

  mark(position) {
    const options = [...this.list.children];
    this.marked = (position + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.marked)));
    const option = options[this.marked];
    this.field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  choose(option) {
    if (!option) return;
    this.field.value = option.dataset.label;
    this.field.name = this.field.dataset.places;
    this.close();
    // A search begins at once; a form with more to fill in goes on.
    if (this.field.form.method === "get") this.field.form.requestSubmit();
  }

  press(event) {
    if (this.list.hidden) return;
    if (event.key === "ArrowDown") this.mark(this.marked + 1);
    else if (event.key === "ArrowUp") this.mark(this.marked < 0 ? -1 : this.marked - 1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.marked >= 0) this.choose(this.list.children[this.marked]);
    else return;
    event.preventDefault();
  }
}

for (const field of document.querySelectorAll("[data-places]")) new Combobox(field);
