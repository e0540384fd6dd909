// Certificates on paper: what a printer gets is what the page shows, and its QR code leads to the check of the award. PDFium draws them and ZXing
// reads the codes (tests/badges/printed.py): neither is ours.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
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

/** What a printer and a phone see of the file that a button hands over. */
async function printed(page, button, name) {
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  assert.equal(download.suggestedFilename(), name);
  const file = join(folder, `${Date.now()}-${name}`);
  await download.saveAs(file);
  return JSON.parse(execFileSync(PYTHON, [READER, file], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }));
}

test("a holder prints the certificate, and a phone that scans it finds the award in force", async (t) => {
  const page = await house.page(t, { width: 390 });
  await house.open((await house.signIn(page, "mentor with an award"), page), {
    path: "/awards",
    follow: ["Certificate"],
    heading: "Certificate",
  });
  const shown = await page.getByLabel("Certificate", { exact: true }).innerText();
  const document = await printed(page, page.getByRole("button", { name: "PDF" }), "certificate-qms.pdf");
  assert.equal(document.tagged, true);
  assert.equal(document.title, "Certificate: Qualified mentor status, Beth Scarrow");
  assert.equal(document.pages.length, 1);
  const [only] = document.pages;
  assert.deepEqual(only.size, [842, 595], "A4, across");
  // What stands on the page stands on paper: every word of it, in the same order.
  const words = (text) => text.split(/\s+/).filter(Boolean);
  const sorted = (text) => words(text).sort();
  assert.deepEqual(sorted(only.text), sorted(shown));

  assert.equal(only.codes.length, 1);
  const anybody = await house.page(t, { width: 390 });
  await anybody.goto(only.codes[0]);
  await anybody.getByText("This award is genuine and in force.").waitFor();
  await anybody.getByRole("heading", { name: "Beth Scarrow" }).waitFor();
});

test("a coordinator prints all certificates of a round, and sees how far it is", async (t) => {
  const page = await house.page(t);
  await house.signIn(page, "coordinator");
  await house.open(page, { path: "/rounds", follow: [{ opens: "Earlier rounds" }, "Summer 2026"], heading: "Summer 2026" });
  const table = page.getByRole("table", { name: "Awards of this round" });
  const holders = await table.getByRole("rowheader").count();
  assert(holders > 20, `${holders} awards`);
  const document = await printed(page, page.getByRole("button", { name: "Print all certificates" }), "certificates.pdf");
  await page.getByText(`${holders} certificates in one document, in your downloads.`).waitFor();
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

test("a name that no typeface has is told when it is written, and nothing is lost", async (t) => {
  const page = await house.page(t, { width: 390 });
  house.tolerate(page, /status of 422/);
  await house.signIn(page, "mentor");
  await page.goto(new URL("/settings", house.url).href);
  await page.getByRole("heading", { name: "Your account" }).waitFor();
  await page.getByRole("button", { name: "Change your name" }).click();
  await page.getByLabel("Family name").fill("王");
  await page.getByRole("button", { name: "Save your name" }).click();
  await page.getByText(/letters that our certificates can’t show yet: 王/).first().waitFor();
  assert.equal(await page.getByLabel("Family name").inputValue(), "王");
  await page.getByLabel("Family name").fill("Żółkiewska");
  await page.getByRole("button", { name: "Save your name" }).click();
  await page.getByText("Żółkiewska").first().waitFor();
});
