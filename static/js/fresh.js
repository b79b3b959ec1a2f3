// A page that waits for something looks again by itself, and puts in what is new, until it is there.
// Without scripts the page is loaded again as a whole.
let pause = 1500;

async function look() {
  const part = document.querySelector("[data-fresh]");
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-fresh]");
    if (answer.ok && fresh && !fresh.dataset.fresh) {
      part.replaceChildren(...fresh.childNodes);
      return;
    }
  } catch {
    // The line is down for a moment: the next look may find it up.
  }
  pause = Math.min(pause * 1.3, 15000);
  setTimeout(look, pause);
}

setTimeout(look, pause);
