// Who must not know of a portfolio can't find out: not in lists, not on the board, not by its addresses, and not by what
// is counted. And those who may know see what they need: the coordinator, the chair, and the deputy in the chair's place.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { openHouse } from "./house.mjs";

const house = await openHouse();
after(() => house.close());

/** Tom's portfolio, which Marcus must not read: they taught together, and it was declared. */
const SET_ASIDE = "Mentoring the mentors";

/** What the API answers the person on this page. */
async function ask(page, path) {
  return page.evaluate(async (path) => {
    const session = await (await fetch("/api/v1/sessions/refresh", { method: "POST" })).json();
    const answer = await fetch(`/api/v1${path}`, { headers: { authorization: `Bearer ${session.access_token}` } });
    return { status: answer.status, body: await answer.json().catch(() => null) };
  }, path);
}

/** The round that is being read. */
async function inReview(page) {
  const { body } = await ask(page, "/rounds");
  return body.items.find(({ phase }) => phase === "in_review" || phase === "meeting");
}

/** A page as it is shown, without what differs by itself. */
async function shown(page, path, ready) {
  await page.goto(new URL(path, house.url).href);
  await page.getByRole("heading", { level: 1, name: ready }).first().waitFor();
  await house.quiet(page);
  return page.locator("body").innerText();
}

test("a reviewer with a conflict finds the portfolio nowhere", async (t) => {
  const page = await house.page(t);
  await house.signIn(page, "second reviewer");
  const round = await inReview(page);
  const { body: helens } = await ask(page, "/reviews?limit=100");
  const review = helens.items.find(({ title }) => title === SET_ASIDE);
  assert(review, "Helen reads it");
  const board = (await ask(page, `/rounds/${round.id}/board`)).body;
  const all = board.cards.length;
  assert(board.cards.some(({ title }) => title === SET_ASIDE));
  assert.equal((await ask(page, `/submissions/${review.submission_id}/comments`)).status, 200);

  await house.signIn(page, "reviewer");
  for (const [path, ready] of [
    ["/reviews", /./],
    ["/rounds", "When panels meet"],
    [`/rounds/${round.id}/meeting`, "Panel meeting"],
  ]) {
    const text = await shown(page, path, ready);
    assert(!text.includes(SET_ASIDE) && !text.includes("Birkwhistle"), `${path} says nothing of it`);
  }
  // Counts are theirs, made without it.
  const his = (await ask(page, `/rounds/${round.id}/board`)).body.cards.length;
  assert.equal(his, all - 1);
  await page.getByText(`0 of ${his} decided`).waitFor();
  // Its own addresses are those of something that never was, word for word.
  house.tolerate(page, /status of 404/);
  const never = "01990000-0000-7000-8000-000000000000";
  const nothing = await shown(page, `/reviews/${never}`, /./);
  assert.equal(await shown(page, `/reviews/${review.id}`, /./), nothing);
  assert.equal(await shown(page, `/reviews/${review.id}/changes`, /./), await shown(page, `/reviews/${never}/changes`, /./));
  for (const path of ["", "/outcome", "/comments", "/decision"]) {
    const known = await ask(page, `/submissions/${review.submission_id}${path}`);
    const unknown = await ask(page, `/submissions/${never}${path}`);
    for (const { body } of [known, unknown]) delete body.instance;
    assert.deepEqual(known, unknown, `/submissions/…${path}`);
  }
});

test("who steps aside while reading finds it nowhere from then on", async (t) => {
  const page = await house.page(t);
  await house.signIn(page, "second reviewer");
  const { body } = await ask(page, "/reviews?limit=100");
  const review = body.items.find(({ state, round, form }) => state !== "sent" && round.phase === "in_review" && form === "electronic");
  assert(review, "Helen has something to read");
  await page.goto(new URL(`/reviews/${review.id}`, house.url).href);
  await page.getByRole("complementary", { name: "My notes on the four standards" }).waitFor();
  await page.getByRole("button", { name: "I can’t read this one fairly" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("heading", { name: `Step aside from “${review.title}”?` }).waitFor();
  assert.deepEqual(await house.axe(page), []);
  await dialog.getByRole("button", { name: "Step aside", exact: true }).click();
  await page.waitForURL(/\/reviews$/);
  await page.getByText("You have stepped aside.").first().waitFor();
  await page.getByRole("table").first().waitFor();
  assert.equal(await page.getByRole("link", { name: review.title, exact: true }).count(), 0);
  house.tolerate(page, /status of 404/);
  const text = await shown(page, `/reviews/${review.id}`, /./);
  assert(!text.includes(review.title));

  // The coordinator sees who is set aside, and why, and gives it to someone else.
  await house.signIn(page, "coordinator");
  await page.goto(new URL(`/rounds/${review.round.id}`, house.url).href);
  const row = page.getByRole("row", { name: review.title }).filter({ hasText: review.mentor.family_name });
  await row.getByText("Wants another reader").waitFor();
  await row.getByRole("button", { name: /Add a reader/ }).click();
  await page.getByRole("dialog").getByText("Helen Askew-Moor: stepped aside, or declared").waitFor();
  assert.equal(await page.getByRole("dialog").getByRole("radio", { name: "Helen Askew-Moor" }).count(), 0);
});

test("a chair with a conflict learns nothing, and the deputy has the chair’s place", async (t) => {
  const page = await house.page(t);
  await house.signIn(page, "coordinator");
  const round = await inReview(page);
  await page.goto(new URL(`/rounds/${round.id}`, house.url).href);
  await page.getByText("Conflicts that were declared").click();
  await page.getByRole("button", { name: "Declare one" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Who steps aside?" }).selectOption({ label: "Anwen Sorley" });
  await dialog.getByRole("combobox", { name: "From whose portfolio?" }).selectOption({ label: "Hester Calvane" });
  await dialog.getByRole("button", { name: "Declare it" }).click();
  await dialog.waitFor({ state: "hidden" });

  await page.goto(new URL("/demo", house.url).href);
  await page.getByRole("button", { name: new RegExp(`panel of ${round.name} meets`) }).click();
  const title = "I am not sure this is mentoring";

  await house.signIn(page, "chair");
  const chairs = await shown(page, `/rounds/${round.id}/meeting`, "Panel meeting");
  assert(!chairs.includes(title) && !chairs.includes("Hester"), "nothing of it on the chair’s board");
  const logistics = await shown(page, `/rounds/${round.id}`, round.name);
  assert(!logistics.includes(title) && !logistics.includes("Hester"), "nor on the round’s page");

  await house.signIn(page, "second reviewer");
  await shown(page, `/rounds/${round.id}/meeting`, "Panel meeting");
  await page.getByText(`Anwen Sorley has stepped out for “${title}”.`).waitFor();
  await page.getByText("You chair it in the chair’s place.").waitFor();
  const card = page.getByRole("listitem").filter({ hasText: title });
  await card.getByRole("button", { name: /^Award/ }).waitFor();
  assert.equal(await page.getByRole("button", { name: /^Award/ }).count(), 1, "only this one is the deputy’s to decide");
  assert.deepEqual(await house.axe(page), []);
});
