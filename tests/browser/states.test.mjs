// Every page of the list (pages.json) in every state that it can be in: what is coming, empty, out of order, offline. The
// state is seen first (a heading or a word of it), then axe looks; and from each there is a way on.
//
// A page says in the list which states it has: `"states": []` where nothing is loaded, otherwise all four.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";

import { openHouse } from "./house.mjs";

const ALL = ["slow", "empty", "error", "offline"];
const pages = JSON.parse(await readFile(new URL("pages.json", import.meta.url), "utf8"));
const house = await openHouse();
after(() => house.close());

/** What a page asks for; who is here is known before. */
const asked = (url) => url.pathname.startsWith("/api/v1/") && !/^\/api\/v1\/(sessions\/|me$)/.test(url.pathname);

const PROBLEM = {
  type: "/problems#internal",
  title: "Something went wrong on our side",
  status: 500,
  detail: "Something went wrong on our side, and was written down. Nothing was changed. Please try again.",
  instance: "0",
};

/** How a page's questions are answered in each state. */
const answers = {
  error: (route) => route.fulfill({ status: 500, contentType: "application/problem+json", json: PROBLEM }),
  offline: (route) => route.abort("internetdisconnected"),
  // The real answer, but each list in it that a page is about is empty.
  empty: async (route) => {
    const response = await route.fetch();
    const body = await response.json().catch(() => null);
    const lists = ["items", "cards", "mentors", "submissions", "pieces"].filter((list) => Array.isArray(body?.[list]));
    if (!lists.length) return route.fulfill({ response });
    const nothing = Object.fromEntries(lists.map((list) => [list, []]));
    return route.fulfill({ response, json: { ...body, ...nothing, ...("next" in body && { next: null }) } });
  },
};

/** Answers the page's questions in that way while something is looked at. */
async function answeredAs(page, answer, look) {
  const underWay = [];
  const handler = (route) => {
    underWay.push(route.request().method() === "GET" ? answer(route) : route.continue());
    return underWay.at(-1);
  };
  await page.route(asked, handler);
  try {
    return await look();
  } finally {
    // A question that the page gave up in the meantime can't be answered any more; that is no matter.
    await Promise.allSettled(underWay);
    await page.unroute(asked, handler);
  }
}

/** From every state there is something to press or to follow. */
async function assertWayOn(page, name) {
  const ways = page.locator("main").locator("a[href], button:not([disabled])");
  await ways.first().waitFor({ state: "attached" }).catch(() => assert.fail(`${name}: there is no way on`));
}

const inState = {
  async slow(page, { path, heading, name }) {
    let letGo;
    const held = new Promise((resolve) => (letGo = resolve));
    const answer = async (route) => (await held, route.continue());
    await answeredAs(page, answer, async () => {
      try {
        await page.goto(new URL(path, house.url).href);
        await page.locator("main [role=status][aria-busy=true]:not(.soon)").first().waitFor();
        assert.deepEqual(await house.axe(page), [], name);
      } finally {
        letGo();
      }
    });
    await house.arrived(page, heading);
  },
  async empty(page, { path, name }) {
    await answeredAs(page, answers.empty, async () => {
      await page.goto(new URL(path, house.url).href);
      await house.arrived(page);
      await assertWayOn(page, name);
      assert.deepEqual(await house.axe(page), [], name);
    });
  },
  async error(page, one) {
    house.tolerate(page, /status of 500/);
    await out(page, one, answers.error);
  },
  async offline(page, one) {
    house.tolerate(page, /ERR_INTERNET_DISCONNECTED/);
    await out(page, one, answers.offline);
  },
};

/** What came in the way is said, and once it is gone, another try brings the page. */
async function out(page, { path, heading, name }, answer) {
  const again = page.getByRole("button", { name: "Try again" });
  await answeredAs(page, answer, async () => {
    await page.goto(new URL(path, house.url).href);
    await again.first().waitFor();
    await house.quiet(page);
    assert.deepEqual(await house.axe(page), [], name);
  });
  while (await again.count()) {
    const before = await again.count();
    await again.first().click();
    await page.waitForFunction((before) => [...document.querySelectorAll("button")].filter((b) => b.textContent.trim() === "Try again").length < before, before);
  }
  await house.arrived(page, heading);
}

test("every page of the list says which states it has, and why it has none", () => {
  for (const { name, role, states, because } of pages) {
    assert(states === undefined || states.every((state) => ALL.includes(state)), `${name}: its states are some of ${ALL}`);
    if (states !== undefined && states.length < ALL.length) assert(because, `${name}: why not all states?`);
    assert(role || states?.length === 0, `${name}: a page for anyone loads nothing`);
  }
});

// Each state is looked at once; the page itself is looked at in both widths and both themes by pages.test.mjs.
const LOOKS = [
  { width: 390, dark: true, looked: ["slow", "error"] },
  { width: 1280, dark: false, looked: ["empty", "offline"] },
];

for (const role of new Set(pages.map((one) => one.role).filter(Boolean))) {
  for (const { width, dark, looked } of LOOKS) {
    test(`${looked.join(" and ")}: the pages of ${role} at ${width} px, ${dark ? "dark" : "light"}`, async (t) => {
      const page = await house.page(t, { width, dark });
      await house.signIn(page, role);
      for (const one of pages.filter((one) => one.role === role)) {
        const states = (one.states ?? ALL).filter((state) => looked.includes(state));
        if (states.length && one.follow) await house.open(page, one);
        const path = one.follow ? page.url() : one.path;
        for (const state of states) {
          await t.test(`${one.name}: ${state}`, () => inState[state](page, { ...one, path, name: `${one.name}, ${state}` }));
        }
      }
    });
  }
}
