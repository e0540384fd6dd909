// The coordinator brings people and schools in from a file: chosen or pasted, looked at row by row, put right where it
// needs it, carried out, and done twice without harm. axe looks at every state on the way, at a desk and on a phone.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";

import { openHouse } from "./house.mjs";

const house = await openHouse();
after(() => house.close());

const HEADER = "Email,Given name,Family name,Role,Phase,School,URN,Since,Leads";

/** A file as a spreadsheet would export it. */
const file = (name, rows) => ({ name, mimeType: "text/csv", buffer: Buffer.from([HEADER, ...rows].join("\r\n")) });

const MENTORS = [
  "lpayne.larkbeck.example,Lorna,Esk-Payne,,Primary,,,,",
  "dai@thornbeck.example,Dai,Penhallow,,Primary,Thornbek Primary School,,,",
  "farrah@wrenthwaite.example,Farrah,Idle-Brook,,,,,,",
  'agnes.new@ottermere.example,"Agnes ""Nan""",Whin,"Mentor, panel member",Primary,Newfound Infants,990001,01/09/2026,',
  "omar.new@ottermere.example,نور,عمر,Mentor,Primary,Newfound Infants,990001,01/09/2026,",
];

async function opensImport(page) {
  await house.signIn(page, "coordinator");
  await page.getByRole("navigation", { name: "Main" }).or(page.getByRole("navigation", { name: "Quick" })).getByRole("link", { name: "People" }).first().click();
  await page.getByRole("heading", { level: 1, name: "People" }).waitFor();
  await page.getByRole("link", { name: "Import a file" }).click();
  await page.getByRole("heading", { level: 1, name: "Import people" }).waitFor();
}

async function looksWell(page, state) {
  await house.quiet(page);
  assert.deepEqual(await house.axe(page), [], state);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert(wide <= 0, `${state} is ${wide} px wider than the screen`);
}

const chooses = (page, chosen) => page.locator("input[type=file]").setInputFiles(chosen);

test("a file is looked at, put right, imported, and imported again without harm", async (t) => {
  const page = await house.page(t);
  await opensImport(page);
  await looksWell(page, "choosing");

  await t.test("the template names every column", async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download a template" }).click(),
    ]);
    assert.equal(await readFile(await download.path(), "utf8"), "\ufeffGiven name,Family name,Email,Role,Phase,School,URN,Since,Leads\r\n");
  });

  await t.test("what needs a look comes first, and is put right where it is", async () => {
    await chooses(page, file("mentors-november.csv", MENTORS));
    await page.getByRole("heading", { name: "Three rows need a look" }).waitFor();
    await page.getByRole("heading", { name: "mentors-november.csv" }).waitFor();
    await page.getByText("5 rows · 3 to look at · 2 new people · 1 new school").waitFor();
    await page.getByText("Newfound Infants is added as a school: primary, URN 990001.").first().waitFor();
    await looksWell(page, "checking");
    await page.getByRole("link", { name: /^Row 2: The e-mail address has no @ sign/ }).click();
    const email = page.getByRole("textbox", { name: "Email, row 2" });
    await email.fill("lpayne@larkbeck.example");
    await email.press("Enter");
    await page.getByText("Row 2 is ready.").waitFor();
    await page.getByRole("combobox", { name: "Phase, row 4" }).selectOption("Secondary");
    await page.getByRole("button", { name: "Keep row 4" }).click();
    await page.getByRole("heading", { name: "One row needs a look" }).waitFor();
    await page.getByRole("combobox", { name: "School, row 3" }).selectOption("Thornbeck Primary School");
    await page.getByRole("button", { name: "Keep row 3" }).click();
    await page.getByRole("heading", { name: /need[s]? a look/ }).waitFor({ state: "detached" });
    await looksWell(page, "put right");
  });

  await t.test("nothing goes before one has said who hears of it", async () => {
    await page.getByRole("button", { name: "Import all 5" }).click();
    await page.getByRole("link", { name: "Choose whether they are written to now or later." }).waitFor();
    await looksWell(page, "asked about letters");
    await page.getByRole("radio", { name: /^Later/ }).check();
    await page.getByRole("button", { name: "Import all 5" }).click();
    await page.getByText("The import is done").waitFor();
    await page.getByText("5 people were added and 1 school was added.").waitFor();
    await page.getByText("5 people have not been written to yet").waitFor();
    await looksWell(page, "done");
  });

  await t.test("the same file again changes nothing", async () => {
    await page.getByRole("link", { name: "Import another file" }).click();
    await page.getByRole("link", { name: "mentors-november.csv" }).waitFor();
    const right = ["lpayne@larkbeck.example,Lorna,Esk-Payne,,Primary,,,,", ...MENTORS.slice(3)];
    await chooses(page, file("again.csv", right));
    await page.getByText("There is nothing to do").waitFor();
    assert.equal(await page.getByRole("button", { name: /^Import/ }).count(), 0);
    await looksWell(page, "nothing to do");
  });

  await t.test("they are invited from the page of people, once", async () => {
    await page.goto(new URL("/people?search=esk-payne", house.url).href);
    await page.getByText("To be invited").waitFor();
    await looksWell(page, "people who wait");
    await page.getByRole("button", { name: "Invite all 5 by e-mail" }).click();
    await page.getByText("5 invitations are on their way.").waitFor();
    await page.getByText("Invited", { exact: true }).waitFor();
    await page.getByText("have not been written to yet").waitFor({ state: "detached" });
  });
});

