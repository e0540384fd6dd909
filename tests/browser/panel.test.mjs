// What a panel does with its hands: notes that save themselves, comments with two destinations, shortcuts, the chair's
// last look at what a mentor will read, and a coordinator who puts right what was released.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { openHouse } from "./house.mjs";

const house = await openHouse();
after(() => house.close());

const NOTES = "My notes on the four standards";

/** Opens the first portfolio that the person has still to read on a screen, and gives its title. */
async function openReading(page) {
  await page.goto(new URL("/reviews", house.url).href);
  const row = page.getByRole("row").filter({ hasText: /looked at|Ready to send|Not opened/ }).first();
  const link = row.getByRole("link").first();
  const title = await link.innerText();
  await link.click();
  await page.getByRole("complementary", { name: NOTES }).waitFor();
  return title;
}

/** Waits until the server has these words for the panel, in the review that the page is about. */
async function serverHas(page, words) {
  await page.waitForFunction(
    async (words) => {
      const session = await (await fetch("/api/v1/sessions/refresh", { method: "POST" })).json();
      const headers = { authorization: `Bearer ${session.access_token}` };
      const review = await (await fetch(`/api/v1${location.pathname}`, { headers })).json();
      return review.draft.for_panel === words;
    },
    words,
    { polling: 300 },
  );
}

/** Moves the demonstration's clock on to the morning of a day. */
async function goOnTo(page, day) {
  await page.goto(new URL("/demo", house.url).href);
  await page.getByRole("button", { name: day }).click();
  await page.getByRole("heading", { name: "The demonstration" }).waitFor();
}

test("no keystroke of a reviewer is lost", async (t) => {
  const page = await house.page(t);
  await house.signIn(page, "reviewer");
  await openReading(page);
  const notes = page.getByRole("complementary", { name: NOTES });
  const words = notes.getByRole("textbox", { name: /For the panel only/ });
  const before = await words.inputValue();

  // Within a second of the last key the server has it.
  const saved = page.waitForResponse((answer) => answer.url().endsWith("/draft") && answer.ok());
  await words.pressSequentially(" I would say in the room");
  const since = Date.now();
  await saved;
  assert(Date.now() - since < 2_500, "saved soon after the last key");
  await notes.getByText(/^Saved/).waitFor();

  // In the middle of a sentence, before anything is sent, the page goes.
  await words.pressSequentially(", and then one more wo");
  await page.reload();
  await notes.waitFor();
  const now = `${before} I would say in the room, and then one more wo`;
  assert.equal(await words.inputValue(), now);
  await serverHas(page, now);

  // Without a connection the words stay on the device, and go when it is back.
  await page.context().setOffline(true);
  house.tolerate(page, /ERR_INTERNET_DISCONNECTED/);
  await words.pressSequentially("rd");
  await notes.getByText(/this (device|phone)/).first().waitFor();
  await page.context().setOffline(false);
  await serverHas(page, `${now}rd`);
  await page.reload();
  await notes.waitFor();
  assert.equal(await words.inputValue(), `${now}rd`);
});

test("a comment has one of two destinations, and words say which", async (t) => {
  const page = await house.page(t);
  await house.signIn(page, "second reviewer");
  await openReading(page);
  for (const [who, said] of [["will see this", "This says it well."], ["For the panel only", "Between us: page two."]]) {
    await page.getByRole("button", { name: "Comment on this entry" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "What would you like to say?" }).fill(said);
    // Neither is chosen at first: who will see it is never by accident.
    await dialog.getByRole("button", { name: "Keep it" }).click();
    await dialog.getByText("Choose who will see it.").first().waitFor();
    await dialog.getByRole("radio", { name: new RegExp(who) }).check();
    await dialog.getByRole("button", { name: "Keep it" }).click();
    await dialog.waitFor({ state: "hidden" });
    const written = page.getByRole("note", { name: "Your comment" }).filter({ hasText: said });
    await written.getByText(new RegExp(who)).waitFor();
  }
  assert.deepEqual(await house.axe(page), []);
});

