// The devices that one is signed in on, and signing out: here, from elsewhere, and with a text that is not sent yet.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";

import { openHouse } from "./house.mjs";

const house = await openHouse();
after(() => house.close());

const at = (path) => new URL(path, house.url).href;
const signInForm = (page) => page.getByRole("heading", { level: 2, name: "Sign in", exact: true });

async function settings(page) {
  await page.goto(at("/settings"));
  await page.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
}

/** A link to sign in, asked for on a device that is one's own or shared, and the way in by it. */
async function signInByLink(page, email, own) {
  await page.goto(at("/sign-in"));
  await page.getByRole("textbox", { name: "School email address" }).fill(email);
  if (own) await page.getByRole("checkbox", { name: "This is my own device" }).check();
  await page.getByRole("button", { name: "Email me a sign-in link" }).click();
  await page.getByRole("heading", { name: "Look in your email" }).waitFor();
  await page.goto(at("/demo/mail"));
  const link = await page.getByRole("article").first().getByRole("link").getAttribute("href");
  await page.goto(link);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  await page.getByRole("heading", { level: 1 }).waitFor();
}

test("each device is listed, and one can be signed out from another", async (t) => {
  const desk = await house.page(t);
  const phone = await house.page(t, { width: 390 });
  house.tolerate(phone, /status of 401/);
  await house.signIn(desk, "chair");
  await settings(desk);
  const email = await desk.getByText("the address that you sign in with").locator("..").locator("strong").innerText();
  await signInByLink(phone, email, false);
  await settings(phone);
  await desk.reload();
  const devices = desk.getByRole("region", { name: "Where you are signed in" }).getByRole("listitem");
  const other = devices.filter({ hasText: "Shared device" });
  await other.waitFor();
  await devices.filter({ hasText: "This one" }).filter({ hasText: "Your own device" }).waitFor();
  assert.equal(await devices.count(), 2);
  assert.deepEqual(await house.axe(desk), []);
  await other.getByRole("button", { name: /^Sign it out/ }).click();
  await other.waitFor({ state: "hidden" });

  // What is open there stays in sight and says so; a new page asks to sign in.
  await phone.getByRole("navigation", { name: "Quick" }).getByRole("link", { name: "Reviews" }).click();
  await phone.getByText("You have been signed out.").waitFor();
  await phone.goto(at("/settings"));
  await signInForm(phone).waitFor();
});

test("signing out ends it here, in every tab, and behind the back button", async (t) => {
  const page = await house.page(t);
  house.tolerate(page, /status of 401/);
  await house.signIn(page, "mentor");
  const tab = await page.context().newPage();
  await tab.goto(at("/story"));
  await tab.getByRole("heading", { level: 1, name: /Priya/ }).waitFor();
  await settings(page);
  await page.getByRole("button", { name: "Sign out" }).click();
  await signInForm(page).waitFor();
  await signInForm(tab).waitFor();
  await page.goBack();
  await signInForm(page).waitFor();
  await page.goto(at("/story"));
  await signInForm(page).waitFor();
  assert.equal(await page.getByText("Priya").count(), 0);
  const kept = await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("cairn-draft:")));
  assert.deepEqual(kept, []);
});

test("a text that is not sent yet is offered before signing out", async (t) => {
  const page = await house.page(t);
  house.tolerate(page, /Failed to load resource|ERR_FAILED/);
  await house.signIn(page, "mentor");
  const words = "S. waited, and so did I.";
  await page.route("**/api/v1/entries**", (route) => (route.request().method() === "GET" ? route.continue() : route.abort()));
  await page.goto(at("/story/new"));
  await page.getByRole("textbox", { name: /What happened/ }).fill(words);
  await page.getByText("Saved on this device, not sent yet").first().waitFor();
  await settings(page);
  await page.getByRole("button", { name: "Sign out" }).click();
  const dialog = page.getByRole("dialog", { name: "Something is not sent yet" });
  await dialog.waitFor();
  assert.deepEqual(await house.axe(page), []);
  const downloading = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Download it" }).click();
  const file = await readFile(await (await downloading).path(), "utf8");
  assert(file.includes(words), file);
  await dialog.getByRole("button", { name: "Stay" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await dialog.getByRole("button", { name: "Sign out all the same" }).click();
  await signInForm(page).waitFor();
  const kept = await page.evaluate(() => Object.entries(localStorage).filter(([, text]) => text.includes("waited")));
  assert.deepEqual(kept, []);
});

test("a shared device keeps nothing, and says so", async (t) => {
  const page = await house.page(t);
  house.tolerate(page, /Failed to load resource|ERR_FAILED/);
  await house.signIn(page, "mentor");
  await settings(page);
  const email = await page.getByText("the address that you sign in with").locator("..").locator("strong").innerText();
  await page.getByRole("button", { name: "Sign out" }).click();
  await signInForm(page).waitFor();
  await signInByLink(page, email, false);
  await page.route("**/api/v1/entries**", (route) => (route.request().method() === "GET" ? route.continue() : route.abort()));
  await page.goto(at("/story/new"));
  await page.getByRole("textbox", { name: /What happened/ }).fill("M. smiled at last.");
  await page.getByText("Not saved yet. We keep trying").first().waitFor();
  const kept = await page.evaluate(() => Object.entries(localStorage).filter(([, text]) => text.includes("smiled")));
  assert.deepEqual(kept, []);
  const asked = page.waitForEvent("dialog").then((dialog) => dialog.accept().then(() => dialog.message()));
  await page.getByRole("link", { name: "Awards" }).first().click();
  assert.match(await asked, /not saved yet/i);
});

test("one signs out at the foot of a page", async (t) => {
  for (const width of [1280, 390]) {
    const page = await house.page(t, { width });
    await house.signIn(page, "coordinator");
    await page.goto(at(width === 390 ? "/people" : "/schools"));
    await page.getByRole("contentinfo").getByRole("button", { name: "Sign out" }).click();
    await signInForm(page).waitFor();
  }
});

test("a coordinator signs somebody out whose device is in other hands", async (t) => {
  const page = await house.page(t);
  await house.signIn(page, "coordinator");
  await page.goto(at("/people?search=Hartnell"));
  await page.getByRole("link", { name: /Priya Hartnell/ }).click();
  await page.getByText("Priya’s device is in other hands").click();
  await page.getByRole("button", { name: "Sign them out everywhere" }).click();
  await page.getByText("Priya is signed out on all devices.").waitFor();
  assert.deepEqual(await house.axe(page), []);
});
