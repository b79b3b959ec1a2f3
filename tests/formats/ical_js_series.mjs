// Reads calendars with ical.js, as Thunderbird does, and expands their series up to the instant in
// the first argument: what somebody who subscribes to them sees. They come as a JSON object, by
// name, on standard input; prints what each holds, by the same names, as JSON.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const until = Date.parse(process.argv[2]);
const minute = (time) => (time.isDate ? `${time}` : time.toJSDate().toISOString().slice(0, 16));
const row = (item, startDate, endDate) => ({
  uid: item.uid,
  start: minute(startDate),
  end: minute(endDate),
  title: item.summary,
  status: item.component.getFirstPropertyValue("status"),
});

function expanded(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
  }
  const components = calendar.getAllSubcomponents("vevent");
  const apart = components.filter((one) => one.hasProperty("recurrence-id"));
  const found = [];
  for (const component of components.filter((one) => !one.hasProperty("recurrence-id"))) {
    const own = apart.filter(
      (one) => one.getFirstPropertyValue("uid") === component.getFirstPropertyValue("uid"),
    );
    const event = new ICAL.Event(component, { exceptions: own, strictExceptions: true });
    if (!event.isRecurring()) {
      found.push(row(event, event.startDate, event.endDate));
      continue;
    }
    const dates = event.iterator();
    for (let next = dates.next(); next && next.toJSDate() <= until; next = dates.next()) {
      const { item, startDate, endDate } = event.getOccurrenceDetails(next);
      found.push(row(item, startDate, endDate));
    }
  }
  return found;
}

const calendars = Object.entries(JSON.parse(readFileSync(0, "utf8")));
process.stdout.write(
  JSON.stringify(Object.fromEntries(calendars.map(([name, text]) => [name, expanded(text)]))),
);
