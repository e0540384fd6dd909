// Documents on paper, certificates first: what a printer gets is what the page shows, a reader of screens is told the same, and a QR code leads to
// the check of the award. PDFium draws and reads them and ZXing reads the codes (tests/badges/printed.py): neither is ours.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { openHouse } from "./house.mjs";

const house = await openHouse();
after(() => house.close());

const PYTHON = process.env.CAIRN_BADGE_PYTHON;
assert(PYTHON, "CAIRN_BADGE_PYTHON says where the readers of printed pages are; `cargo xtask test browser` sets it");
const READER = fileURLToPath(new URL("../badges/printed.py", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "cairn-certificate-"));

/** The file that a button hands over. `meanwhile` happens between the press and the file. */
async function taken(page, button, name, meanwhile = async () => {}) {
  const pressed = async () => {
    await button.click();
    await meanwhile();
  };
  const [download] = await Promise.all([page.waitForEvent("download", { timeout: 60_000 }), pressed()]);
  assert.equal(download.suggestedFilename(), name);
  const file = join(folder, `${Date.now()}-${name}`);
  await download.saveAs(file);
  return file;
}

/** What a printer, a phone and a reader of screens make of it. */
const printed = async (...what) => read(await taken(...what));
const read = (file, ...how) => JSON.parse(execFileSync(PYTHON, [READER, file, ...how], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }));

const words = (text) => text.split(/\s+/).filter(Boolean);
const plain = (text) => words(text).join(" ");

/** The parts of a document's tree, in the order in which they are read aloud. */
const parts = ({ pages }) => pages.flatMap(({ tree }) => tree.flatMap(withAllInIt));
const withAllInIt = (part) => [part, ...part.parts.flatMap(withAllInIt)];
const aloud = (document) => parts(document).map(({ says }) => says).join(" ");

/** A document that readers of screens can read: it says of itself what it is, in which language, and that it is made for them (PDF/UA-1). */
function isForEverybody(document, title) {
  assert.equal(document.tagged, true);
  assert.equal(document.title, title);
  assert.equal(document.language, "en-GB");
  assert.deepEqual(document.xmp, { pdfua: ["1"], title: [title], language: ["en-GB"] });
  for (const { tree } of document.pages) assert.deepEqual(tree.map(({ role }) => role), ["Document"]);
  for (const { role, alt } of parts(document)) if (role === "Figure") assert(alt, "a picture says what it shows");
  for (const { missing } of document.pages) assert.deepEqual(missing, [], "letters that are printed as boxes");
}

async function openCertificate(page) {
  await house.open(page, { path: "/awards", follow: ["Certificate"], heading: "Certificate" });
  return page.getByLabel("Certificate", { exact: true });
}

const asPdf = (page) => printed(page, page.getByRole("button", { name: "PDF" }), "certificate-qms.pdf");

test("a holder prints the certificate, and a phone that scans it finds the award in force", async (t) => {
  const page = await house.page(t, { width: 390 });
  await house.signIn(page, "mentor with an award");
  const shown = await (await openCertificate(page)).innerText();
  const document = await asPdf(page);
  assert.equal(document.pages.length, 1);
  const [only] = document.pages;
  assert.deepEqual(only.size, [842, 595], "A4, across");
  // What stands on the page stands on paper: every word of it, in the same order.
  assert.deepEqual(words(only.text), words(shown));

  assert.equal(only.codes.length, 1);
  const anybody = await house.page(t, { width: 390 });
  await anybody.goto(only.codes[0]);
  await anybody.getByText("This award is genuine and in force.").waitFor();
  await anybody.getByRole("heading", { name: "Beth Scarrow" }).waitFor();
});

