// The clash advisor beside a day in a form: what it says of the day that stands there, and a click
// on a day that it suggests takes that one. Without scripts a link leads to its page.
const PAUSE = 350;

function follow(panel) {
  const field = document.getElementById(panel.dataset.clashesField);
  const part = panel.querySelector("[data-clashes-part]");
  let waiting;
  let asked = 0;

  async function look() {
    if (!field.value) {
      return;
    }
    const wanted = new URLSearchParams({
      on: field.value, meetup: panel.dataset.clashesMeetup, part: "yes",
    });
    const turn = ++asked;
    try {
      const answer = await fetch(`${panel.dataset.clashes}?${wanted}`);
      const text = await answer.text();
      if (turn === asked && (answer.ok || answer.status === 422)) {
        const page = new DOMParser().parseFromString(text, "text/html");
        part.replaceChildren(...page.body.childNodes);
      }
    } catch {
      // The line is down for a moment: the link is still there.
    }
  }

  part.addEventListener("click", (event) => {
    const day = event.target.closest("[data-take]");
    if (day) {
      event.preventDefault();
      field.value = day.dataset.take;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    }
  });
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE);
  });
  look();
}

document.querySelectorAll("[data-clashes]").forEach(follow);
