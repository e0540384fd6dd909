// An award, shown to others: its badge is taken along, checked by anybody, and named in the register where its holder wants it.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { openHouse } from "./house.mjs";
import { FORMS, inNode, inPython } from "./verifiers.mjs";

const house = await openHouse();
after(() => house.close());

async function openAward(page) {
  await house.signIn(page, "mentor with an award");
  await page.goto(new URL("/awards", house.url).href);
  await page.getByRole("link", { name: "Qualified mentor status" }).first().click();
  await page.getByRole("heading", { name: "Your badge" }).waitFor();
}

const tick = (page, name) => page.getByRole("checkbox", { name });

test("a badge is taken along, and whoever gets it finds it genuine", async (t) => {
  const page = await house.page(t, { width: 390 });
  await openAward(page);
  const folder = mkdtempSync(join(tmpdir(), "cairn-award-"));
  for (const [button, name] of [["Badge picture", "badge-qms.svg"], ["Wallet file", "badge-qms.json"]]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button }).click()]);
    assert.equal(download.suggestedFilename(), name);
    await download.saveAs(join(folder, name));
    const anybody = await house.page(t);
    await anybody.goto(new URL("/verify/badge", house.url).href);
    await anybody.getByLabel("The badge’s file").setInputFiles(join(folder, name));
    await anybody.getByRole("button", { name: "Check" }).click();
    await anybody.getByText("This badge is genuine and in force.").waitFor();
    await anybody.getByRole("heading", { name: "Beth Scarrow" }).waitFor();
    assert.deepEqual(await house.axe(anybody), []);
  }
});

test("what is pasted and is no badge is told kindly", async (t) => {
  const page = await house.page(t, { width: 390, dark: true });
  await page.goto(new URL("/verify", house.url).href);
  await page.getByRole("link", { name: "Check a badge" }).click();
  await page.getByLabel("Or paste what is in it").fill("Beth is a very good mentor.");
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByText("There is no badge in this.").waitFor();
  assert.deepEqual(await house.axe(page), []);
});

test("a holder shows the badge to everybody, stands in the register, and takes it back", async (t) => {
  const page = await house.page(t);
  await openAward(page);
  await tick(page, "Show my badge to everybody").check();
  await page.getByText("Everybody who has its address can see your badge.").waitFor();
  const linkedIn = new URL(await page.getByRole("link", { name: "Add to LinkedIn" }).getAttribute("href"));
  assert.equal(linkedIn.searchParams.get("name"), "Qualified mentor status");
  assert.match(linkedIn.searchParams.get("certUrl"), /\/v\//);
  const png = await page.getByRole("link", { name: "As a PNG" }).getAttribute("href");
  const answer = await fetch(png);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "image/png");
  assert.deepEqual(await house.axe(page), []);

  await tick(page, "List me in the public register").check();
  const anybody = await house.page(t, { width: 390 });
  await anybody.goto(new URL("/register", house.url).href);
  await anybody.getByRole("rowheader", { name: "Beth Scarrow" }).waitFor();
  assert.deepEqual(await house.axe(anybody), []);
  const look = async (name) => {
    await anybody.getByLabel("Look for a name").fill(name);
    await anybody.getByRole("button", { name: "Look" }).click();
  };
  await look("nobody of that name");
  await anybody.getByText("Nobody stands in the register under “nobody of that name”.").waitFor();
  assert.deepEqual(await house.axe(anybody), []);
  await look("scarrow");
  await anybody.getByRole("rowheader", { name: "Beth Scarrow" }).waitFor();
  assert.equal(await anybody.getByLabel("Look for a name").inputValue(), "scarrow");
  await anybody.getByRole("link", { name: "See all" }).click();

  await tick(page, "Show my badge to everybody").uncheck();
  await page.getByText("Nobody else sees your badge any more.").waitFor();
  assert.equal((await fetch(png)).status, 404);
  await anybody.reload();
  await anybody.getByText("Nobody stands in the register yet.").waitFor();
});

