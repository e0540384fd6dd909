// What anybody finds out about an award, with a certificate, its code or its badge in hand: the facts and nothing else,
// in every look, and without JavaScript.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { openHouse } from "./house.mjs";

const house = await openHouse();
after(() => house.close());

const IN_FORCE = "This award is genuine and in force.";
const ENDED = "This award is no longer in force.";
const NONE_BEHIND = "There is no award behind this address.";
const NONE_LIKE_IT = "There is no award with this code and this family name.";
const BADGE_IN_FORCE = "This badge is genuine and in force.";
const NO_BADGE = "There is no badge in this.";
const NOBODY = "Nobody stands in the register yet.";
const REASON = "Meant for the portfolio of Quillfeather";

/** The award of Beth Scarrow as she sees it, its badge, and what is nobody else's business. */
let award, badge, secrets;

before(async () => {
  const visit = await house.visit();
  const { page } = visit;
  await house.signIn(page, "mentor with an award");
  await house.open(page, { path: "/awards", follow: ["Qualified mentor status"], heading: "Qualified mentor status" });
  await page.getByRole("checkbox", { name: "Show my badge to everybody" }).check();
  await page.getByText("Everybody who has its address can see your badge.").waitFor();
  const [listed] = await Promise.all([
    page.waitForResponse((answer) => answer.request().method() === "PUT" && answer.url().endsWith("/publication")),
    page.getByRole("checkbox", { name: "List me in the public register" }).check(),
  ]);
  assert.equal(listed.status(), 200);
  const { me, detail } = await page.evaluate(async () => {
    const { me, access_token: token } = await (await fetch("/api/v1/sessions/refresh", { method: "POST" })).json();
    const answer = await fetch(`/api/v1${location.pathname}`, { headers: { authorization: `Bearer ${token}` } });
    return { me, detail: await answer.json() };
  });
  assert.deepEqual(detail.publication, { in_register: true });
  const { pathname } = new URL(detail.verify_url);
  award = { ...detail, pathname, token: pathname.split("/").at(-1) };
  badge = await (await fetch(`${award.credential_url}.json`)).text();
  secrets = {
    "e-mail address": me.email,
    "home of the e-mail address": me.email.split("@")[1],
    school: award.school,
    award: award.award.id,
    person: award.holder.id,
    submission: award.submission_id,
    reason: REASON,
    "a word of the reason": "Quillfeather",
  };
  for (const [what, secret] of Object.entries(secrets)) assert(secret.length > 8, what);
  assert.equal(me.id, award.holder.id);
  await visit.close();
});

/** A browser in which no script runs. */
const plain = (t) => house.page(t, { width: 390, javaScript: false });

/** Nothing of the holder stands in a page's HTML but what a certificate says. */
function revealsNoMore(html, where) {
  assert.match(html, /<!doctype html>/i, where);
  const said = html.toLowerCase();
  for (const [what, secret] of Object.entries(secrets)) assert(!said.includes(secret.toLowerCase()), `${where}: the ${what}`);
}

/** Nothing of an award stands in it at all. */
function namesNobody(html, where) {
  revealsNoMore(html, where);
  for (const fact of ["Beth", "Scarrow", award.award.number, award.token, "8 July"]) assert(!html.includes(fact), `${where}: ${fact}`);
}

/** Presses a button that sends a form, and gives the answer and its HTML. */
async function sent(page, button) {
  const [answer] = await Promise.all([
    page.waitForResponse((answer) => answer.request().isNavigationRequest()),
    page.getByRole("button", { name: button, exact: true }).click(),
  ]);
  return { status: answer.status(), html: await answer.text() };
}

async function askByCode(page, code, familyName) {
  await page.goto("/verify");
  await page.getByLabel("Code on the certificate").fill(code);
  await page.getByLabel("Holder’s family name").fill(familyName);
  return sent(page, "Check");
}

async function paste(page, text) {
  await page.goto("/verify/badge");
  await page.getByLabel("Or paste what is in it").fill(text);
  return sent(page, "Check");
}

