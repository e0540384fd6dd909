// A mentor's whole way, in the browser: a moment, a linked passage, a portfolio, the panel, the award, and the check by
// anyone. It is one story in one house, told in order; the demonstration's clock is moved on between its chapters.

import assert from "node:assert/strict";
import { test } from "node:test";

import { goOnTo, openHouse } from "./house.mjs";

test("a mentor's whole way, from a moment to the award", async (t) => {
  const house = await openHouse();
  t.after(() => house.close());
  const page = await house.page(t);

  await t.test("Priya notes a moment and keeps it", async () => {
    await house.signIn(page, "mentor");
    // The day is the server's, whatever this device's calendar says.
    await page.getByText(/^Tuesday 24 November/).waitFor();
    await page.getByRole("textbox", { name: "What happened?" }).fill("J. asked the class what they would keep. Nobody spoke for a while, and J. let it be quiet.");
    await page.getByRole("button", { name: "Keep it" }).click();
    await page.getByText("Nobody spoke for a while").first().waitFor();
  });

  await t.test("she sends her portfolio for the spring round", async () => {
    await page.goto(new URL("/portfolio", house.url).href);
    await page.getByRole("heading", { level: 1, name: "Learning to wait" }).waitFor();
    await page.getByRole("link", { name: /Read it through/ }).click();
    await page.getByRole("link", { name: /Go on to sending/ }).click();
    await page.getByRole("heading", { level: 1, name: "Send to the panel" }).waitFor();
    // The button is never disabled: pressed too early, it names what is still to be said, and takes nobody's work.
    await page.getByRole("button", { name: /^Send it/ }).click();
    await page.getByRole("heading", { name: "One or two things first" }).waitFor();
    await page.getByRole("checkbox", { name: /my own account/ }).check();
    await page.getByRole("checkbox", { name: /No pupil and no trainee/ }).check();
    await page.getByRole("button", { name: /^Send it/ }).click();
    await page.waitForURL(/\/submissions\//);
    await page.getByText("Spring 2027").first().waitFor();
  });

  await t.test("the coordinator gives it to two readers", async () => {
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
  });

  for (const role of ["reviewer", "second reviewer"]) {
    await t.test(`the ${role} reads and sends a view`, async () => {
      await house.signIn(page, role);
      await page.getByRole("link", { name: /Learning to wait/ }).first().click();
      const notes = page.getByRole("complementary", { name: "My notes on the four standards" });
      await notes.waitFor();
      for (const choice of await notes.getByRole("radio", { name: "Evidenced" }).all()) await choice.check();
      await notes.getByText(/^Saved/).waitFor();
      await notes.getByRole("button", { name: "Send my view" }).click();
      await notes.getByRole("button", { name: "Send my change" }).waitFor();
    });
  }

  await t.test("the chair decides with the panel", async () => {
    await goOnTo(house, page, /panel of Spring 2027 meets/);
    await house.signIn(page, "chair");
    await page.goto(await meetingOf(house, page, "Spring 2027"));
    const card = page.getByRole("listitem").filter({ hasText: "Learning to wait" });
    await card.getByRole("button", { name: "Award" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Award", exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText(/Award QMS|Award/).first().waitFor();
  });

  await t.test("the round is released, and Priya reads the award", async () => {
    await house.signIn(page, "coordinator");
    await page.getByRole("link", { name: "Spring 2027" }).first().click();
    await page.getByRole("button", { name: "Release the round" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Release it now" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await house.signIn(page, "mentor");
    await page.goto(new URL("/submissions", house.url).href);
    await page.getByRole("link", { name: /Read/ }).first().click();
    await page.getByRole("heading", { level: 1, name: /Congratulations, Priya/ }).waitFor();
    assert.deepEqual(await house.axe(page), []);
  });

  await t.test("anyone checks it by its code and the family name", async () => {
    await page.getByRole("link", { name: "See your certificate" }).click();
    await page.getByRole("heading", { level: 1, name: /Certificate/ }).waitFor();
    const code = (await page.locator("body").innerText()).match(/QM\d\d-[2-9A-Z]{4}-[2-9A-Z]{4}/)?.[0];
    assert(code, "the certificate shows its code");
    await page.goto(new URL("/verify", house.url).href);
    await page.getByRole("textbox", { name: /code/i }).fill(code.toLowerCase());
    await page.getByRole("textbox", { name: /family name/i }).fill("hartnell");
    await page.getByRole("button", { name: /Check/ }).first().click();
    await page.getByText("This award is genuine and in force.").waitFor();
    await page.getByRole("heading", { level: 1, name: "Priya Hartnell" }).waitFor();
    assert.deepEqual(await house.axe(page), []);
  });
});

/** The address of the meeting of a round: the API tells which round is meant, by its name. */
async function meetingOf(house, page, name) {
  const id = await page.evaluate(async (name) => {
    const session = await (await fetch("/api/v1/sessions/refresh", { method: "POST" })).json();
    const rounds = await (await fetch("/api/v1/rounds", { headers: { authorization: `Bearer ${session.access_token}` } })).json();
    return rounds.items.find((round) => round.name === name).id;
  }, name);
  return new URL(`/rounds/${id}/meeting`, house.url).href;
}
