// The checker that people keep: taken along from the page for badges, and opened from a disk without a network. Whatever is
// asked for beside the file itself ends the test.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { openHouse } from "./house.mjs";

const FORMS = ["json", "jwt", "png", "svg"];
const folder = mkdtempSync(join(tmpdir(), "cairn-checker-"));
const badge = (form) => join(folder, `badge.${form}`);
const house = await openHouse();
after(() => house.close());

/** The file, taken along from the page that everybody finds. */
async function keep(page, name) {
  await page.goto(new URL("/verify/badge", house.url).href);
  const link = page.getByRole("link", { name: "Keep a checker" });
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  assert.equal(download.suggestedFilename(), "badge-checker-2026-11-24.html");
  await download.saveAs(join(folder, name));
  return join(folder, name);
}

/** The file, opened from the disk of somebody without a network. */
async function open(t, file, options) {
  const page = await house.page(t, options);
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.context().setOffline(true);
  await page.goto(pathToFileURL(file).href);
  await page.getByRole("button", { name: "Check" }).waitFor();
  t.after(() => assert.deepEqual(asked, [pathToFileURL(file).href], "a file that is kept asks for nothing"));
  return page;
}

async function paste(page, text) {
  await page.getByLabel("Or paste what is in it").fill(text);
  await page.getByRole("button", { name: "Check" }).click();
}

async function choose(page, file) {
  await page.getByLabel("The badge’s file").setInputFiles(file);
  await page.getByRole("button", { name: "Check" }).click();
}

/** What was said of the last that was shown. */
const says = (page, words) => page.getByRole("alert").getByText(words).waitFor();

let checker;
before(async () => {
  const visit = await house.visit();
  const { page } = visit;
  await house.signIn(page, "mentor with an award");
  await page.goto(new URL("/awards", house.url).href);
  await page.getByRole("link", { name: "Qualified mentor status" }).first().click();
  await page.getByRole("checkbox", { name: "Show my badge to everybody" }).check();
  const png = await page.getByRole("link", { name: "As a PNG" }).getAttribute("href");
  for (const form of FORMS) {
    const answer = await fetch(png.replace(/\.png$/, `.${form}`));
    assert.equal(answer.status, 200);
    writeFileSync(badge(form), Buffer.from(await answer.arrayBuffer()));
  }
  checker = await keep(page, "checker.html");
  await visit.close();
});

for (const [width, dark] of [[1280, false], [1280, true], [390, false], [390, true]]) {
  test(`a badge is genuine without a network, in all four forms, at ${width} px, ${dark ? "dark" : "light"}`, async (t) => {
    const page = await open(t, checker, { width, dark });
    assert.deepEqual(await house.axe(page), []);
    for (const form of FORMS) {
      await choose(page, badge(form));
      await says(page, "This badge is genuine and in force, as of 24 November 2026,");
      await page.getByRole("heading", { name: "Beth Scarrow" }).waitFor();
      // What is pasted is told apart from what was said before it.
      await paste(page, "Beth is a very good mentor.");
      await says(page, "There is no badge in this.");
      assert.equal(await page.getByRole("heading", { name: "Beth Scarrow" }).count(), 0);
    }
    await paste(page, readFileSync(badge("jwt"), "utf8"));
    await says(page, "This badge is genuine and in force, as of 24 November 2026,");
    await page.getByText("Qualified mentor status").waitFor();
    await page.getByText("Whose keys these are").click();
    await page.getByText("key-ed25519-1", { exact: true }).waitFor();
    assert.deepEqual(await house.axe(page), []);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert(wide <= 0, `the page is ${wide} px wider than the screen`);
  });
}

test("whatever else is shown is told apart", async (t) => {
  const page = await open(t, checker, { width: 390 });
  const json = readFileSync(badge("json"), "utf8");
  for (const [shown, words] of [
    [json.replace("Beth Scarrow", "Eve Scarrow"), "This is not what the partnership signed."],
    [json.replaceAll("did:web:", "did:web:elsewhere."), "Somebody else issued this badge."],
    [json.replace("#key-ed25519-1", "#key-ed25519-2"), "This badge is signed with a key that this file doesn’t know."],
    ["<b>Beth</b>", "There is no badge in this."],
    [" ", "There is no badge yet."],
    ["x".repeat(1_100_000), "That file is larger than any badge."],
  ]) {
    await paste(page, shown);
    await says(page, words);
    assert.equal(await page.getByRole("heading", { level: 2 }).count(), 1, "nobody is named");
  }
  assert.deepEqual(await house.axe(page), []);
});

