// An evening for those who were awarded: invited, answered on a phone between two lessons, seated, and celebrated.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";

import ICAL from "ical.js";

import { openHouse } from "./house.mjs";

const house = await openHouse();
after(() => house.close());

const EVENING = { path: "/celebrations", follow: ["Celebration meal"], heading: "Celebration meal" };

async function asCoordinator(t, page = EVENING, options = {}) {
  const visit = await house.page(t, options);
  await house.signIn(visit, "coordinator");
  await house.open(visit, page);
  return visit;
}

/** The text of the file that a button hands over. */
async function taken(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}

test("a mentor answers on a phone, waits for a place, and moves up when there is one", async (t) => {
  const page = await house.page(t, { width: 390 });
  await house.signIn(page, "mentor with an award");
  await house.open(page, { path: "/submissions", follow: ["Read what the panel says", "Say whether you are coming"], heading: "Celebrations" });
  await page.getByRole("link", { name: "Celebration meal" }).click();
  await page.getByRole("heading", { name: "Your invitation" }).waitFor();

  // Nothing is chosen yet, and pressing says so.
  await page.getByRole("button", { name: "Save my answer" }).click();
  await page.getByRole("link", { name: "Say whether you are coming" }).waitFor();
  assert.deepEqual(await house.axe(page), []);

  await page.getByText("Yes, with pleasure").click();
  await page.getByLabel("Your guest’s name").fill("Sam Scarrow");
  await page.getByLabel(/do not eat/).fill("One vegetarian");
  await page.getByRole("checkbox", { name: /photographs/ }).check();
  assert.deepEqual(await house.axe(page), []);
  await page.getByRole("button", { name: "Save my answer" }).click();
  // All sixty places of the demonstration are taken.
  await page.getByText("On the waiting list", { exact: true }).waitFor();
  await page.reload();
  await page.getByText("On the waiting list", { exact: true }).waitFor();
  assert.equal(await page.getByLabel("Your guest’s name").inputValue(), "Sam Scarrow");
  const calendar = await taken(page, page.getByRole("button", { name: "Put it in my calendar" }));
  assert.equal(calendar.name, "celebration.ics");
  assert.match(calendar.text, /BEGIN:VEVENT\r\nUID:[0-9a-f-]{36}\r\nSEQUENCE:0\r\n/);
  assert.match(calendar.text, /DTSTART:20261211T180000Z/);

  const office = await asCoordinator(t, { ...EVENING, follow: ["Celebration meal", "Change it"], heading: "Change a celebration" });
  await office.getByLabel("Places").fill("200");
  await office.getByRole("button", { name: "Save the changes" }).click();
  await office.getByRole("heading", { name: "Who comes" }).waitFor();
  await office.getByText(/of 200 places are taken/).waitFor();

  await page.reload();
  await page.getByText("Coming", { exact: true }).waitFor();
  await page.getByText("Sorry, no").click();
  await page.getByRole("button", { name: "Save my answer" }).click();
  await page.getByText("Thank you for saying so.").waitFor();
  await page.getByText("Not coming", { exact: true }).waitFor();
});

