// A newcomer's walk: from each sign-in that is printed, along every link. No page is a dead end, none is not there, the
// browser has nothing to complain of, and no word of the list that nobody should meet stands on a page.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";

import { openHouse } from "./house.mjs";

/** How many pages of one kind (addresses that differ in their ids alone) are looked at. */
const OF_A_KIND = 2;

const NEVER = await neverSaid();
const house = await openHouse();
after(() => house.close());

/** The list as the house's own rule has it, so that there is one. */
async function neverSaid() {
  const rule = await readFile(new URL("../house/words.rs", import.meta.url), "utf8");
  const [, list] = rule.match(/const NEVER: &\[&str\] = &\[([^\]]+)\]/);
  const words = [...list.matchAll(/"([a-z]+)"/g)].map(([, word]) => word);
  assert(words.length > 20, "the list of words is in tests/house/words.rs");
  return new RegExp(`\\b(${words.join("|")})\\b`, "i");
}

const kindOf = (path) => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}").replace(/\?.*/, "");

/** What the page itself says: what people wrote is theirs. */
const ownWords = (page) =>
  page.evaluate(() => {
    const copy = document.body.cloneNode(true);
    copy.querySelectorAll(".story, .com, .excerpt, blockquote, q, textarea, script, svg").forEach((element) => element.remove());
    return copy.innerText ?? copy.textContent;
  });

const linksOf = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("a[href]")]
      .filter((link) => link.origin === location.origin && !link.target && !link.hasAttribute("download"))
      .map((link) => link.pathname + link.search),
  );

async function walk(page, from) {
  const seen = new Map();
  const ahead = [from];
  while (ahead.length) {
    const path = ahead.shift();
    const kind = kindOf(path);
    const before = seen.get(kind) ?? new Set();
    if (before.has(path) || before.size >= OF_A_KIND) continue;
    seen.set(kind, before.add(path));
    await page.goto(new URL(path, house.url).href);
    const heading = page.locator("h1:not([data-coming])").first();
    await heading.waitFor();
    await house.quiet(page);
    const title = await heading.innerText();
    assert.notEqual(title, "There is no path here", `a link leads to ${path}, where nothing is`);
    assert.notEqual(title.trim(), "", `${path} has a heading without words`);
    const ways = page.locator("main").locator("a[href], button:not([disabled]), input, textarea, select");
    await ways.first().waitFor({ state: "attached" }).catch(() => assert.fail(`${path} is a dead end`));
    const sad = (await ownWords(page)).match(NEVER);
    assert.equal(sad, null, `${path} says “${sad?.[0]}”: …${sad?.input.slice(Math.max(0, sad.index - 60), sad.index + 60)}…`);
    ahead.push(...(await linksOf(page)));
  }
  return seen;
}

test("anyone can walk about without an account", async (t) => {
  const page = await house.page(t);
  const seen = await walk(page, "/");
  for (const path of ["/verify", "/verify/badge", "/register", "/help", "/privacy", "/accessibility"]) assert(seen.has(path), `${path} is linked`);
});

for (const { role, name } of house.signIns) {
  test(`${name}, ${role}, can go everywhere that a link leads`, async (t) => {
    const page = await house.page(t);
    await house.signIn(page, name);
    const seen = await walk(page, "/");
    t.diagnostic(`${[...seen.values()].reduce((sum, paths) => sum + paths.size, 0)} pages`);
    assert(seen.size >= 6, `only ${[...seen.keys()].join(", ")}`);
  });
}
