// Every page of the list (pages.json) on a phone and at a desk, in light and in dark: it has its heading, axe finds
// nothing, and the browser has nothing to complain of.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";

import { openHouse } from "./house.mjs";

const pages = JSON.parse(await readFile(new URL("pages.json", import.meta.url), "utf8"));
const roles = [...new Set(pages.map(({ role }) => role))];
const house = await openHouse();
after(() => house.close());

for (const role of roles) {
  for (const width of [1280, 390]) {
    for (const dark of [false, true]) {
      test(`pages of ${role ?? "anyone"} at ${width} px, ${dark ? "dark" : "light"}`, async (t) => {
        const page = await house.page(t, { width, dark });
        if (role) await house.signIn(page, role);
        for (const one of pages.filter((one) => one.role === role)) {
          const { name } = one;
          await house.open(page, one);
          assert.deepEqual(await house.axe(page), [], name);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          assert(wide <= 0, `${name} is ${wide} px wider than the screen`);
        }
      });
    }
  }
}
