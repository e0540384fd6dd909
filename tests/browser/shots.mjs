// Takes pictures of the pages in pages.json, at two widths, light and dark: `cargo xtask shots FOLDER [--only NAME]`.
//
// A page is `{ name, role, path, heading }`: the pictures' name, who looks at it (null: nobody is signed in), where it
// is, and the heading by which one knows that it is there. Where the address holds an id, `follow` names the links that
// lead there from `path`.

import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { openHouse } from "./house.mjs";

const [folder, only] = process.argv.slice(2);
const all = JSON.parse(await readFile(new URL("pages.json", import.meta.url), "utf8"));
const pages = all.filter(({ name }) => !only || name === only);
if (pages.length === 0) {
  console.error(`pages.json has no page named ${only}; it has ${all.map(({ name }) => name).join(", ")}.`);
  process.exit(1);
}
await mkdir(folder, { recursive: true });

const house = await openHouse();
try {
  for (const dark of [false, true]) {
    for (const one of pages) {
      const { name, role } = one;
      const visit = await house.visit({ dark });
      if (role) await house.signIn(visit.page, role);
      for (const [width, height] of [[1280, 900], [390, 844]]) {
        await visit.page.setViewportSize({ width, height });
        await house.open(visit.page, one);
        await visit.page.evaluate(() => document.fonts.ready);
        const file = join(folder, `${name}-${width}-${dark ? "dark" : "light"}.png`);
        await visit.page.screenshot({ path: file, fullPage: true });
        console.log(file);
      }
      for (const complaint of visit.complaints()) {
        console.error(`${name}: ${complaint}`);
        process.exitCode = 1;
      }
      await visit.close();
    }
  }
} finally {
  await house.close();
}