test("a reader of screens is told what the certificate on the page says, in its order, and what the pictures show", async (t) => {
  const page = await house.page(t, { width: 390 });
  await house.signIn(page, "mentor with an award");
  const certificate = await openCertificate(page);
  const document = await asPdf(page);
  isForEverybody(document, "Certificate: Qualified mentor status, Beth Scarrow");
  assert.deepEqual(words(aloud(document)), words(await certificate.innerText()));
  const having = (wanted) => parts(document).filter(({ role }) => role === wanted);
  assert.deepEqual(having("H1").map(({ says }) => says), ["Qualified mentor status"]);
  const [badge, code, ...others] = having("Figure").map(({ alt }) => alt);
  assert.deepEqual(others, [], "contours, the frame and the sign only decorate");
  assert.match(badge, /qualified mentor status/i);
  assert.equal(code, await certificate.getByRole("img").last().getAttribute("alt"));
  assert.deepEqual(having("Link").map((link) => link.parts.map(({ alt }) => alt)), [[code]], "the code can be pressed, too");
});

test("the certificate on paper looks as on the page: contours at its edges, and a badge that is sharp at any size", async (t) => {
  const page = await house.page(t, { width: 390 });
  await house.signIn(page, "mentor with an award");
  const certificate = await openCertificate(page);
  const { pages: [{ objects, margins, size: [width, height] }] } = await asPdf(page);
  assert.deepEqual(objects.filter(({ kind }) => kind === "image"), [], "a picture of dots is not sharp at any size");
  const paths = objects.filter(({ kind }) => kind === "path");

  // Where the page has the badge: left, bottom, right and top, as they are told on paper.
  const [sheet, seal] = [await certificate.boundingBox(), await certificate.getByRole("img", { name: /badge$/ }).boundingBox()];
  const across = (x) => ((x - sheet.x) / sheet.width) * width;
  const up = (y) => (1 - (y - sheet.y) / sheet.height) * height;
  const square = [across(seal.x), up(seal.y + seal.height), across(seal.x + seal.width), up(seal.y)];
  const NEARLY = 2;
  const isBadge = ({ bounds: [left, bottom, right, top] }) =>
    left > square[0] - NEARLY && bottom > square[1] - NEARLY && right < square[2] + NEARLY && top < square[3] + NEARLY;
  const badge = paths.filter(isBadge);
  assert(badge.length > 15, `a ring, a landscape, stones and letters are more than ${badge.length} outlines`);
  const widest = Math.max(...badge.map(({ bounds: [left, , right] }) => right - left));
  assert(widest > 0.9 * (square[2] - square[0]), `${widest} points: as large as on the page`);

  const contours = paths.filter(({ line, segments }) => line && segments > 100);
  assert(contours.length > 0, "there are contours");
  const reach = [Math.min, Math.min, Math.max, Math.max].map((most, at) => most(...contours.map(({ bounds }) => bounds[at])));
  assert(reach[0] <= 0 && reach[1] <= 0 && reach[2] >= width && reach[3] >= height, `from edge to edge, not ${reach}`);
  // Nothing else is outside the frame.
  for (const share of margins) assert(share > 0.005 && share < 0.2, `lines on paper in each margin, not ${margins}`);
});

test("a coordinator prints all certificates of a round, and sees how far it is", async (t) => {
  const page = await house.page(t);
  await house.signIn(page, "coordinator");
  await house.open(page, { path: "/rounds", follow: [{ opens: "Earlier rounds" }, "Summer 2026"], heading: "Summer 2026" });
  const table = page.getByRole("table", { name: "Awards of this round" });
  const holders = await table.getByRole("rowheader").count();
  assert(holders > 20, `${holders} awards`);

  // The server is as far as the test lets it be.
  let made = 3;
  await page.route(/\/api\/v1\/print-runs(\/[^/]+)?$/, async (route) => {
    const answer = await route.fetch();
    const run = await answer.json();
    await route.fulfill({ response: answer, json: made < holders ? { ...run, stage: "making", made } : run });
  });
  const told = page.getByText(`${holders} certificates in one document, in your downloads.`);
  const bar = page.getByRole("progressbar");
  const document = await printed(page, page.getByRole("button", { name: "Print all certificates" }), "certificates.pdf", async () => {
    for (made of [3, holders - 1]) {
      await bar.and(page.getByLabel(`Setting ${made} of ${holders} certificates`, { exact: true })).waitFor();
      assert.deepEqual(await bar.evaluate(({ value, max }) => [value, max]), [made, holders]);
    }
    assert.equal(await told.count(), 0, "it is not done yet");
    assert.deepEqual(await house.axe(page), []);
    made = holders;
  });
  await told.waitFor();
  assert.equal(await bar.count(), 0);

  isForEverybody(document, `${holders} certificates`);
  assert.equal(document.pages.length, holders);
  assert.equal(document.contents.length, holders);
  const codes = document.pages.map(({ codes: [code] }) => code);
  assert.equal(new Set(codes).size, holders, "each has its own code, and each can be scanned");
  for (const { text } of document.pages) assert.match(text, /This is to certify that/);
  assert.deepEqual(await house.axe(page), []);
});

