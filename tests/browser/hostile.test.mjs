// Whatever somebody wrote, it is text on everybody's screen, and never a part of the page.
//
// Every text in every answer of the API gets something hostile at its end on its way to the browser, so that each screen
// shows it wherever it shows a text at all; whichever field it came from, and whatever the server would have let in.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";

import { openHouse } from "./house.mjs";

const pages = JSON.parse(await readFile(new URL("pages.json", import.meta.url), "utf8"));
const roles = [...new Set(pages.map(({ role }) => role))].filter(Boolean);
const house = await openHouse();
after(() => house.close());

/** Short, because some names have to be; each would run where a text becomes a part of the page in its own way. */
const HOSTILE = [`<img src=x onerror=pwn()>`, `"><svg onload=pwn()>`, `'-pwn()-'{{pwn()}}`];
/** Shows where a hostile text was shown. */
const MARK = /onerror=pwn|onload=pwn|pwn\(\)-'/;

/** What no person writes: ids, hashes, codes, times, addresses, and the words of the API itself. */
const OF_THE_API = /^([a-z0-9_:.+-]*|[A-Z0-9-]+|\d{4}-\d\d-\d\d.*|https?:.*|\/.*|[^ ]+@[^ ]+|[\w-]{20,}|v\d+)$/;

function poison(value, key, counted) {
  if (typeof value === "string") {
    if (key === "url" && value.startsWith("https:")) return "javascript:pwn()";
    if (OF_THE_API.test(value) || ["access_token", "sha256", "hash", "media_type"].includes(key)) return value;
    return value + HOSTILE[counted.texts++ % HOSTILE.length];
  }
  if (Array.isArray(value)) return value.map((one) => poison(one, key, counted));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poison(one, name, counted)]));
  }
  return value;
}

for (const role of roles) {
  test(`hostile texts stay texts on the pages of ${role}`, async (t) => {
    const page = await house.page(t);
    const counted = { texts: 0 };
    await page.addInitScript(() => (window.pwn = () => (window.pwned = true)));
    await page.route("**/api/v1/**", async (route) => {
      const answer = await route.fetch();
      if (!answer.headers()["content-type"]?.includes("json") || !answer.ok()) return route.fulfill({ response: answer });
      return route.fulfill({ response: answer, json: poison(await answer.json(), "", counted) });
    });
    await house.signIn(page, role);
    for (const one of pages.filter((one) => one.role === role)) {
      await house.open(page, one);
      const found = await page.evaluate(() => ({
        pwned: window.pwned ?? false,
        made: document.querySelectorAll('img[src="x"], svg[onload], [onerror], [onload]').length,
        links: [...document.querySelectorAll("[href], [src], [action]")]
          .flatMap((at) => ["href", "src", "action"].map((name) => at.getAttribute(name) ?? ""))
          .filter((address) => /^\s*(javascript|data:text|vbscript)/i.test(address)),
        text: document.body.innerText + [...document.querySelectorAll("input, textarea")].map((at) => at.value).join(),
      }));
      assert.deepEqual([found.pwned, found.made, found.links], [false, 0, []], one.name);
      const shows = MARK.test(found.text);
      assert(shows || one.because === "it loads nothing", `${one.name} shows no text of anybody`);
    }
    assert(counted.texts > 5, `only ${counted.texts} texts were hostile`);
  });
}
