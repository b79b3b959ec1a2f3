// Single keys on the stewards' desk: they only move the focus or turn the page; acting takes Enter.
// They can be turned off (WCAG 2.2, 2.1.4), rest while somebody types, and nothing depends on them.
const STORE = "usergroups.shortcuts";
const FIELDS = { m: "message", n: "note", c: "changes", x: "reason" };
const dialog = document.getElementById("shortcuts");
const opener = document.querySelector("[data-shortcuts]");
const toggle = dialog.querySelector("[data-shortcuts-on]");

function remembered() {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
}

function remember(on) {
  try {
    localStorage.setItem(STORE, on ? "on" : "off");
  } catch {
    // Without a memory it holds for this page.
  }
}

const isTyping = (element) =>
  element.isContentEditable || /^(textarea|select)$/i.test(element.tagName)
  || (element.tagName === "INPUT" && !/^(checkbox|radio|button|submit)$/.test(element.type));

function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const at = rows.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by;
  rows[next]?.focus();
  return rows.length > 0;
}

function go(key) {
  if (key === "?") {
    dialog.showModal();
  } else if ((key === "j" || key === "k") && step(key === "j" ? 1 : -1)) {
    // The queue's own rows were meant.
  } else if (key === "o") {
    if (document.activeElement.matches("[data-row]")) document.activeElement.click();
  } else {
    const target = document.getElementById(FIELDS[key]) ?? document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    if (target.tagName === "A") target.click();
    else target.focus();
  }
  return true;
}

toggle.checked = remembered();
toggle.addEventListener("change", () => remember(toggle.checked));
opener.hidden = false;
opener.addEventListener("click", () => dialog.showModal());

document.addEventListener("keydown", (event) => {
  const isPlain = !(event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat);
  if (!toggle.checked || !isPlain || dialog.open || event.key.length !== 1 || isTyping(event.target)) return;
  if (go(event.key)) event.preventDefault();
});
