// The time of a meetup on the reader's own clock, where that is another than the meetup's.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const line of document.querySelectorAll("[data-reader-time]")) {
  const starts = new Date(line.dataset.readerTime);
  const ends = new Date(line.dataset.until);
  const there = line.dataset.readerTime.slice(11, 16);
  const language = document.documentElement.lang || undefined;
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (clock.format(starts) !== there) {
    const words = new Intl.DateTimeFormat(language, {
      weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit",
    });
    line.textContent = `${line.dataset.words} ${words.formatRange(starts, ends)} (${zone.replaceAll("_", " ")})`;
    line.hidden = false;
  }
}