test("a coordinator issues an award anew, and the badge of before says so", async (t) => {
  const holder = await house.page(t);
  await openAward(holder);
  const folder = mkdtempSync(join(tmpdir(), "cairn-award-"));
  const [download] = await Promise.all([holder.waitForEvent("download"), holder.getByRole("button", { name: "Badge picture" }).click()]);
  await download.saveAs(join(folder, "badge.svg"));
  await holder.goto(new URL("/settings", house.url).href);
  await holder.getByRole("button", { name: "Change your name" }).click();
  await holder.getByRole("textbox", { name: "Family name" }).fill("Scarrow-Lund");
  await holder.getByRole("button", { name: "Save your name" }).click();
  await holder.getByText("Your name is changed.").first().waitFor();

  const page = await house.page(t);
  await house.signIn(page, "coordinator");
  await page.getByText(/^Earlier rounds/).click();
  await page.getByRole("table", { name: "Earlier review rounds" }).getByRole("link").last().click();
  const row = page.getByRole("row", { name: /A quieter classroom/ });
  await row.getByRole("button", { name: /^Correct the decision/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Issue it anew" }).click();
  await page.getByText(/is issued anew, to Beth Scarrow-Lund/).first().waitFor();
  assert.deepEqual(await house.axe(page), []);

  const anybody = await house.page(t);
  await anybody.goto(new URL("/verify/badge", house.url).href);
  await anybody.getByLabel("The badge’s file").setInputFiles(join(folder, "badge.svg"));
  await anybody.getByRole("button", { name: "Check" }).click();
  await anybody.getByText("This badge is genuine, and there is a newer one.").waitFor();
});

test("a badge of the demonstration is genuine to the verifiers of others in all its forms, until the award ends", async (t) => {
  const page = await house.page(t);
  await openAward(page);
  await tick(page, "Show my badge to everybody").check();
  await page.getByText("Everybody who has its address can see your badge.").waitFor();
  const shown = (await page.getByRole("link", { name: "As a PNG" }).getAttribute("href")).replace(/\.png$/, "");
  const certificate = new URL(await page.getByRole("link", { name: "Add to LinkedIn" }).getAttribute("href")).searchParams.get("certUrl");

  const folder = mkdtempSync(join(tmpdir(), "cairn-award-"));
  const keep = async (name, path, accept = "*/*") => {
    const answer = await fetch(new URL(path, house.url), { headers: { accept } });
    assert.equal(answer.status, 200, path);
    writeFileSync(join(folder, name), Buffer.from(await answer.arrayBuffer()));
  };
  const keepStatus = async () => {
    await keep("status.json", "/api/v1/public/status/revocation/1");
    await keep("status.jwt", "/api/v1/public/status/revocation/1", "application/vc+jwt");
  };
  await keep("did.json", "/.well-known/did.json");
  await keep("jwks.json", "/.well-known/jwks.json");
  await keepStatus();
  for (const form of FORMS) await keep(`badge.${form}`, `${shown}.${form}`);
  const files = FORMS.map((form) => join(folder, `badge.${form}`));
  // A day or two after the demonstration's own.
  const DAY = "2026-11-26";
  const says = async () => {
    const npm = [];
    for (const [index, file] of files.entries()) npm.push((await inNode(folder, DAY, FORMS[index], readFileSync(file))).revoked);
    const pypi = inPython(folder, DAY, files).map(({ valid, revoked, says }) => (assert(valid, says), revoked));
    return [npm, pypi];
  };
  assert.deepEqual(await says(), [[false, false, false, false], [false, false, false, false]]);

  const office = await house.page(t);
  await house.signIn(office, "coordinator");
  await office.getByText(/^Earlier rounds/).click();
  await office.getByRole("table", { name: "Earlier review rounds" }).getByRole("link").last().click();
  await office.getByRole("row", { name: /A quieter classroom/ }).getByRole("button", { name: /^Correct the decision/ }).click();
  const dialog = office.getByRole("dialog");
  await dialog.getByRole("button", { name: "End the award" }).click();
  await dialog.getByRole("textbox", { name: "What was issued in error?" }).fill("It was meant for another portfolio.");
  await dialog.getByRole("button", { name: "End the award" }).click();
  await dialog.waitFor({ state: "hidden" });

  await keepStatus();
  assert.deepEqual(await says(), [[true, true, true, true], [true, true, true, true]]);
  // So says the page that the certificate's QR code leads to; and nobody sees the badge any more.
  const anybody = await house.page(t, { width: 390 });
  await anybody.goto(certificate);
  await anybody.getByText(/no longer in force/).first().waitFor();
  assert.equal((await fetch(`${shown}.json`)).status, 404);
});