test("single keys are off until turned on, and rest while one writes", async (t) => {
  const page = await house.page(t);
  await house.signIn(page, "reviewer");
  await openReading(page);
  const place = () => new URL(page.url()).searchParams.get("page") ?? "1";
  const first = place();
  await page.locator("h1").click();
  for (const key of ["n", "c", "?", "1"]) await page.keyboard.press(key);
  assert.equal(place(), first);
  assert.equal(await page.getByRole("dialog").count(), 0);

  // They are found by mouse, listed, and turned on there.
  await page.goto(new URL("/settings", house.url).href);
  await page.getByRole("button", { name: "See the list" }).click();
  const list = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await list.getByText("Next page, while reading for the panel").waitFor();
  assert.deepEqual(await house.axe(page), []);
  await list.getByRole("checkbox", { name: /Single-key shortcuts/ }).check();
  await page.keyboard.press("Escape");
  assert(await page.getByRole("checkbox", { name: /Single-key shortcuts/ }).isChecked());

  const title = await openReading(page);
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: /^Next page/ }).waitFor();
  const at = Number(place());
  await page.keyboard.press("n");
  await page.waitForURL(new RegExp(`page=${at + 1}`));
  await page.keyboard.press("p");
  await page.waitForURL(new RegExp(`page=${at}$`));
  await page.keyboard.press("3");
  const inNotes = () => page.evaluate(() => document.activeElement.closest("#standard-s3") !== null);
  assert(await inNotes(), "3 leads to the notes on the third standard");
  await page.keyboard.press("c");
  const comment = page.getByRole("dialog");
  await comment.getByRole("textbox", { name: "What would you like to say?" }).fill("n p c 1 ? /");
  assert.equal(await comment.getByRole("textbox", { name: "What would you like to say?" }).inputValue(), "n p c 1 ? /");
  page.once("dialog", (leave) => leave.accept());
  await page.keyboard.press("Escape");
  await comment.waitFor({ state: "hidden" });
  const words = page.getByRole("complementary", { name: NOTES }).getByRole("textbox", { name: /For the panel only/ });
  await words.focus();
  await page.keyboard.type("?n");
  assert((await words.inputValue()).endsWith("?n"), `typed, in the notes on ${title}`);
  assert.equal(await page.getByRole("dialog").count(), 0);
  await page.locator("h1").click();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");

  // They stay with who turned them on: the next person at this device finds them off.
  await house.signIn(page, "mentor");
  await page.locator("h1").click();
  await page.keyboard.press("a");
  await page.keyboard.press("?");
  assert(page.url().endsWith("/story"));
  assert.equal(await page.getByRole("dialog").count(), 0);
});

test("a mentor adds, searches and sends by keys", async (t) => {
  const page = await house.page(t);
  await house.signIn(page, "mentor");
  // Ctrl+Enter sends for everyone, wherever there is something to send.
  await page.getByRole("textbox", { name: "What happened?" }).fill("Sent by two keys, between two lessons.");
  await page.keyboard.press("Control+Enter");
  await page.getByText("It is in your story.").waitFor();
  await page.getByText("Sent by two keys").first().waitFor();
  await page.goto(new URL("/settings", house.url).href);
  await page.getByRole("checkbox", { name: /Single-key shortcuts/ }).check();
  await page.goto(new URL("/story", house.url).href);
  await page.getByRole("button", { name: "Search" }).waitFor();
  await page.keyboard.press("/");
  await page.waitForFunction(() => document.activeElement?.id === "search-story");
  await page.keyboard.type("a/b");
  assert.equal(await page.getByRole("searchbox", { name: "Search my story" }).inputValue(), "a/b");
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("a");
  await page.waitForURL(/\/story\/new$/);
});