test("a badge can be dropped on the page", async (t) => {
  const page = await open(t, checker);
  const content = [...readFileSync(badge("svg"))];
  const dropped = await page.evaluateHandle((bytes) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], "badge.svg"));
    return transfer;
  }, content);
  for (const event of ["dragover", "drop"]) await page.dispatchEvent("h1", event, { dataTransfer: dropped });
  await says(page, "This badge is genuine and in force, as of 24 November 2026,");
});

test("a badge that was replaced is no longer in force in a checker that is made afterwards", async (t) => {
  const holder = await house.page(t);
  await house.signIn(holder, "mentor with an award");
  await holder.goto(new URL("/settings", house.url).href);
  await holder.getByRole("button", { name: "Change your name" }).click();
  await holder.getByRole("textbox", { name: "Family name" }).fill("Scarrow-Lund");
  await holder.getByRole("button", { name: "Save your name" }).click();
  await holder.getByText("Your name is changed.").first().waitFor();
  const office = await house.page(t);
  await house.signIn(office, "coordinator");
  await office.getByText(/^Earlier rounds/).click();
  await office.getByRole("table", { name: "Earlier review rounds" }).getByRole("link").last().click();
  const row = office.getByRole("row", { name: /A quieter classroom/ });
  await row.getByRole("button", { name: /^Correct the decision/ }).click();
  await office.getByRole("dialog").getByRole("button", { name: "Issue it anew" }).click();
  await office.getByText(/is issued anew, to Beth Scarrow-Lund/).first().waitFor();

  const now = await open(t, await keep(await house.page(t), "checker-now.html"), { width: 390, dark: true });
  for (const form of FORMS) {
    await choose(now, badge(form));
    await says(now, "This badge is genuine, and no longer in force.");
    await now.getByRole("heading", { name: "Beth Scarrow" }).waitFor();
  }
  assert.deepEqual(await house.axe(now), []);
  const earlier = await open(t, checker);
  await choose(earlier, badge("png"));
  await says(earlier, "This badge is genuine and in force, as of 24 November 2026,");

  // Whoever writes another list into the file would have to sign it.
  const text = readFileSync(join(folder, "checker-now.html"), "utf8");
  const forged = join(folder, "forged.html");
  writeFileSync(forged, text.replace(/(?<="validFrom":")\d{4}/, "2031"));
  assert.notEqual(readFileSync(forged, "utf8"), text);
  const other = await open(t, forged);
  await choose(other, badge("png"));
  await says(other, "This checker is not as it was made.");
});

test("with a network nothing leaves the file either, whatever would run in it", async (t) => {
  const page = await house.page(t);
  house.tolerate(page, /Content Security Policy/);
  await page.goto(pathToFileURL(checker).href);
  await page.getByRole("button", { name: "Check" }).waitFor();
  const arrived = [];
  const listener = createServer((request, response) => {
    arrived.push(request.method);
    response.end();
  });
  await new Promise((listens) => listener.listen(0, "127.0.0.1", listens));
  t.after(() => listener.close());
  const address = `http://127.0.0.1:${listener.address().port}/`;
  const heldBack = await page.evaluate(async (address) => {
    const directives = [];
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => directives.push(effectiveDirective));
    await fetch(address).catch(() => undefined);
    navigator.sendBeacon(address, "a badge");
    document.body.append(Object.assign(new Image(), { src: address }));
    const script = document.createElement("script");
    script.textContent = "globalThis.ran = true";
    document.body.append(script);
    const form = Object.assign(document.createElement("form"), { action: address, method: "post" });
    document.body.append(form);
    form.submit();
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { directives: [...new Set(directives)].sort(), ran: Boolean(globalThis.ran) };
  }, address);
  assert.deepEqual(heldBack, { directives: ["connect-src", "form-action", "img-src", "script-src-elem"], ran: false });
  // What does arrive is noticed.
  await fetch(address, { method: "PUT" });
  assert.deepEqual(arrived, ["PUT"]);
});

test("without JavaScript the file says what it needs", () => {
  const text = readFileSync(checker, "utf8");
  assert.match(text, /<noscript>.*needs JavaScript.*<\/noscript>/);
  assert.match(text, /Content-Security-Policy" content="default-src 'none'; script-src 'sha256-[^ ]+' 'wasm-unsafe-eval'; style-src 'sha256-/);
});
