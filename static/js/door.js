// The door of a meetup on a phone, whatever its network does. A tap is put by first and sent then; it
// is sent until the server has answered, also after the page was closed and opened again. Each has a
// key or says how things are, so that one which arrives twice counts once. Without scripts the same
// buttons send forms.
const root = document.querySelector("[data-door]");
const told = root.dataset;
const STORE = `usergroups.door.${told.door}.`;
const LOOK_EVERY = 10000, LONGEST_PAUSE = 15000, PATIENCE = 15000;
const part = (name) => root.querySelector(`[data-${name}]`);
const letters = { ß: "ss", ø: "o", ł: "l", đ: "d", æ: "ae", ı: "i", œ: "oe", þ: "th" };
const field = document.getElementById("q");
// A list that is whole is searched here; of a longer one, or one that was searched already, the
// server has the rest.
const isWhole = !told.cut && !field.defaultValue;
let token = told.token;
let order = 0;

// Taps that wait, one entry each, so that two windows of a phone never write over one another.
const store = (() => {
  try {
    localStorage.setItem(`${STORE}try`, "");
    localStorage.removeItem(`${STORE}try`);
    return localStorage;
  } catch {
    const kept = new Map(); // without a memory they last as long as the page
    return {
      setItem: (key, value) => kept.set(key, value),
      getItem: (key) => kept.get(key) ?? null,
      removeItem: (key) => kept.delete(key),
      key: (at) => [...kept.keys()][at] ?? null,
      get length() { return kept.size; },
    };
  }
})();

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function waiting() {
  const keys = Array.from({ length: store.length }, (_, at) => store.key(at));
  return keys.filter((key) => key?.startsWith(STORE)).sort().map((key) => [key, JSON.parse(store.getItem(key))]).filter(([, tap]) => tap);
}

function keep(act, fields) {
  const at = `${Date.now()}-${String(order++).padStart(6, "0")}`;
  store.setItem(`${STORE}${at}-${newKey()}`, JSON.stringify({ act, fields }));
  show();
  flush();
}

function mark(row, isHere) {
  const button = row.querySelector("button");
  row.classList.toggle("caller-here", isHere);
  button.classList.toggle("button-quiet", isHere);
  button.formAction = `${told.path}/${isHere ? "undo" : "check-in"}`;
  row.querySelector("[data-word]").textContent = isHere ? told.here : told.checkIn;
  row.querySelector("[data-undo]").hidden = !isHere;
}

// What waits is shown as done, and as not sent yet.
function show(problem = "") {
  const taps = waiting();
  const last = new Map(taps.filter(([, tap]) => tap.fields.rsvp).map(([, tap]) => [tap.fields.rsvp, tap.act]));
  for (const row of root.querySelectorAll("[data-caller]")) {
    const act = last.get(row.dataset.caller);
    if (act) mark(row, act === "check-in");
    row.querySelector("[data-waits]").hidden = !act;
  }
  const line = part("waiting-told");
  const words = [taps.length ? told.waiting.replace("{n}", taps.length) : "", problem].filter(Boolean).join(" ");
  if (line.textContent !== words) line.textContent = words;
  line.hidden = !words;
}

function put(name, html) {
  const place = part(name);
  if (place.contains(document.activeElement) && document.activeElement !== document.body && place.innerHTML !== html) {
    const at = [...place.querySelectorAll("a, button")].indexOf(document.activeElement);
    place.innerHTML = html;
    place.querySelectorAll("a, button")[at]?.focus();
  } else {
    place.innerHTML = html;
  }
}

let seen = "";
function take(state) {
  token = state.token;
  const { token: _token, walk_ins: list, ...facts } = state;
  const now = JSON.stringify(facts) + list.replace(/value="[^"]*"/g, "");
  if (now !== seen) {
    put("inside", state.inside);
    put("walk-ins", list);
  }
  seen = now;
  for (const row of root.querySelectorAll("[data-caller]")) mark(row, row.dataset.caller in state.here);
  show();
}

// Looks how things are now; answers the status, 200 where there is a fresh token, too.
async function look() {
  try {
    const answer = await fetch(`${told.path}/now`, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok) take(await answer.json());
    return answer.status;
  } catch {
    return 0; // no network
  }
}

// "done", "later", "again" (with a fresh token), "refused" or "signed-out".
async function send(tap) {
  try {
    const answer = await fetch(`${told.path}/${tap.act}`, {
      method: "POST",
      body: new URLSearchParams({ ...tap.fields, csrf_token: token }),
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.ok) {
      const state = await answer.json(); // the line may break in the middle of it
      return { verdict: "done", state };
    }
    if (answer.status === 400) return { verdict: "again" };
    if (answer.status === 401) return { verdict: "signed-out" };
    const isPassing = answer.status >= 500 || answer.status === 408 || answer.status === 429;
    return { verdict: isPassing ? "later" : "refused" };
  } catch {
    return { verdict: "later" };
  }
}

let isSending = false;
let pause = 1000;
let timer;

async function flush() {
  if (isSending) return;
  isSending = true;
  clearTimeout(timer);
  let problem = "";
  let retried = "";
  for (let [next] = waiting(); next; [next] = waiting()) {
    const [key, tap] = next;
    const { verdict, state } = await send(tap);
    if (verdict === "done" || verdict === "refused") {
      store.removeItem(key);
      pause = 1000;
      if (state) take(state);
      else problem = told.refused;
      continue;
    }
    const looked = verdict === "again" && retried !== key ? await look() : 0;
    if (looked === 200) {
      retried = key;
    } else {
      if (verdict === "signed-out" || looked === 401) problem = told.signedOut;
      timer = setTimeout(flush, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
      break;
    }
  }
  isSending = false;
  if (problem === told.refused) await look();
  show(problem);
}

function fold(text) {
  return text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "").replace(/[ßøłđæıœþ]/g, (letter) => letters[letter]);
}

function seek(field) {
  const words = fold(field.value).split(/\s+/).filter(Boolean);
  let found = 0;
  for (const row of root.querySelectorAll("[data-caller]")) {
    row.hidden = !words.every((word) => ` ${row.dataset.find}`.includes(` ${word}`));
    found += row.hidden ? 0 : 1;
  }
  part("found-told").textContent = words.length ? told.found.replace("{n}", found) : "";
}

root.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-list]")) {
    const button = event.submitter;
    keep(new URL(button.formAction).pathname.split("/").pop(), { rsvp: button.value });
  } else if (form.dataset.act) {
    const fields = Object.fromEntries(new FormData(form));
    delete fields.csrf_token;
    if (form.dataset.act === "walk-in") fields.tap = newKey();
    keep(form.dataset.act, fields);
    form.closest("details")?.removeAttribute("open");
  } else if (form.matches("[role=search]") && isWhole) {
    seek(field);
  } else {
    return;
  }
  event.preventDefault();
});

if (isWhole) field.addEventListener("input", () => seek(field));
addEventListener("online", flush);
addEventListener("storage", () => show());
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
setInterval(() => { if (!document.hidden) look(); }, LOOK_EVERY);
show();
flush();