test("the chair sees what a decision waits for, and puts a comment otherwise before the release", async (t) => {
  const page = await house.page(t);
  await goOnTo(page, /panel of Autumn 2026 meets/);
  await house.signIn(page, "chair");
  await page.goto(new URL("/meeting", house.url).href);
  await page.getByText(/^Still being read/).first().click();
  const waiting = page.getByRole("listitem").filter({ hasText: "The panel decides on this portfolio once two views are in." });
  await waiting.first().getByRole("button", { name: /^Carry over to the next round/ }).waitFor();
  assert.equal(await waiting.first().getByRole("button", { name: /^Award/ }).count(), 0);

  const title = "Mentoring the mentors";
  const card = page.getByRole("listitem").filter({ hasText: title }).first();
  await card.getByRole("button", { name: /^Suggest more/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("What Tom will read beside the text").click();
  const first = dialog.getByRole("list").getByRole("listitem").filter({ hasText: "I wanted the next page." });
  await first.getByText("Tom will see this").waitFor();
  await first.getByRole("button", { name: /^Change/ }).click();
  await dialog.getByRole("textbox", { name: "What it says" }).fill("We would gladly have read the next page.");
  await page.keyboard.press("Control+Enter");
  const after = dialog.getByRole("listitem").filter({ hasText: "We would gladly have read the next page." });
  await after.getByText("Changed by the chair.").click();
  await after.getByText("I wanted the next page.").waitFor();
  assert.deepEqual(await house.axe(page), []);
  await dialog.getByRole("button", { name: "Suggest more", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByText(`A little more for “${title}” is noted.`).waitFor();

  // To a reader the same comment shows both, and no way to change it.
  await house.signIn(page, "second reviewer");
  await page.goto(new URL("/meeting", house.url).href);
  await page.getByRole("heading", { level: 1, name: "Panel meeting" }).waitFor();
  assert.equal(await page.getByRole("button", { name: /^Change the comment/ }).count(), 0);
});

test("a coordinator corrects a released decision from what was decided", async (t) => {
  const page = await house.page(t);
  await house.signIn(page, "coordinator");
  await page.getByText(/^Earlier rounds/).click();
  await page.getByRole("table", { name: "Earlier review rounds" }).getByRole("link").last().click();
  const row = page.getByRole("row", { name: /Twelve Tuesdays/ });
  await row.getByRole("button", { name: /^Correct the decision/ }).click();
  const dialog = page.getByRole("dialog");
  // What was decided stands there: two evidenced and closed, two with their suggestions, and the letter.
  await dialog.getByText("Evidenced, and stays so").first().waitFor();
  assert.equal(await dialog.getByText("Evidenced, and stays so").count(), 2);
  const help = dialog.getByRole("textbox", { name: "What would help" });
  assert.match(await help.first().inputValue(), /something hard and professional/);
  assert.match(await dialog.getByRole("textbox", { name: /The panel’s words to Callum/ }).inputValue(), /^Dear Callum/);
  await dialog.getByRole("button", { name: "Correct it" }).click();
  await dialog.getByText("Say why it is corrected. It is recorded for good.").first().waitFor();
  await dialog.getByText("Nothing is different from what was decided.").first().waitFor();
  await dialog.getByRole("radio", { name: "Evidenced" }).first().check();
  await dialog.getByText("Standard 3 is evidenced as well. Callum can carry on with standard 4").waitFor();
  assert.deepEqual(await house.axe(page), []);
  await dialog.getByRole("textbox", { name: "Why is it corrected?" }).fill("A page was read out of turn.");
  await dialog.getByRole("button", { name: "Correct it" }).click();
  await dialog.waitFor({ state: "hidden" });
  await row.getByRole("button", { name: /^Correct the decision/ }).click();
  await dialog.getByText("Evidenced, and stays so").nth(2).waitFor();
  await dialog.getByText("Corrected before, 1").click();
  await dialog.getByText("A page was read out of turn.").waitFor();
  await page.keyboard.press("Escape");

  await house.signIn(page, "mentor adding a little");
  await page.goto(new URL("/submissions", house.url).href);
  await page.getByRole("link", { name: /Read/ }).first().click();
  await page.getByText("found three of the four standards clearly in it").waitFor();
});

/** Axe finds nothing in a dialog, and neither it nor the page is wider than it can be: at a desk in light, and on a phone in the dark. */
async function fits(page) {
  for (const [width, height, colorScheme] of [[1280, 900, "light"], [390, 844, "dark"]]) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await house.axe(page), [], `at ${width} px, ${colorScheme}`);
    const wider = await page.getByRole("dialog").evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth);
    assert.equal(wider, 0, `the dialog at ${width} px is wider than it can be`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert(wide <= 0, `the page is ${wide} px wider than the screen`);
  }
}

test("an award that was issued in error ends with a reason", async (t) => {
  const page = await house.page(t);
  await house.signIn(page, "coordinator");
  await page.getByText(/^Earlier rounds/).click();
  await page.getByRole("table", { name: "Earlier review rounds" }).getByRole("link").last().click();
  const row = page.getByRole("row", { name: /A quieter classroom/ });
  await row.getByRole("button", { name: /^Correct the decision/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("the award is held, so a correction has nothing to add").waitFor();
  // Certificate and badge could be issued anew, were the holder called otherwise by now.
  house.tolerate(page, /status of 409/);
  await dialog.getByRole("button", { name: "Issue it anew" }).click();
  await dialog.getByText("The certificate and the badge say the name and the e-mail address of today already.").waitFor();
  await fits(page);
  await dialog.getByRole("button", { name: "End the award" }).click();
  await dialog.getByRole("button", { name: "End the award" }).click();
  await dialog.getByText("Say what was issued in error. It is recorded for good.").first().waitFor();
  await fits(page);
  await dialog.getByRole("textbox", { name: "What was issued in error?" }).fill("It was meant for another portfolio.");
  await dialog.getByRole("button", { name: "End the award" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByText(/is no longer in force/).first().waitFor();
  await house.signIn(page, "mentor with an award");
  await page.goto(new URL("/awards", house.url).href);
  await page.getByText(/no longer in force/i).first().waitFor();
});
