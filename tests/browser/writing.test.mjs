// Writing when things go wrong, and without a mouse: not a word that the screen calls saved is lost.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { openHouse } from "./house.mjs";

const house = await openHouse();
after(() => house.close());

/** Presses Tab until that control has the focus, as people do who use no mouse. */
async function tabTo(page, control) {
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press("Tab");
    if (await control.evaluate((element) => element === document.activeElement)) return;
  }
  assert.fail(`Tab does not lead to ${control}`);
}

/** The link to the entry with that text, on the story's page. */
const entryWith = (page, text) => page.getByRole("article").filter({ hasText: text }).getByRole("link").first();

/** The address of a new entry with that text, opened for writing. */
async function newEntry(page, text) {
  await page.goto(new URL("/story/new", house.url).href);
  await page.getByRole("textbox", { name: "What happened?" }).fill(text);
  await page.getByRole("button", { name: "Keep it" }).click();
  await page.waitForURL((url) => url.pathname === "/story");
  await entryWith(page, text).click();
  await page.getByRole("button", { name: "Edit" }).click();
  const writing = page.getByRole("textbox", { name: "Your writing" });
  await writing.waitFor();
  return { address: page.url(), writing };
}

test("what is written while the connection is gone is kept on one's own device, and sent when it is back", async (t) => {
  const page = await house.page(t);
  house.tolerate(page, /ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  await house.signIn(page, "mentor");
  const { address, writing } = await newEntry(page, "The connection will go in a moment.");
  await page.context().setOffline(true);
  await writing.fill("The connection will go in a moment. This was written without it.");
  await page.getByText("Offline. Saved on this device").waitFor();
  await page.context().setOffline(false);
  await page.getByText(/^Saved \d/).waitFor();
  // Another device sees it.
  const other = await house.page(t);
  await house.signIn(other, "mentor");
  await other.goto(address);
  await other.getByText("This was written without it.").first().waitFor();
});

test("closing the tab in mid-sentence without a connection loses nothing on one's own device", async (t) => {
  const page = await house.page(t);
  house.tolerate(page, /ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  await house.signIn(page, "mentor");
  const { address, writing } = await newEntry(page, "The tab will close in a moment.");
  await page.context().setOffline(true);
  // While the tab closes, the browser may let a request through that it held back before: this page has no way out.
  await page.evaluate(() => (globalThis.fetch = () => Promise.reject(new TypeError("Failed to fetch"))));
  await writing.fill("The tab will close in a moment. In mid-sen");
  await page.getByText("Offline. Saved on this device").waitFor();
  const context = page.context();
  await page.close();
  await context.setOffline(false);
  const again = await context.newPage();
  await again.goto(address);
  await again.getByText("Some of this was still on your device").waitFor();
  assert.match(await again.getByRole("textbox", { name: "Your writing" }).inputValue(), /In mid-sen$/);
  // By now it is with the server, and nothing waits on the device.
  await again.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith("cairn-draft:")));
  const other = await house.page(t);
  await house.signIn(other, "mentor");
  await other.goto(address);
  await other.getByText("In mid-sen").first().waitFor();
});

test("the last word of a tab that closes arrives, and nothing waits on the device for it", async (t) => {
  const page = await house.page(t);
  await house.signIn(page, "mentor");
  const { address, writing } = await newEntry(page, "The tab will close at once.");
  await writing.fill("The tab will close at once. With these words.");
  const context = page.context();
  await page.close({ runBeforeUnload: true });
  // Another device has them before this one is opened again.
  const other = await house.page(t);
  await house.signIn(other, "mentor");
  await other.goto(address);
  await other.getByText("With these words.").first().waitFor();
  const again = await context.newPage();
  await again.goto(address);
  await again.getByText("With these words.").first().waitFor();
  assert.equal(await again.getByText("still on your device").count(), 0);
  const kept = await again.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("cairn-draft:")));
  assert.deepEqual(kept, []);
});

test("two devices that write in one entry keep both texts", async (t) => {
  const first = await house.page(t);
  const second = await house.page(t);
  for (const page of [first, second]) {
    house.tolerate(page, /status of 412/);
    await house.signIn(page, "mentor");
  }
  const { address, writing } = await newEntry(first, "We both begin here.");
  await second.goto(address);
  await second.getByRole("button", { name: "Edit" }).click();
  const other = second.getByRole("textbox", { name: "Your writing" });
  await other.waitFor();
  await writing.fill("We both begin here. The phone went on.");
  await first.getByText(/^Saved \d/).waitFor();
  await other.fill("We both begin here. The desk went on.");
  await second.getByRole("heading", { name: "You changed this on two devices" }).waitFor();
  assert.deepEqual(await house.axe(second), []);
  await second.getByRole("button", { name: "Put both together" }).click();
  await second.getByText(/^Saved \d/).first().waitFor();
  await first.goto(address);
  await first.getByText("The phone went on.").first().waitFor();
  await first.getByText("The desk went on.").first().waitFor();
});

test("a moment is noted, and a passage of it linked, by keyboard alone", async (t) => {
  const page = await house.page(t);
  await house.signIn(page, "mentor");
  // The first Tab of a page offers the way past the navigation, and it leads there.
  await page.goto(new URL("/story/new", house.url).href);
  await page.getByRole("heading", { level: 1, name: "Add to my story" }).waitFor();
  await page.locator("body").evaluate((body) => (document.activeElement?.blur(), body.focus()));
  await tabTo(page, page.getByRole("link", { name: "Skip to main content" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("textbox", { name: "What happened?" }));
  await page.keyboard.type("Without a mouse I noticed that K. asks before telling.");
  await tabTo(page, page.getByRole("button", { name: "Keep it" }));
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === "/story");

  await tabTo(page, entryWith(page, "Without a mouse I noticed"));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Edit" }));
  await page.keyboard.press("Enter");
  const writing = page.getByRole("textbox", { name: "Your writing" });
  await writing.waitFor();
  if (!(await writing.evaluate((element) => element === document.activeElement))) await tabTo(page, writing);
  await page.keyboard.press("Control+End");
  for (const _ of "telling.") await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Shift+Tab");
  const link = page.getByRole("button", { name: "Link a passage" });
  for (let presses = 0; presses < 5 && !(await link.evaluate((e) => e === document.activeElement)); presses += 1) {
    await page.keyboard.press("Shift+Tab");
  }
  await page.keyboard.press("Enter");
  const form = page.getByRole("form", { name: /Link this passage/ });
  await form.waitFor();
  await tabTo(page, form.getByRole("radio").first());
  await page.keyboard.press("Space");
  await tabTo(page, form.getByRole("textbox").first());
  await page.keyboard.type("That questions come first.");
  await tabTo(page, form.getByRole("button", { name: /Link/ }).first());
  await page.keyboard.press("Enter");
  await form.waitFor({ state: "hidden" });
  await page.getByText("That questions come first.").first().waitFor();
});
