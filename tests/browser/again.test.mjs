// A little more, and then the award: the panel's suggestions, the mentor's reply and addition, and the same readers, who
// see suggestion, reply and change side by side while what is secured stays closed. It is one story in one house, told
// in order; the demonstration's clock is moved on between its chapters.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openHouse } from "./house.mjs";

const REPLY = "I wrote down how we met a parent together. It is in the new piece about the gate.";
const PARENT = "At the gate a parent was upset about the reading books. F. wanted to run, and stayed, because we had said beforehand what she would say first.";
const NOTES = "Since the supper I leave the adjectives out of my notes. F. reads them now without asking what I meant.";

test("a resubmission's whole way, from the suggestions to the award", async (t) => {
  const house = await openHouse();
  t.after(() => house.close());
  const page = await house.page(t);
  const open = (path) => page.goto(new URL(path, house.url).href);
  const goOnTo = async (day) => {
    await open("/demo");
    await page.getByRole("button", { name: day }).click();
    await page.getByRole("heading", { name: "The demonstration" }).waitFor();
  };

  await t.test("Callum reads the suggestions and replies", async () => {
    await house.signIn(page, "mentor adding a little");
    await open("/submissions");
    await page.getByRole("link", { name: /Read/ }).first().click();
    await page.getByRole("heading", { level: 1, name: "A little more, and you are there" }).waitFor();
    await page.getByText("A few lines on how you helped her with something hard and professional").waitFor();
    await page.getByRole("textbox", { name: /Your reply about Professionalism/ }).fill(REPLY);
    await page.getByText(/^Saved/).first().waitFor();
    await page.reload();
    assert.equal(await page.getByRole("textbox", { name: /Your reply about Professionalism/ }).inputValue(), REPLY);
  });

  await t.test("he starts now, on each of the two", async () => {
    for (const [standard, text] of [["Professionalism", PARENT], ["Self-development and partnership", NOTES]]) {
      await page.getByRole("link", { name: `Start now on ${standard}` }).click();
      await page.getByRole("textbox", { name: "What happened?" }).fill(text);
      await page.getByRole("textbox", { name: /What does this show/ }).fill(`What I do now, and why, about ${standard}.`);
      await page.getByRole("button", { name: "Keep it" }).click();
      await page.waitForURL(/\/story$/);
      await page.goBack();
      await page.goBack();
      await page.getByRole("heading", { level: 1, name: "A little more, and you are there" }).waitFor();
    }
  });

  await t.test("he puts both in and sends it again", async () => {
    await page.getByRole("link", { name: "Carry on with my portfolio" }).click();
    await page.getByRole("button", { name: "Add from my story" }).first().click();
    const story = page.getByRole("dialog");
    for (const words of ["At the gate a parent", "Since the supper I leave"]) {
      await story.getByRole("searchbox").fill(words);
      await story.getByRole("button", { name: new RegExp(`^Add “${words}`) }).click();
      await story.getByText("In your portfolio").first().waitFor();
    }
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: /Read it through/ }).click();
    await page.getByText("At the gate a parent").first().waitFor();
    await page.getByRole("link", { name: /Go on to sending/ }).click();
    await page.getByText("Secured, for good").first().waitFor();
    await page.getByRole("checkbox", { name: /my own account/ }).check();
    await page.getByRole("checkbox", { name: /No pupil and no trainee/ }).check();
    await page.getByRole("button", { name: /^Send it/ }).click();
    await page.waitForURL(/\/submissions\//);
    await page.getByText("Spring 2027").first().waitFor();
  });

  await t.test("it is with the same readers already; one is changed by hand", async () => {
    await house.signIn(page, "coordinator");
    await page.getByRole("link", { name: "Spring 2027" }).first().click();
    const row = page.getByRole("row", { name: /Twelve Tuesdays/ });
    await row.getByText("Sent again, number 2").waitFor();
    for (const reader of ["Marcus Oyelade-Pike", "Rowan Tysoe"]) await row.getByText(reader).waitFor();
    await row.getByLabel(/^More about Rowan Tysoe/).click();
    await row.getByRole("button", { name: "Take it back" }).click();
    await row.getByText("Rowan Tysoe read it before, and was to read it again, and no longer does.").waitFor();
    await row.getByRole("button", { name: /Add a reader/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: "Helen Askew-Moor" }).check();
    await dialog.getByRole("button", { name: "Give it to them" }).click();
    await dialog.waitFor({ state: "hidden" });
    await row.getByText("Helen Askew-Moor").waitFor();
    await goOnTo(/Spring 2027 closes/);
  });

  await t.test("a reader sees suggestion, reply and change side by side, and what is secured closed", async () => {
    await house.signIn(page, "reviewer");
    await page.getByRole("link", { name: "what is new in Twelve Tuesdays" }).click();
    await page.getByRole("heading", { level: 1, name: "What is new" }).waitFor();
    const secured = page.getByRole("region", { name: "Secured before" });
    for (const closed of ["Personal qualities", "Teaching"]) await secured.getByText(closed).waitFor();
    const beside = page.getByRole("article").filter({ hasText: "something hard and professional" });
    await beside.getByText(REPLY).waitFor();
    await beside.getByRole("link", { name: /At the gate a parent/ }).waitFor();
    assert.equal(await beside.getByRole("link", { name: /Since the supper/ }).count(), 0, "each stands beside its own");
    assert.deepEqual(await house.axe(page), []);
    await beside.getByRole("link", { name: /At the gate a parent/ }).click();
    await page.getByText("New since last time").first().waitFor();
  });

  for (const role of ["reviewer", "second reviewer"]) {
    await t.test(`the ${role} looks only at what is open`, async () => {
      await house.signIn(page, role);
      await page.getByRole("link", { name: "Twelve Tuesdays", exact: true }).first().click();
      const notes = page.getByRole("complementary", { name: "My notes on the four standards" });
      await notes.waitFor();
      assert.equal(await notes.getByRole("radio", { name: "Evidenced" }).count(), 2);
      assert.equal(await notes.getByText("An earlier panel found it evidenced").count(), 2);
      for (const choice of await notes.getByRole("radio", { name: "Evidenced" }).all()) await choice.check();
      await notes.getByText(/^Saved/).waitFor();
      await notes.getByRole("button", { name: "Send my view" }).click();
      await notes.getByRole("button", { name: "Send my change" }).waitFor();
    });
  }

  await t.test("the chair decides, and what is secured can not be opened again", async () => {
    await goOnTo(/panel of Spring 2027 meets/);
    await house.signIn(page, "chair");
    await open("/rounds");
    await page.getByRole("row", { name: /Spring 2027/ }).getByRole("link", { name: /The board/ }).click();
    const card = page.getByRole("listitem").filter({ hasText: "Twelve Tuesdays" });
    await card.getByRole("button", { name: "Award" }).click();
    const dialog = page.getByRole("dialog");
    assert.equal(await dialog.getByText("Secured before").count(), 2);
    assert.equal(await dialog.getByRole("radio", { name: "A little more" }).count(), 2);
    await dialog.getByRole("button", { name: "Award", exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
  });

  await t.test("the round is released, and Callum reads the award", async () => {
    await house.signIn(page, "coordinator");
    await page.getByRole("link", { name: "Spring 2027" }).first().click();
    await page.getByRole("button", { name: "Release the round" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Release it now" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await house.signIn(page, "mentor adding a little");
    await open("/submissions");
    await page.getByRole("link", { name: /Read/ }).first().click();
    await page.getByRole("heading", { level: 1, name: /Congratulations, Callum/ }).waitFor();
    assert.deepEqual(await house.axe(page), []);
  });
});
