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

const folder = mkdtempSync(join(tmpdir(), "cairn-award-"));

/** Takes a file along, of a name that is expected, and gives its path. */
async function taken(page, button, name) {
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  assert.match(download.suggestedFilename(), name);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

/** Has a badge's file checked, as anybody can. */
async function check(page, file) {
  await page.goto(new URL("/verify/badge", house.url).href);
  await page.getByLabel("The badge’s file").setInputFiles(file);
  await page.getByRole("button", { name: "Check" }).click();
}

const tick = (page, name) => page.getByRole("checkbox", { name });

test("a badge is taken along, and whoever gets it finds it genuine", async (t) => {
  const page = await house.page(t, { width: 390 });
  await openAward(page);
  for (const [button, name] of [["Badge picture", /^badge-qms\.svg$/], ["Wallet file", /^badge-qms\.json$/]]) {
    const file = await taken(page, page.getByRole("button", { name: button }), name);
    const anybody = await house.page(t);
    await check(anybody, file);
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
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await openAward(page);
  await tick(page, "Show my badge to everybody").check();
  await page.getByText("Everybody who has its address can see your badge.").waitFor();
  assert.deepEqual(await house.axe(page), []);
  const anybody = await house.page(t, { width: 390 });

  // What is copied leads to the badge, and to the check of the award.
  const copied = async (button) => {
    await page.evaluate(() => navigator.clipboard.writeText(""));
    await page.getByRole("button", { name: button }).click();
    return (await page.waitForFunction(() => navigator.clipboard.readText())).jsonValue();
  };
  const badge = await copied("Copy its address");
  await anybody.goto(badge);
  await anybody.getByText("This badge is genuine and in force.").waitFor();
  await anybody.getByRole("heading", { level: 1, name: "Beth Scarrow" }).waitFor();
  const certificate = await copied("Copy the address");
  await page.getByRole("status").filter({ hasText: "Copied" }).nth(1).waitFor();
  await anybody.goto(certificate);
  await anybody.getByText("This award is genuine and in force.").waitFor();
  await anybody.getByRole("heading", { level: 1, name: "Beth Scarrow" }).waitFor();
  const [awardedOn, awardedBy, code] = await anybody.getByRole("definition").allInnerTexts();
  assert.equal(awardedOn, "8 July 2026");

  // LinkedIn is told what whoever checks it is told.
  const linkedIn = new URL(await page.getByRole("link", { name: "Add to LinkedIn" }).getAttribute("href"));
  assert.equal(linkedIn.origin + linkedIn.pathname, "https://www.linkedin.com/profile/add");
  assert.deepEqual(Object.fromEntries(linkedIn.searchParams), {
    startTask: "CERTIFICATION_NAME",
    name: "Qualified mentor status",
    organizationName: awardedBy,
    issueYear: "2026",
    issueMonth: "7",
    certId: code,
    certUrl: certificate,
  });

  const png = await page.getByRole("link", { name: "As a PNG" }).getAttribute("href");
  assert.equal(png, `${badge}.png`);
  const picture = await taken(page, page.getByRole("link", { name: "As a PNG" }), /^badge.*\.png$/);
  await check(anybody, picture);
  await anybody.getByText("This badge is genuine and in force.").waitFor();
  await anybody.getByRole("heading", { name: "Beth Scarrow" }).waitFor();
  const paper = await taken(page, page.getByRole("button", { name: "Certificate", exact: true }), /^certificate-qms\.pdf$/);
  assert.equal(readFileSync(paper).subarray(0, 5).toString(), "%PDF-");

  // The box is ticked at once; the register is asked once the server has it.
  const [listed] = await Promise.all([
    page.waitForResponse((answer) => answer.request().method() === "PUT" && answer.url().endsWith("/publication")),
    tick(page, "List me in the public register").check(),
  ]);
  assert.equal(listed.status(), 200);
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
  const before = await taken(holder, holder.getByRole("button", { name: "Badge picture" }), /^badge-qms\.svg$/);
  await holder.goto(new URL("/settings", house.url).href);
  await holder.getByRole("button", { name: "Change your name" }).click();
  await holder.getByRole("textbox", { name: "Given name" }).and(holder.locator(":focus")).waitFor();
  await holder.getByRole("textbox", { name: "Family name" }).fill("Scarrow-Lund");
  await holder.getByRole("button", { name: "Save your name" }).click();
  await holder.getByText("Your name is changed.").first().waitFor();

  const page = await house.page(t, { width: 390, dark: true });
  await house.signIn(page, "coordinator");
  await page.getByText(/^Earlier rounds/).click();
  await page.getByRole("table", { name: "Earlier review rounds" }).getByRole("link").last().click();
  await page.getByText("New name or address").waitFor();
  assert.deepEqual(await house.axe(page), []);
  const row = page.getByRole("row", { name: /A quieter classroom/ });
  await row.getByRole("button", { name: /^Correct the decision/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Issue it anew" }).click();
  await page.getByText(/is issued anew, to Beth Scarrow-Lund/).first().waitFor();
  assert.deepEqual(await house.axe(page), []);

  const anybody = await house.page(t);
  await check(anybody, before);
  await anybody.getByText("This badge is genuine, and there is a newer one.").waitFor();
  assert.deepEqual(await house.axe(anybody), []);
});

test("whoever leads a holder’s school finds an invitation in every look, and answers it", async (t) => {
  // In the demonstration nobody leads a school at which somebody was awarded.
  const office = await house.page(t);
  await house.signIn(office, "coordinator");
  await house.open(office, { path: "/people?search=Ullathorne", follow: ["Gareth Ullathorne"], heading: "Gareth Ullathorne" });
  await office.getByRole("searchbox", { name: "School: find it by its name" }).fill("Hollinghow");
  await office.getByRole("combobox", { name: "School", exact: true }).selectOption("Hollinghow Primary School, primary");
  await office.getByRole("checkbox", { name: /^Leads the school/ }).check();
  await office.getByRole("button", { name: "Add it" }).click();
  await office.getByText("The school is added.").waitFor();
  await house.open(office, { path: "/celebrations", follow: ["Celebration meal"], heading: "Celebration meal" });
  await office.getByRole("button", { name: "Invite 1 person" }).click();
  await office.getByText("The invitation is on the way.").first().waitFor();

  const lead = await house.page(t);
  await house.signIn(lead, "school lead");
  await lead.getByRole("navigation").getByRole("link", { name: "Celebrations" }).first().click();
  await house.arrived(lead, "Celebrations");
  assert.deepEqual(await house.axe(lead), []);
  await lead.getByRole("link", { name: "Celebration meal" }).click();
  await lead.getByRole("heading", { name: "Your invitation" }).waitFor();
  for (const [width, height] of [[1280, 900], [390, 844]]) {
    await lead.setViewportSize({ width, height });
    for (const colorScheme of ["light", "dark"]) {
      await lead.emulateMedia({ colorScheme });
      assert.deepEqual(await house.axe(lead), [], `at ${width} px, ${colorScheme}`);
      const wide = await lead.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert(wide <= 0, `the invitation at ${width} px is ${wide} px wider than the screen`);
    }
  }
  await lead.getByText("Sorry, no").click();
  await lead.getByRole("button", { name: "Save my answer" }).click();
  await lead.getByText("Not coming", { exact: true }).waitFor();
});

test("a badge of the demonstration is genuine to the verifiers of others in all its forms, until the award ends", async (t) => {
  const page = await house.page(t);
  await openAward(page);
  await tick(page, "Show my badge to everybody").check();
  await page.getByText("Everybody who has its address can see your badge.").waitFor();
  const shown = (await page.getByRole("link", { name: "As a PNG" }).getAttribute("href")).replace(/\.png$/, "");
  const certificate = new URL(await page.getByRole("link", { name: "Add to LinkedIn" }).getAttribute("href")).searchParams.get("certUrl");

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