test("a coordinator plans an evening, invites, and calls it off", async (t) => {
  const page = await asCoordinator(t, { path: "/celebrations", follow: ["Plan a celebration"], heading: "Plan a celebration" }, { width: 390, dark: true });
  await page.getByRole("button", { name: "Plan it" }).click();
  await page.getByRole("link", { name: "Say where it is" }).waitFor();
  assert.deepEqual(await house.axe(page), []);
  await page.getByLabel("What it is called").fill("Tea for the spring");
  await page.getByLabel("Where").fill("The Old Library, Northfell");
  await page.getByText("Spring 2026").click();
  await page.getByRole("button", { name: "Plan it" }).click();
  await page.getByRole("heading", { name: "Tea for the spring" }).waitFor();
  await page.getByText("Being planned").waitFor();
  await page.getByRole("button", { name: /^Invite \d+ people$/ }).click();
  await page.getByText("Invitations are out").waitFor();
  assert.deepEqual(await house.axe(page), []);

  await page.getByRole("button", { name: "Call it off" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Call it off" }).click();
  await dialog.getByRole("link", { name: "Say why, in a sentence" }).waitFor();
  await dialog.getByLabel("Why").fill("The library is being painted.");
  await dialog.getByRole("button", { name: "Call it off" }).click();
  await page.getByText("It does not take place").waitFor();
  await page.getByText("The library is being painted.").waitFor();
  await page.goto(new URL("/demo/mail", house.url).href);
  await page.getByText("Cancelled: Tea for the spring").first().waitFor();
});

test("tables are proposed by school and changed by hand, and the running list is the order of the certificates", async (t) => {
  const page = await asCoordinator(t, { ...EVENING, follow: ["Celebration meal", "Tables and order"], heading: "Tables and order" });
  await page.getByRole("button", { name: "Propose by school" }).click();
  await page.getByRole("heading", { name: "Table 2", exact: true }).waitFor();
  const first = page.getByLabel(/^Table of /).first();
  const who = (await first.evaluate((select) => select.labels[0].textContent)).replace("Table of ", "");
  await first.selectOption({ label: "Table 2" });
  await page.getByRole("button", { name: "Save the tables" }).click();
  await page.getByText("The tables are saved.").waitFor();
  await page.getByRole("heading", { name: "Table 2", exact: true }).waitFor();
  assert.equal(await page.getByLabel(`Table of ${who}`, { exact: true }).inputValue(), "2");

  const order = page.getByRole("region", { name: "Running list" }).getByRole("listitem");
  const second = await order.nth(1).innerText();
  await order.nth(1).getByRole("button", { name: /earlier/ }).click();
  await page.getByRole("button", { name: "Save the order" }).click();
  await page.getByText("The running list is saved.").waitFor();
  const name = second.replace(/^2\.\s*/, "").split("\n")[0].trim();
  await order.first().getByText(name, { exact: true }).waitFor();
  assert.deepEqual(await house.axe(page), []);

  await house.open(page, EVENING);
  const list = await taken(page, page.getByRole("button", { name: /CSV.*Running list/ }));
  assert.equal(list.name, "running-list.csv");
  assert.match(list.text.split("\r\n")[1], new RegExp(`^1,${name},`));
  const kitchen = await taken(page, page.getByRole("button", { name: /CSV.*For the kitchen/ }));
  assert.match(kitchen.text, /Vegetarian|Vegan|Halal|gluten|nuts/);
  const door = await taken(page, page.getByRole("button", { name: /PDF.*For the door/ }));
  assert.match(door.text, /^%PDF-1\.7/);
  const [certificates] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Print the certificates" }).click()]);
  assert.equal(certificates.suggestedFilename(), "certificates.pdf");
});

test("a coordinator answers for somebody who telephones", async (t) => {
  const page = await asCoordinator(t, { ...EVENING, follow: ["Celebration meal", "Guests"], heading: "Guests" }, { width: 390 });
  await page.getByLabel("Show").selectOption({ label: "Who has not answered" });
  const row = page.getByRole("row").filter({ has: page.getByRole("button", { name: /Answer for them/ }) }).first();
  const who = await row.getByRole("rowheader").locator("strong").innerText();
  await row.getByRole("button", { name: /Answer for them/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Sorry, no").click();
  assert.deepEqual(await house.axe(page), []);
  await dialog.getByRole("button", { name: "Save their answer" }).click();
  await page.getByText("Their answer is saved.").waitFor();
  await page.getByLabel("Show").selectOption({ label: "Who is not coming" });
  await page.getByRole("rowheader", { name: who }).waitFor();
});

test("what a coordinator noted in the meantime is not written over", async (t) => {
  const page = await house.page(t, { width: 390 });
  house.tolerate(page, /status of 412/);
  await house.signIn(page, "mentor with an award");
  await house.open(page, EVENING);
  await page.getByRole("heading", { name: "Your invitation" }).waitFor();
  const me = house.signIns.find(({ role }) => role === "mentor with an award").name;

  const office = await asCoordinator(t, { ...EVENING, follow: ["Celebration meal", "Guests"], heading: "Guests" });
  await office.getByRole("button", { name: new RegExp(`Answer for them – ${me}`) }).click();
  const dialog = office.getByRole("dialog");
  await dialog.getByText("Yes", { exact: true }).click();
  await dialog.getByLabel(/do not eat/).fill("No nuts: a severe allergy");
  await dialog.getByRole("button", { name: "Save their answer" }).click();
  await office.getByText("Their answer is saved.").waitFor();

  await page.getByText("Yes, with pleasure").click();
  await page.getByLabel(/do not eat/).fill("Vegetarian");
  await page.getByRole("button", { name: "Save my answer" }).click();
  await page.getByText("This answer has changed in the meantime").waitFor();
  assert.deepEqual(await house.axe(page), []);
  await page.getByRole("button", { name: "See what is there now" }).click();
  // What is there now stands beside what was written, and whoever saves once more has read it.
  await page.getByText(/There is now: .*does not eat: No nuts: a severe allergy\./).waitFor();
  await page.getByText("This answer has changed in the meantime").waitFor({ state: "detached" });
  assert.equal(await page.getByLabel(/do not eat/).inputValue(), "Vegetarian");
  assert.deepEqual(await house.axe(page), []);
  await page.getByLabel(/do not eat/).fill("Vegetarian, and no nuts: a severe allergy");
  await page.getByRole("button", { name: "Save my answer" }).click();
  await page.getByText(/Thank you\. See you there\.|You are on the waiting list\. We write/).first().waitFor();
  await page.getByText(/There is now:/).waitFor({ state: "detached" });
  await page.reload();
  await page.getByRole("heading", { name: "Your invitation" }).waitFor();
  assert.equal(await page.getByLabel(/do not eat/).inputValue(), "Vegetarian, and no nuts: a severe allergy");
});

test("the calendar of others takes an evening, what changes in it, and that it is called off", async (t) => {
  const page = await house.page(t);
  await house.signIn(page, "coordinator");
  await page.goto(new URL("/celebrations/new", house.url).href);
  await page.getByLabel("What it is called").fill("Tea, cake; and “thanks”");
  await page.getByLabel("Where").fill("The Old Library, Northfell");
  await page.getByText("Summer 2026").click();
  await page.getByRole("button", { name: "Plan it" }).click();
  await page.getByRole("button", { name: /^Invite \d+ people$/ }).click();
  await page.getByText("Invitations are out").waitFor();

  // Whoever plans it takes the file; a mentor's calendar asks by itself.
  const guest = await house.page(t);
  await house.signIn(guest, "mentor with an award");
  await guest.goto(new URL("/settings", house.url).href);
  await guest.getByRole("button", { name: "Make an address" }).click();
  const address = await guest.getByRole("status").locator("code").innerText();
  const uid = new URL(page.url()).pathname.split("/").at(-1);
  /** What ical.js, the reader in Thunderbird, makes of a calendar; it throws where something is not as RFC 5545 has it. */
  const event = (text) => {
    const calendar = new ICAL.Component(ICAL.parse(text));
    assert.equal(calendar.getFirstPropertyValue("version"), "2.0");
    assert(calendar.getFirstPropertyValue("prodid"));
    const events = calendar.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one, { strictExceptions: true }));
    assert.equal(new Set(events.map((one) => one.uid)).size, events.length, "no UID stands for two");
    for (const one of events) assert(one.startDate.compare(one.endDate) < 0 && one.component.getFirstPropertyValue("dtstamp"), one.uid);
    const { summary, location, sequence, startDate, component } = events.find((one) => one.uid === uid);
    const [method, status] = [calendar.getFirstPropertyValue("method"), component.getFirstPropertyValue("status")];
    return { method, summary, location, sequence, starts: startDate.toJSDate().toISOString(), status };
  };
  const feed = async () => event(await (await fetch(address)).text());
  const planned = await feed();
  assert.equal(planned.summary, "Tea, cake; and “thanks”");
  assert.equal(planned.location, "The Old Library, Northfell");
  assert.deepEqual([planned.method, planned.sequence, planned.status], ["PUBLISH", 0, "TENTATIVE"]);
  const file = event((await taken(page, page.getByRole("button", { name: "Put it in my calendar" }))).text);
  assert.deepEqual(file, { ...planned, status: "CONFIRMED" });

  await page.getByRole("link", { name: "Change it" }).click();
  await page.getByLabel("Where").fill("Carrow Hall, by the \\ lake");
  await page.getByRole("button", { name: "Save the changes" }).click();
  await page.getByRole("heading", { name: "Who comes" }).waitFor();
  assert.deepEqual(await feed(), { ...planned, location: "Carrow Hall, by the \\ lake", sequence: 1 });

  const late = await house.page(t);
  await house.signIn(late, "mentor with an award");
  await late.goto(page.url());
  const put = late.getByRole("button", { name: "Put it in my calendar" });
  await put.waitFor();
  await page.getByRole("button", { name: "Call it off" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Why").fill("The hall has no heating.");
  await dialog.getByRole("button", { name: "Call it off" }).click();
  await page.getByText("It does not take place").waitFor();
  const off = { ...planned, location: "Carrow Hall, by the \\ lake", sequence: 2, status: "CANCELLED" };
  assert.deepEqual(await feed(), off);
  // A page that was open before still has the button. Its file takes the evening out of a calendar: the same event, and another method.
  assert.deepEqual(event((await taken(late, put)).text), { ...off, method: "CANCEL" });
  await guest.getByRole("button", { name: "End it" }).click();
  await guest.getByText("That address leads nowhere any more.").waitFor();
});

test("a calendar asks at an address of its own, until it is ended", async (t) => {
  const page = await house.page(t, { width: 390, dark: true });
  await house.signIn(page, "mentor with an award");
  await page.goto(new URL("/settings", house.url).href);
  await page.getByRole("button", { name: "Make an address" }).click();
  const address = await page.getByRole("status").locator("code").innerText();
  const feed = await fetch(address);
  assert.equal(feed.status, 200);
  assert.match(feed.headers.get("content-type"), /^text\/calendar/);
  const text = await feed.text();
  assert.match(text, /SUMMARY:Celebration meal|SUMMARY:.*portfolios until midnight/);
  assert.deepEqual(await house.axe(page), []);
  await page.getByRole("button", { name: "End it" }).click();
  await page.getByText("That address leads nowhere any more.").waitFor();
  assert.equal((await fetch(address)).status, 404);
});
