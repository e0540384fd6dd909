// A portfolio on paper, the whole way in the browser: registered with a cover sheet, printed, received by its code, read
// on the same screen, decided, and returned. One story in one house, told in order.

import assert from "node:assert/strict";
import { test } from "node:test";

import { goOnTo, openHouse } from "./house.mjs";

test("a paper portfolio goes the whole way", async (t) => {
  const house = await openHouse();
  t.after(() => house.close());
  const page = await house.page(t);
  let code;

  await t.test("Priya registers a binder and gets a cover sheet", async () => {
    await house.signIn(page, "mentor");
    await house.open(page, {
      path: "/portfolio",
      follow: ["Read it through", "Go on to sending"],
      heading: "Send to the panel",
    });
    await page.getByRole("radio", { name: "On paper" }).check();
    await page.getByRole("button", { name: /^Register it/ }).click();
    await page.getByRole("heading", { name: "One or two things first" }).waitFor();
    assert.deepEqual(await house.axe(page), []);
    await page.getByRole("textbox", { name: "What will arrive?" }).fill("One ring binder and a display folder");
    await page.getByRole("textbox", { name: "Where will you hand it in?" }).fill("The university’s front desk");
    await page.getByRole("textbox", { name: /A word to your readers/ }).fill("Please begin with the green pages.");
    await page.getByRole("checkbox", { name: /my own account/ }).check();
    await page.getByRole("checkbox", { name: /No pupil and no trainee/ }).check();
    await page.getByRole("button", { name: /^Register it for Spring 2027/ }).click();
    await page.getByRole("heading", { level: 1, name: "Your portfolio is on paper" }).waitFor();
    const slip = page.getByRole("region", { name: "Cover sheet" });
    await slip.getByText("One ring binder and a display folder").waitFor();
    code = (await slip.innerText()).match(/[2-9A-HJ-NP-Z]{4} [2-9A-HJ-NP-Z]{4}/)?.[0];
    assert(code, "the cover sheet shows its code");
    assert.deepEqual(await house.axe(page), []);
  });

  await t.test("the cover sheet prints on the top of one A4 sheet", async () => {
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
    const pages = [...pdf.matchAll(/\/Type\s*\/Page\b(?!s)/g)].length;
    assert.equal(pages, 1, "one page");
    const [width, height] = pdf.match(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)/).slice(1).map(Number);
    assert(Math.abs(width - 595) < 2 && Math.abs(height - 842) < 2, `A4, not ${width} × ${height} points`);
    await page.emulateMedia({ media: "print" });
    // A millimetre is 96 / 25.4 pixels; the print area of A4 within its margins is 174 mm wide.
    await page.setViewportSize({ width: 658, height: 986 });
    const qr = await page.getByRole("img", { name: "QR code of this cover sheet" }).boundingBox();
    assert(Math.abs(qr.width - 35 * (96 / 25.4)) < 1 && Math.abs(qr.height - qr.width) < 1, "the code is 35 mm wide");
    const slip = await page.getByRole("region", { name: "Cover sheet" }).boundingBox();
    assert(slip.y < 20 && slip.height < 493, "it takes the upper half");
    assert.equal(await page.getByRole("button", { name: "Print the slip" }).isVisible(), false);
    await page.emulateMedia({ media: null });
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  await t.test("the coordinator gives it to two readers, and reading begins before it has come", async () => {
    await house.signIn(page, "coordinator");
    await page.getByRole("link", { name: "Spring 2027" }).first().click();
    await page.getByRole("heading", { level: 1, name: "Spring 2027" }).waitFor();
    for (const reader of ["Marcus Oyelade-Pike", "Helen Askew-Moor"]) {
      await page.getByRole("button", { name: /Add a reader/ }).first().click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("radio", { name: reader }).check();
      await dialog.getByRole("button", { name: "Give it to them" }).click();
      await dialog.waitFor({ state: "hidden" });
      await page.getByRole("table").getByText(reader).first().waitFor();
    }
    await goOnTo(house, page, /Spring 2027 closes/);
    await house.signIn(page, "reviewer");
    await page.getByText("On its way to you").first().waitFor();
    await page.getByRole("link", { name: /Learning to wait/ }).first().click();
    await page.getByText("It is on paper, and on its way to you.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Send my view" }).count(), 0, "there is nothing to send yet");
    assert.deepEqual(await house.axe(page), []);
  });

  await t.test("the coordinator finds it by its code and notes that it has arrived", async () => {
    await house.signIn(page, "coordinator");
    await page.getByRole("link", { name: "Spring 2027" }).first().click();
    const box = page.getByRole("textbox", { name: "Find a paper portfolio" });
    const wrong = (code[0] === "2" ? "3" : "2") + code.slice(1);
    await box.fill(wrong);
    await page.getByRole("button", { name: "Find it" }).click();
    await page.getByText(/a letter of it is a different one/).waitFor();
    // A scanner types the whole address, and Enter.
    await box.fill(`${house.url}/paper/${code.replace(" ", "-")}`);
    await box.press("Enter");
    await page.getByRole("heading", { level: 1, name: "A paper portfolio" }).waitFor();
    await page.getByRole("button", { name: "It has arrived" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Note that it is here" }).click();
    await dialog.getByText("Say where it is kept").first().waitFor();
    assert.deepEqual(await house.axe(page), []);
    await dialog.getByRole("textbox", { name: "Where is it kept?" }).fill("Room 12, the green shelf");
    await dialog.getByRole("button", { name: "Note that it is here" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText(/Room 12, the green shelf/).first().waitFor();
  });

  for (const role of ["reviewer", "second reviewer"]) {
    await t.test(`the ${role} reads it on the same screen`, async () => {
      await house.signIn(page, role);
      await page.getByRole("link", { name: /Learning to wait/ }).first().click();
      await page.getByRole("heading", { name: "This one is read on paper" }).waitFor();
      await page.getByText("Please begin with the green pages.").waitFor();
      const notes = page.getByRole("complementary", { name: "My notes on the four standards" });
      for (const choice of await notes.getByRole("radio", { name: "Evidenced" }).all()) await choice.check();
      await notes.getByText(/^Saved/).waitFor();
      if (role === "reviewer") {
        await page.getByRole("button", { name: "Comment on the paper" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByRole("textbox", { name: /Where on the paper/ }).fill("Page 12");
        await dialog.getByRole("textbox", { name: "What would you like to say?" }).fill("The drawing says it all.");
        await dialog.getByRole("radio", { name: "Priya will see this" }).check();
        await dialog.getByRole("button", { name: "Keep it" }).click();
        await page.getByText("The drawing says it all.").waitFor();
        assert.deepEqual(await house.axe(page), []);
      }
      await notes.getByRole("button", { name: "Send my view" }).click();
      await notes.getByRole("button", { name: "Send my change" }).waitFor();
    });
  }

  await t.test("the chair decides, and the round is released", async () => {
    await goOnTo(house, page, /panel of Spring 2027 meets/);
    await house.signIn(page, "coordinator");
    await page.getByRole("link", { name: "Spring 2027" }).first().click();
    await page.getByRole("heading", { level: 1, name: "Spring 2027" }).waitFor();
    const meeting = `${page.url()}/meeting`;
    await house.signIn(page, "chair");
    await page.goto(meeting);
    const card = page.getByRole("listitem").filter({ hasText: "Learning to wait" });
    await card.getByRole("button", { name: "Award" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Award", exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    await house.signIn(page, "coordinator");
    await page.getByRole("link", { name: "Spring 2027" }).first().click();
    await page.getByRole("button", { name: "Release the round" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Release it now" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  });

  await t.test("it goes back, and Priya reads so", async () => {
    await page.getByRole("button", { name: /It went back/ }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "To whom, and how?" }).fill("Priya Hartnell, in person");
    await dialog.getByRole("button", { name: "Note that it went back" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText("Paper went back", { exact: true }).waitFor();
    await house.signIn(page, "mentor");
    await page.goto(new URL("/submissions", house.url).href);
    await page.getByText(/The paper went back on .*: Priya Hartnell, in person\./).waitFor();
    assert.deepEqual(await house.axe(page), []);
    await page.getByRole("link", { name: /Read what the panel says/ }).first().click();
    await page.getByRole("heading", { level: 1, name: /Congratulations, Priya/ }).waitFor();
    await page.getByText("On paper: Page 12").waitFor();
  });
});

test("the coordinator registers a binder for a mentor who has only paper", async (t) => {
  const house = await openHouse();
  t.after(() => house.close());
  const page = await house.page(t, { width: 390 });
  await house.signIn(page, "coordinator");
  await house.open(page, { path: "/people?search=Priya+Hartnell", follow: ["Priya Hartnell"], heading: "Priya Hartnell" });
  await page.getByRole("link", { name: "Register a paper portfolio" }).click();
  await page.getByRole("heading", { level: 1, name: "Register a paper portfolio" }).waitFor();
  assert.deepEqual(await house.axe(page), []);
  await page.getByRole("radio", { name: "Qualified Mentor" }).check();
  await page.getByRole("textbox", { name: "What is it called?" }).fill("A year in pencil");
  await page.getByRole("textbox", { name: "What will arrive?" }).fill("One box file");
  await page.getByRole("textbox", { name: "Where is it handed in?" }).fill("The school office");
  await page.getByRole("checkbox", { name: /Priya has signed/ }).check();
  await page.getByRole("button", { name: "Register it" }).click();
  await page.getByRole("heading", { level: 1, name: "A paper portfolio" }).waitFor();
  const slip = page.getByRole("region", { name: "Cover sheet" });
  await slip.getByRole("heading", { name: "A year in pencil" }).waitFor();
  assert.deepEqual(await house.axe(page), []);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert(wide <= 0, `it is ${wide} px wider than the screen`);
});