test("on a phone, in the dark, rows are cards, and those that wait can be taken along as a file", async (t) => {
  const page = await house.page(t, { width: 390, dark: true });
  await opensImport(page);
  await looksWell(page, "choosing on a phone");
  await page.getByText("Paste rows").click();
  const paste = page.getByRole("textbox", { name: "Rows" });
  await paste.fill([HEADER, "=cmd.example,X,Y,,,,,,", "phone@x.example,Phone,Person,,Primary,,,,"].join("\n").replaceAll(",", "\t"));
  await page.getByRole("button", { name: "Check these rows" }).click();
  await page.getByRole("heading", { name: "One row needs a look" }).waitFor();
  await looksWell(page, "checking on a phone");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download the 1 row" }).click(),
  ]);
  const csv = await readFile(await download.path(), "utf8");
  assert(csv.startsWith("\ufeffEmail,Given name,"), csv);
  assert(csv.includes("\r\n'=cmd.example,X,Y,"), csv);
  await page.getByRole("radio", { name: /^Invite them by e-mail now/ }).check();
  await page.getByRole("button", { name: "Import the one that is ready" }).click();
  await page.getByText("1 invitation is on their way.").or(page.getByText("The import is done")).first().waitFor();
  await looksWell(page, "done on a phone");
});

test("what can't be used is told kindly, and a broken connection loses nothing", async (t) => {
  const page = await house.page(t);
  house.tolerate(page, /status of 4(15|22)|ERR_INTERNET_DISCONNECTED/);
  await opensImport(page);
  await chooses(page, { name: "people.xlsx", mimeType: "text/csv", buffer: Buffer.from("PK\u0003\u0004…") });
  await page.getByText("This is the workbook itself.").waitFor();
  await looksWell(page, "a workbook");
  await chooses(page, { name: "no-headings.csv", mimeType: "text/csv", buffer: Buffer.from("Ada,38\r\nBede,40") });
  await page.getByText("one of them has to be called “Email”").waitFor();
  await chooses(page, { name: "large.csv", mimeType: "text/csv", buffer: Buffer.alloc(2 * 1024 * 1024 + 1, "x") });
  await page.getByText("This file is too large").waitFor();
  await page.context().setOffline(true);
  await page.getByText("A file can be checked once there is a connection again.").waitFor();
  await looksWell(page, "offline");
  await page.context().setOffline(false);
  await page.getByText("A file can be checked once there is a connection again.").waitFor({ state: "detached" });
  await chooses(page, file("after.csv", ["after@x.example,After,Wards,,Primary,,,,"]));
  await page.getByRole("heading", { name: "after.csv" }).waitFor();
  // Half way the line goes dead; what was done is kept, and it goes on from there.
  await page.getByRole("radio", { name: /^Later/ }).check();
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Import the one that is ready" }).click();
  await page.getByText("What was done is kept, and nothing is done twice.").waitFor();
  await looksWell(page, "broken off");
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Import the one that is ready" }).click();
  await page.getByText("The import is done").waitFor();
});

test("a thousand people are shown a page at a time", async (t) => {
  const page = await house.page(t);
  await opensImport(page);
  const rows = Array.from({ length: 1020 }, (_, n) => `p${n}@many.example,Given,Family ${n},,Primary,,,,`);
  await chooses(page, file("partnership.csv", rows));
  await page.getByText("1,020 rows · 1,020 new people").waitFor();
  assert.equal(await page.getByRole("table", { name: "Every row" }).getByRole("row").count(), 31);
  await page.getByRole("button", { name: "Show more" }).click();
  await page.getByRole("row").filter({ hasText: "p59@many.example" }).waitFor();
  await page.getByRole("radio", { name: /^Later/ }).check();
  await page.getByRole("button", { name: "Import all 1,020" }).click();
  await page.getByText(/of 1,020 rows are done/).waitFor();
  await page.getByText("1,020 people were added.").waitFor({ timeout: 60_000 });
});
