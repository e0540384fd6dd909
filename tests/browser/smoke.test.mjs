// The first thing anyone sees: the page to sign in on, at the sizes and in the colours that people have.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { openHouse } from "./house.mjs";

const house = await openHouse();
after(() => house.close());

for (const width of [1280, 390]) {
  for (const dark of [false, true]) {
    test(`the way in is open to all at ${width} px, ${dark ? "dark" : "light"}`, async (t) => {
      const page = await house.page(t, { width, dark });
      await page.goto("/");
      await page.getByRole("heading", { level: 1, name: "Your mentoring, told stone by stone" }).waitFor();
      assert.deepEqual(await house.axe(page), []);
    });
  }
}
