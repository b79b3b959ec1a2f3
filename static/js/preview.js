// A form that shows what it stands for while it is filled in: it is sent as by its button
// "preview", and the part that comes back is put where data-preview says. Without scripts that
// button loads the page.
const PAUSE = 350;

function follow(form) {
  const part = document.getElementById(form.dataset.preview);
  let waiting;
  let asked = 0;

  async function look() {
    const body = new FormData(form);
    body.set("preview", "yes");
    body.set("part", "yes");
    const turn = ++asked;
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      const text = await answer.text();
      // 422 says what is wrong; anything else but 200 is no part of this page.
      if (turn === asked && (answer.ok || answer.status === 422)) {
        const page = new DOMParser().parseFromString(text, "text/html");
        part.replaceChildren(...page.body.childNodes);
      }
    } catch {
      // The line is down for a moment: the button is still there.
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE);
  });
  look();
}

document.querySelectorAll("form[data-preview]").forEach(follow);
