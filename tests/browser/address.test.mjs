// Changing the address that one signs in with, through the letters that the demonstration keeps.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { openHouse } from "./house.mjs";

/** As long as an address may be, and nowhere to break it. */
const TYPO = `${"p".repeat(64)}@${"newfield".repeat(7)}.example`;
const NEW = "p.hartnell@newfield.example";

const house = await openHouse();
after(() => house.close());

const at = (path) => new URL(path, house.url).href;

/** The text of the newest letter with that subject, and where its link leads. */
async function letter(page, subject) {
  await page.goto(at("/demo/mail"));
  const found = page.getByRole("article").filter({ has: page.getByRole("heading", { name: subject }) }).first();
  await found.waitFor();
  const link = found.getByRole("link");
  return { text: await found.innerText(), link: (await link.count()) ? await link.getAttribute("href") : null };
}

async function settings(page) {
  await page.goto(at("/settings"));
  await page.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
}

async function asks(page, address) {
  await page.getByRole("button", { name: /^(Change your address|Give another address)$/ }).click();
  await page.getByRole("textbox", { name: "New email address" }).fill(address);
  await page.getByRole("button", { name: "Send a link to it" }).click();
}

const waiting = (page, address) => page.getByRole("status").filter({ hasText: `It goes to ${address}.` });

async function fits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert(wide <= 0, `the page is ${wide} px wider than the screen`);
}

test("a mentor changes her address, on the device where she asked", async (t) => {
  const page = await house.page(t);
  const phone = await house.page(t, { width: 390, dark: true });
  await house.signIn(page, "mentor");
  await house.signIn(phone, "mentor");
  await settings(page);
  const old = await page.getByText("the address that you sign in with").locator("..").locator("strong").innerText();

  await t.test("the form says what it needs", async () => {
    await page.getByRole("button", { name: "Change your address" }).click();
    await page.getByRole("button", { name: "Send a link to it" }).click();
    await page.getByRole("link", { name: "Enter the new address, like name@school.example" }).waitFor();
    await page.getByRole("textbox", { name: "New email address" }).fill(old.toUpperCase());
    await page.getByRole("button", { name: "Send a link to it" }).click();
    await page.getByRole("link", { name: "This is your address already. Enter the new one" }).waitFor();
    assert.deepEqual(await house.axe(page), []);
    await page.getByRole("button", { name: "Leave it as it was" }).click();
  });

  await t.test("she thinks better of it", async () => {
    await asks(page, TYPO);
    await waiting(page, TYPO).waitFor();
    await settings(phone);
    await waiting(phone, TYPO).waitFor();
    await fits(phone);
    await phone.goto(at("/email-change/a-link-that-was-never-sent"));
    await phone.getByText(TYPO).waitFor();
    await fits(phone);
    await page.getByRole("button", { name: "Keep my address" }).click();
    await waiting(page, TYPO).waitFor({ state: "hidden" });
    const { link } = await letter(page, "Your new address at Cairn");
    await page.goto(link);
    await page.getByText("This link has had its day").waitFor();
    assert.deepEqual(await house.axe(page), []);
  });

  await t.test("she asks, and sees on every device that a link waits", async () => {
    await settings(page);
    await asks(page, NEW);
    await waiting(page, NEW).waitFor();
    assert.deepEqual(await house.axe(page), []);
    await settings(phone);
    await waiting(phone, NEW).waitFor();
    assert.deepEqual(await house.axe(phone), []);
    await fits(phone);
  });

  await t.test("the old address hears of it", async () => {
    const { text, link } = await letter(page, "Another address for your account");
    assert(text.includes(old) && !text.includes(NEW) && link === null, text);
  });

  await t.test("somebody else can do nothing with the link", async () => {
    const { link } = await letter(page, "Your new address at Cairn");
    const stranger = await house.page(t);
    await stranger.goto(link);
    await stranger.getByRole("heading", { level: 2, name: "Sign in" }).waitFor();
    await house.signIn(stranger, "reviewer");
    await stranger.goto(link);
    await stranger.getByText("This link has had its day").waitFor();
  });

  await t.test("one press changes it", async () => {
    const { link } = await letter(page, "Your new address at Cairn");
    await page.goto(link);
    await page.getByRole("heading", { level: 1, name: "Your new address" }).waitFor();
    await page.getByText(NEW).waitFor();
    assert.deepEqual(await house.axe(page), []);
    await page.getByRole("button", { name: "Use this address" }).click();
    await page.getByText("Your address is changed. Your other devices are signed out.").waitFor();
    await page.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
    await page.getByText(NEW).waitFor();
    const { text } = await letter(page, "Your account has another address now");
    assert(text.includes(old) && !text.includes(NEW), text);
  });

  await t.test("the other device is signed out", async () => {
    house.tolerate(phone, /status of 401/);
    await phone.goto(at("/settings"));
    await phone.getByRole("heading", { level: 2, name: "Sign in" }).waitFor();
  });

  await t.test("the new address signs in", async () => {
    await phone.getByRole("textbox", { name: "School email address" }).fill(NEW);
    await phone.getByRole("button", { name: "Email me a sign-in link" }).click();
    await phone.getByRole("heading", { name: "Look in your email" }).waitFor();
    const { text, link } = await letter(phone, "Your link to sign in");
    assert(text.includes(NEW), text);
    await phone.goto(link);
    await phone.getByRole("button", { name: "Sign in" }).click();
    await phone.getByRole("heading", { level: 1, name: /Priya/ }).waitFor();
  });
});

test("who signed in a while ago signs in once more first", async (t) => {
  const page = await house.page(t);
  house.tolerate(page, /status of 40[13]/);
  await house.signIn(page, "reviewer");
  await page.goto(at("/demo"));
  await page.getByRole("button", { name: /Go there/ }).first().click();
  await page.getByRole("heading", { name: "The demonstration" }).waitFor();
  await settings(page);
  await asks(page, "reader@newfield.example");
  await page.getByText("Sign in once more first").waitFor();
  assert.deepEqual(await house.axe(page), []);
  await page.getByRole("button", { name: "Email me a sign-in link" }).click();
  await page.getByText(/Open it in this browser, then come back/).waitFor();
  const { link } = await letter(page, "Your link to sign in");
  await page.goto(link);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  await settings(page);
  await asks(page, "reader@newfield.example");
  await waiting(page, "reader@newfield.example").waitFor();
});