/** The page tells of the award: how it stands, whose it is, what it is, and the facts of its certificate. */
async function tellsOfTheAward(page, stands) {
  await page.getByText(stands).waitFor();
  await page.getByRole("heading", { level: 1, name: "Beth Scarrow", exact: true }).waitFor();
  await page.getByText("Qualified mentor status (QMS)").waitFor();
  const facts = await page.getByRole("definition").allInnerTexts();
  assert.deepEqual(facts.slice(0, 3), ["8 July 2026", award.partnership, award.code]);
  assert.match(facts[3], /^24 November 2026, \d{1,2}\.\d\d$/);
  assert.equal(facts.length, 4);
}

/** The page as it is now, on a phone and at a desk, in light and in dark. */
async function inEveryLook(page, what) {
  for (const [width, height] of [[1280, 900], [390, 844]]) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      const look = `${what} at ${width} px, ${colorScheme}`;
      assert.deepEqual(await house.axe(page), [], look);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert(wide <= 0, `${look}, is ${wide} px wider than the screen`);
    }
  }
}

test("without JavaScript a certificate’s address tells that the award is genuine, whose it is, and nothing more", async (t) => {
  const page = await plain(t);
  // That no script runs here is seen where one is needed; from there it is one step to where none is.
  await page.goto("/");
  await page.getByRole("link", { name: "verify a certificate", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Verify an award" }).waitFor();
  const answer = await page.goto(award.pathname);
  assert.equal(answer.status(), 200);
  await tellsOfTheAward(page, IN_FORCE);
  revealsNoMore(await answer.text(), "the page of an award");
});

test("an address that is nearly that of an award is as empty as any other", async (t) => {
  const page = await plain(t);
  house.tolerate(page, /status of 404/);
  const { token } = award;
  const [begins, last] = [token.slice(0, -1), token.at(-1)];
  const answers = [];
  for (const other of ["AAAAAAAAAAAAAAAAAAAAAA", begins, `${begins}${last === "A" ? "B" : "A"}`, `${token}A`, swapCase(token), "%25", award.award.id]) {
    const answer = await page.goto(`/v/${other}`);
    assert.equal(answer.status(), 404, other);
    await page.getByText(NONE_BEHIND).waitFor();
    answers.push(await answer.text());
  }
  namesNobody(answers[0], "the page of no award");
  for (const other of answers) assert.equal(other, answers[0]);
});

const swapCase = (text) => text.replace(/[a-z]/gi, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));

test("without JavaScript the form takes a code as people type it, and whatever is wrong has the same answer", async (t) => {
  const page = await plain(t);
  house.tolerate(page, /status of 404/);
  for (const [code, familyName] of [[award.code, "Scarrow"], [award.code.toLowerCase().replaceAll("-", " "), " scarrow "]]) {
    const { status, html } = await askByCode(page, code, familyName);
    assert.equal(status, 200);
    await tellsOfTheAward(page, IN_FORCE);
    revealsNoMore(html, "the answer to a code");
  }
  const answers = [];
  for (const [code, familyName] of [
    [award.code, "Scarrow-Lund"],
    // Cairn writes codes such as this one, with this check letter, and has not written it.
    ["QM26-ESDW-A6VH", "Scarrow"],
    // A letter of it was mistyped.
    [award.code.replace(/.$/, (last) => (last === "2" ? "3" : "2")), "Scarrow"],
    ["Beth’s award", "Scarrow"],
  ]) {
    const { status, html } = await askByCode(page, code, familyName);
    assert.equal(status, 404, `${code}, ${familyName}`);
    await page.getByText(NONE_LIKE_IT).waitFor();
    assert.equal(await page.getByLabel("Code on the certificate").inputValue(), code);
    // What was typed stands in the form again; all else is the same to the letter.
    answers.push(html.replaceAll(/ value="[^"]*"/g, ""));
  }
  namesNobody(answers[0], "the answer to a wrong code");
  for (const other of answers) assert.equal(other, answers[0]);
});

test("without JavaScript a badge that is pasted is checked, and the register is shown and searched", async (t) => {
  const page = await plain(t);
  const found = await paste(page, badge);
  await page.getByText(BADGE_IN_FORCE).waitFor();
  await page.getByRole("heading", { name: "Beth Scarrow" }).waitFor();
  assert.equal((await page.getByRole("definition").allInnerTexts())[2], award.award.number);
  revealsNoMore(found.html, "the answer to a badge");
  await paste(page, badge.replace("Beth Scarrow", "Eve Scarrow"));
  await page.getByText("This is not what the partnership signed.").waitFor();
  assert.equal(await page.getByText("Scarrow").count(), 0);

  revealsNoMore(await (await page.goto("/register")).text(), "the register");
  const row = page.getByRole("row", { name: /Beth Scarrow/ });
  assert.equal(await row.innerText().then((words) => words.replace(/\s+/g, " ")), "Beth Scarrow Qualified mentor status (QMS) 8 July 2026");
  const look = async (name) => {
    await page.getByLabel("Look for a name").fill(name);
    await sent(page, "Look");
  };
  await look("Quill");
  await page.getByText("Nobody stands in the register under “Quill”.").waitFor();
  assert.equal(await row.count(), 0);
  await look("SCARROW beth");
  await row.waitFor();
});

test("what is found of an award in force is in order in every look", async (t) => {
  const page = await house.page(t);
  house.tolerate(page, /status of 404/);
  await page.goto(award.pathname);
  await tellsOfTheAward(page, IN_FORCE);
  await inEveryLook(page, "a genuine award");
  revealsNoMore(await (await page.goto(award.credential_url)).text(), "the page of a badge that is shown");
  await page.getByText(BADGE_IN_FORCE).waitFor();
  await inEveryLook(page, "a badge that is shown");
  await page.goto("/v/AAAAAAAAAAAAAAAAAAAAAA");
  await page.getByText(NONE_BEHIND).waitFor();
  await inEveryLook(page, "no award");
  await paste(page, badge);
  await page.getByText(BADGE_IN_FORCE).waitFor();
  await inEveryLook(page, "a badge in force");
  await paste(page, "Beth is a very good mentor.");
  await page.getByText(NO_BADGE).waitFor();
  await inEveryLook(page, "no badge");
  await page.goto("/register");
  await page.getByRole("rowheader", { name: "Beth Scarrow" }).waitFor();
  await inEveryLook(page, "the register");
});

describe("once it has ended", () => {
  before(async () => {
    const visit = await house.visit();
    const { page } = visit;
    await house.signIn(page, "coordinator");
    await house.open(page, { path: "/rounds", follow: [{ opens: "Earlier rounds" }, "Summer 2026"], heading: "Summer 2026" });
    await page.getByRole("row", { name: /A quieter classroom/ }).getByRole("button", { name: /^Correct the decision/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "End the award" }).click();
    await dialog.getByRole("textbox", { name: "What was issued in error?" }).fill(REASON);
    await dialog.getByRole("button", { name: "End the award" }).click();
    await dialog.waitFor({ state: "hidden" });
    await visit.close();
  });

  test("without JavaScript its address, its code and its badge tell that it is no longer in force, and nothing of why", async (t) => {
    const page = await plain(t);
    revealsNoMore(await (await page.goto(award.pathname)).text(), "the page of an ended award");
    await tellsOfTheAward(page, ENDED);
    assert.equal(await page.getByText(/genuine and in force\.$/).count(), 0);
    const { status, html } = await askByCode(page, award.code, "Scarrow");
    assert.equal(status, 200);
    await tellsOfTheAward(page, ENDED);
    revealsNoMore(html, "the answer to the code of an ended award");
    const found = await paste(page, badge);
    await page.getByText(ENDED).waitFor();
    assert.equal(await page.getByText(BADGE_IN_FORCE).count(), 0);
    revealsNoMore(found.html, "the answer to the badge of an ended award");
    namesNobody(await (await page.goto("/register")).text(), "the register");
    await page.getByText(NOBODY).waitFor();
  });

  test("what is found of it is in order in every look", async (t) => {
    const page = await house.page(t);
    await page.goto(award.pathname);
    await tellsOfTheAward(page, ENDED);
    await inEveryLook(page, "an ended award");
    await paste(page, badge);
    await page.getByText(ENDED).waitFor();
    await inEveryLook(page, "the badge of an ended award");
  });
});