test("the coordinator sees how the badge keys stand", async (t) => {
  const page = await house.page(t, { width: 390, dark: true });
  await house.signIn(page, "coordinator");
  await house.open(page, { path: "/rounds", follow: [{ opens: "Earlier rounds" }, "Summer 2026"], heading: "Summer 2026" });
  await page.getByText(/Badges are signed with keys number 1/).waitFor();
  await page.getByText("did:web:cairn.northfell.example").waitFor();
  assert.deepEqual(await house.axe(page), []);
});

/** The form goes to its first field a moment after it opens: what is written elsewhere before that would end up there. */
async function openNameForm(page) {
  await page.getByRole("button", { name: "Change your name" }).click();
  await page.getByLabel("Given name").and(page.locator(":focus")).waitFor();
}

test("a name that no typeface has is told when it is written, and nothing is lost", async (t) => {
  const page = await house.page(t, { width: 390 });
  house.tolerate(page, /status of 422/);
  await house.signIn(page, "mentor");
  await page.goto(new URL("/settings", house.url).href);
  await page.getByRole("heading", { name: "Your account" }).waitFor();
  await openNameForm(page);
  await page.getByLabel("Family name").fill("王");
  await page.getByRole("button", { name: "Save your name" }).click();
  await page.getByText(/letters that our certificates can’t show yet: 王/).first().waitFor();
  assert.equal(await page.getByLabel("Family name").inputValue(), "王");
  await page.getByLabel("Family name").fill("Żółkiewska");
  await page.getByRole("button", { name: "Save your name" }).click();
  await page.getByText("Żółkiewska").first().waitFor();
});

test("names of other scripts are on the certificate once it is issued anew, letter by letter", async (t) => {
  const [holder, office] = [await house.page(t), await house.page(t)];
  await house.signIn(holder, "mentor with an award");
  await house.signIn(office, "coordinator");
  for (const [given, family] of [["Łukasz", "Żółć"], ["Siân", "Ŵyn"], ["عمر", "الخطيب"]]) {
    const name = `${given} ${family}`;
    await holder.goto(new URL("/settings", house.url).href);
    await openNameForm(holder);
    await holder.getByRole("textbox", { name: "Given name" }).fill(given);
    await holder.getByRole("textbox", { name: "Family name" }).fill(family);
    await holder.getByRole("button", { name: "Save your name" }).click();
    await holder.getByText("Your name is changed.").first().waitFor();

    await house.open(office, { path: "/rounds", follow: [{ opens: "Earlier rounds" }, "Summer 2026"], heading: "Summer 2026" });
    await office.getByRole("row", { name: /A quieter classroom/ }).getByRole("button", { name: /^Correct the decision/ }).click();
    await office.getByRole("dialog").getByRole("button", { name: "Issue it anew" }).click();
    await office.getByText(`is issued anew, to ${name}`).first().waitFor();

    const shown = await (await openCertificate(holder)).innerText();
    const document = await asPdf(holder);
    isForEverybody(document, `Certificate: Qualified mentor status, ${name}`);
    assert.deepEqual(words(aloud(document)), words(shown));
    assert.equal(parts(document).filter(({ says }) => says === name).length, 1, `${name} is read aloud as it is written`);
    assert(plain(document.pages[0].text).includes(name), `${name} is drawn: ${document.pages[0].text}`);
  }
});

