// A second step of signing in: setting it up, signing in with it, and what waits for it.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, test } from "node:test";

import { openHouse } from "./house.mjs";

const house = await openHouse();
after(() => house.close());

const at = (path) => new URL(path, house.url).href;

/** What an app shows for a secret in base32, so many half minutes from now (RFC 6238). */
function shown(secret, later = 0) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replaceAll(" ", "")].map((l) => letters.indexOf(l).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const hash = createHmac("sha1", key).update(counter).digest();
  const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

async function settings(page) {
  await page.goto(at("/settings"));
  await page.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
}

async function fits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert(wide <= 0, `the page is ${wide} px wider than the screen`);
}

/** The demonstration's link for a role. */
const link = (wanted) => house.signIns.find(({ role }) => role === wanted).url;

const code = (page) => page.getByRole("textbox", { name: "Code", exact: true });

test("a mentor sets up a second step, and signs in with it", async (t) => {
  const page = await house.page(t);
  const phone = await house.page(t, { width: 390, dark: true });
  house.tolerate(page, /status of (409|422)/);
  house.tolerate(phone, /status of (403|422)/);
  await house.signIn(page, "mentor");
  await settings(page);
  let secret;
  let recovery;

  await t.test("the app is given its secret, and the first code switches it on", async () => {
    await page.getByRole("button", { name: "Set it up" }).click();
    await page.getByRole("img", { name: "QR code for the app" }).waitFor();
    const focused = page.getByRole("textbox", { name: /six figures that it shows now/ });
    await focused.waitFor();
    secret = await page.locator("form code").innerText();
    assert.match(await page.getByRole("link", { name: "open it in the app" }).getAttribute("href"), /^otpauth:\/\/totp\//);
    await page.getByRole("button", { name: "Switch it on" }).click();
    await page.getByRole("link", { name: /Give the six figures/ }).waitFor();
    const right = shown(secret);
    await focused.fill(right === "000000" ? "111111" : "000000");
    await page.getByRole("button", { name: "Switch it on" }).click();
    await page.getByRole("link", { name: /This code isn’t right/ }).waitFor();
    assert.deepEqual(await house.axe(page), []);
    await focused.fill(shown(secret));
    await page.getByRole("button", { name: "Switch it on" }).click();
    await page.getByRole("heading", { name: "It is switched on" }).waitFor();
    recovery = await page.locator(".plain-list code").allInnerTexts();
    assert.equal(recovery.length, 8);
    assert.deepEqual(await house.axe(page), []);
    await page.setViewportSize({ width: 390, height: 844 });
    await fits(page);
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByText("8 recovery codes are left").waitFor();
  });

  await t.test("a link takes a code from now on", async () => {
    await phone.goto(link("mentor"));
    await phone.getByRole("button", { name: "Sign in" }).click();
    await code(phone).waitFor();
    await fits(phone);
    assert.deepEqual(await house.axe(phone), []);
    await phone.getByRole("button", { name: "Sign in" }).click();
    await phone.getByText("Give the six figures that your app shows now, or one of your recovery codes.").waitFor();
    await code(phone).fill(recovery[0].toLowerCase());
    await phone.getByRole("button", { name: "Sign in" }).click();
    await phone.getByRole("heading", { level: 1, name: /^Good/ }).waitFor();
    await settings(phone);
    await phone.getByText("7 recovery codes are left").waitFor();
    await fits(phone);
  });

  await t.test("it ends with a code", async () => {
    await settings(page);
    await page.getByRole("button", { name: "End the second step" }).click();
    await code(page).fill(recovery[1]);
    await page.getByRole("button", { name: "End the second step" }).click();
    await page.getByText("Signing in takes no second step any more.").waitFor();
    await page.getByRole("button", { name: "Set it up" }).waitFor();
  });
});

test("a password takes a code as well, and a new one needs none of before after a link", async (t) => {
  const page = await house.page(t);
  house.tolerate(page, /status of 422/);
  await house.signIn(page, "lead mentor");
  await settings(page);
  await page.getByText("Set a password as well").click();
  await page.getByLabel("New password").fill("1234567890");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("link", { name: /one of the first that somebody else would try/ }).waitFor();
  await page.getByLabel("New password").fill("stones on the path");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByText("With a link that we email you, or with your password.").waitFor();
  // It was forgotten at once: who has just signed in with a link leaves the field of today's empty.
  await page.getByLabel("New password").fill("four words only mine");
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByText("other devices are signed out").waitFor();
  await page.getByRole("button", { name: "Set it up" }).click();
  const secret = await page.locator("form code").innerText();
  await page.getByRole("textbox", { name: /six figures that it shows now/ }).fill(shown(secret));
  await page.getByRole("button", { name: "Switch it on" }).click();
  await page.locator(".plain-list code").first().waitFor();
  const [recovery] = await page.locator(".plain-list code").allInnerTexts();
  await page.getByRole("button", { name: "I have kept them" }).click();
  const email = await page.getByText("the address that you sign in with").locator("..").locator("strong").innerText();

  const other = await house.page(t, { width: 390 });
  house.tolerate(other, /status of (403|422)/);
  await other.goto(at("/sign-in"));
  await other.getByRole("button", { name: "Use a password instead" }).click();
  await other.getByLabel("School email address").fill(email);
  await other.getByLabel("Password").fill("four words only mine");
  await other.getByRole("button", { name: "Sign in" }).click();
  await code(other).fill("12345");
  await other.getByRole("button", { name: "Sign in" }).click();
  await other.getByRole("link", { name: /Give the six figures/ }).waitFor();
  assert.deepEqual(await house.axe(other), []);
  await code(other).fill(recovery);
  await other.getByRole("button", { name: "Sign in" }).click();
  await other.getByRole("heading", { level: 1, name: /^Good/ }).waitFor();
});

test("a coordinator who needs one meets nothing but setting it up", async (t) => {
  for (const [width, dark] of [[1280, false], [390, true]]) {
    const page = await house.page(t, { width, dark });
    // The demonstration leaves it to its people; a partnership does not.
    await page.route(/\/api\/v1\/(me|sessions|sessions\/refresh)$/, async (route) => {
      const answer = await route.fetch();
      const text = await answer.text();
      return route.fulfill({ response: answer, body: text.replace('"second_step":"open"', '"second_step":"needed"') });
    });
    await page.route(/\/api\/v1\/me\/second-step$/, (route) =>
      route.fulfill({ json: { state: "needed", codes_left: 0 } }),
    );
    await page.goto(link("coordinator"));
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Before you begin: two minutes").waitFor();
    assert.equal(await page.getByRole("link", { name: "People" }).count(), 0);
    await page.goto(at("/people"));
    await page.getByText("Before you begin: two minutes").waitFor();
    await fits(page);
    assert.deepEqual(await house.axe(page), []);
    await page.goto(at("/help"));
    await page.getByRole("heading", { level: 1, name: "Help and contact" }).waitFor();
  }
});

test("a coordinator ends the second step of somebody whose phone is gone", async (t) => {
  const page = await house.page(t);
  house.tolerate(page, /status of 409/);
  await house.signIn(page, "coordinator");
  await page.goto(at("/people?search=Hartnell"));
  await page.getByRole("link", { name: /Priya Hartnell/ }).click();
  await page.getByText("Priya’s phone is gone").click();
  await page.getByRole("button", { name: "End their second step" }).click();
  await page.getByText("Priya signs in without a second step.").waitFor();
  assert.deepEqual(await house.axe(page), []);
});