/** The rows of a list for a spreadsheet. */
function rowsOf(csv) {
  const rows = [[]];
  for (const [, quoted, bare, end] of csv.replace(/^\uFEFF/, "").matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1).push(plain(quoted?.replaceAll('""', '"') ?? bare));
    if (end !== ",") rows.push([]);
  }
  return rows.filter(({ length }) => length > 0);
}

test("the lists of an evening say on paper what they say in a spreadsheet, and certificates come as people are called up", async (t) => {
  const page = await house.page(t);
  await house.signIn(page, "coordinator");
  const EVENING = { path: "/celebrations", follow: ["Celebration meal"], heading: "Celebration meal" };
  // An order that nothing but a coordinator's hand gives.
  await house.open(page, { ...EVENING, follow: ["Celebration meal", "Tables and order"], heading: "Tables and order" });
  await page.getByRole("region", { name: "Running list" }).getByRole("listitem").nth(1).getByRole("button", { name: /earlier/ }).click();
  await page.getByRole("button", { name: "Save the order" }).click();
  await page.getByText("The running list is saved.").waitFor();

  await house.open(page, EVENING);
  const lists = {};
  for (const [button, title, name] of [
    ["For the door", "Door list", "door-list"],
    ["For the kitchen", "For the kitchen", "caterer-list"],
    ["Running list", "Running list", "running-list"],
  ]) {
    const csv = await taken(page, page.getByRole("button", { name: new RegExp(`CSV.*${button}`) }), `${name}.csv`);
    const rows = rowsOf(readFileSync(csv, "utf8"));
    assert(rows.length > 5, `${title}: ${rows.length} rows`);
    const document = await printed(page, page.getByRole("button", { name: new RegExp(`PDF.*${button}`) }), `${name}.pdf`);
    isForEverybody(document, title);
    // An empty cell says nothing.
    const plain = (text) => text.replace(/\s+/g, " ").trim();
    const wanted = rows.map((row) => row.map(plain).filter(Boolean));
    const told = parts(document).filter(({ role }) => role === "TR").map((row) => row.parts.map(({ says }) => plain(says)));
    assert.deepEqual(told, wanted, `${title}: each row is read aloud, once, in its order`);
    // A word that is wider than its column goes on in the next line, so gaps are not compared where it is drawn.
    const letters = (text) => text.replace(/\s/g, "");
    const drawn = letters(document.pages.map(({ text }) => text).join(""));
    for (const row of wanted) assert(drawn.includes(letters(row.join(""))), `${title}: ${row} is drawn`);
    for (const [at, { size, text }] of document.pages.entries()) {
      assert.deepEqual(size, [595, 842], "A4, upright");
      assert(text.includes(`${title} · page ${at + 1} of ${document.pages.length}`));
    }
    lists[name] = { rows: rows.slice(1), told: aloud(document) };
  }
  // Whoever counts at the door counts guests, too.
  const heads = lists["door-list"].rows.reduce((sum, [, guests]) => sum + 1 + guests.split(", ").filter(Boolean).length, 0);
  for (const name of ["door-list", "caterer-list"]) assert.match(lists[name].told, new RegExp(` ${heads} people\\.`));

  const file = await taken(page, page.getByRole("button", { name: "Print the certificates" }), "certificates.pdf");
  const certificates = read(file, "undrawn");
  const called = lists["running-list"].rows.flatMap(([, name, , awards]) => awards.split(", ").map(() => name));
  const holders = certificates.pages.map(({ text }) => text.match(/This is to certify that\s+(.*?)\s+of /s)[1]);
  assert.deepEqual(holders, called);
  isForEverybody(certificates, `${called.length} certificates`);
});
