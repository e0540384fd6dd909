// A house to test in: the real server on the demonstration's data, and a real browser.
//
// A test file opens one house and asks it for pages:
//
//     const house = await openHouse();
//     after(() => house.close());
//
//     test("a mentor finds the story", async (t) => {
//       const page = await house.page(t, { width: 390 });
//       await house.signIn(page, "mentor");
//       …
//     });
//
// Whatever the browser complains of while a page is open (an error in the console, an exception, a breach of the
// content security policy) fails the test in the end. Find things as people do: by role and name.
//
// `cargo xtask test browser` builds all that is needed, makes the demonstration once, and sets CAIRN_BIN (the server),
// CAIRN_CHROMIUM (the browser) and CAIRN_DEMO_DATA (the demonstration, of which each house takes a copy).

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { cp, mkdtemp, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

/** The demonstration's today: every date on the screen is the same in each run. */
const ANCHOR = "2026-11-24";

/** A server that is not ready after this many milliseconds never will be. */
const PATIENCE = 300_000;

/** For everything a page is asked for; generous, because continuous integration has two slow cores. */
const WAIT = 15_000;

const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a server with fresh demonstration data, and a browser. The opener closes both. */
export async function openHouse() {
  const server = await startServer();
  try {
    const browser = await chromium.launch({ executablePath: required("CAIRN_CHROMIUM"), args: CHROMIUM_FLAGS });
    return new House(server, browser);
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Moves the demonstration's clock on to the morning of a day. */
export async function goOnTo(house, page, label) {
  await page.goto(new URL("/demo", house.url).href);
  await page.getByRole("button", { name: label }).click();
  await page.getByRole("heading", { name: "The demonstration" }).waitFor();
}

class House {
  #server;
  #browser;
  #visits = new WeakMap();

  constructor(server, browser) {
    this.#server = server;
    this.#browser = browser;
  }

  /** Where the server answers, for example `http://127.0.0.1:40123`. */
  get url() {
    return this.#server.url;
  }

  /** The demonstration's sign-ins: `{ role, name, url }` each. */
  get signIns() {
    return this.#server.signIns;
  }

  /** A page of its own, as if on a new device. It closes with the test, which fails if the browser complained. */
  async page(t, options = {}) {
    const visit = await this.visit(options);
    t.after(async () => {
      await visit.close();
      assert.deepEqual(visit.complaints(), [], "the browser complained");
    });
    return visit.page;
  }

  /** The same without a test around it: the caller closes the visit and reads its complaints. */
  async visit({ width = 1280, height = width < 600 ? 844 : 900, dark = false, javaScript = true } = {}) {
    const context = await this.#browser.newContext({
      baseURL: this.url,
      javaScriptEnabled: javaScript,
      viewport: { width, height },
      colorScheme: dark ? "dark" : "light",
      reducedMotion: "reduce",
      locale: "en-GB",
      timezoneId: "Europe/London",
    });
    context.setDefaultTimeout(WAIT);
    const page = await context.newPage();

    const heard = [];
    const tolerated = [];
    // Breaches of the content security policy are errors in the console, too.
    page.on("console", (message) => {
      if (message.type() === "error") heard.push(`${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => heard.push(`uncaught: ${error.stack ?? error}`));

    let [begun, ended] = [0, 0];
    page.on("request", () => begun++);
    for (const end of ["requestfinished", "requestfailed"]) page.on(end, () => ended++);

    const visit = {
      page,
      requests: () => ({ begun, underWay: begun - ended }),
      tolerate: (pattern) => tolerated.push(pattern),
      complaints: () => heard.filter((complaint) => !tolerated.some((pattern) => pattern.test(complaint))),
      close: () => context.close(),
    };
    this.#visits.set(page, visit);
    return visit;
  }

  /** For a test that provokes a complaint: those that match are expected, for example `/status of 412/`. */
  tolerate(page, pattern) {
    this.#visits.get(page).tolerate(pattern);
  }

  /** Signs in as the first person of the demonstration with this role, or with this name. */
  async signIn(page, roleOrName) {
    const found = this.signIns.find(({ role, name }) => role === roleOrName || name === roleOrName);
    const known = this.signIns.map(({ role, name }) => `${role} (${name})`).join(", ");
    assert(found, `nobody signs in as ${roleOrName}; there are ${known}`);
    // Whoever was signed in here before is forgotten, as on a device that was handed on.
    await page.context().clearCookies();
    await page.goto(found.url);
    // A link waits for one press, because mail scanners open links too and would use them up.
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
    await page.locator("h1:not([data-coming])").waitFor();
    return found;
  }

  /**
   * Opens a page of pages.json: its address, or the one that the links in `follow` lead to from there, one after the
   * other, each the first with that name. It is there when its heading is, and no request is under way.
   */
  async open(page, { path, follow = [], heading }) {
    await page.goto(new URL(path, this.url).href);
    for (const name of follow) {
      // What has to be opened before the link is there: `{ "opens": "Earlier rounds" }`.
      if (name.opens) {
        await page.locator("summary", { hasText: name.opens }).first().click();
        continue;
      }
      const before = page.url();
      await page.getByRole("link", { name }).first().click();
      await page.waitForURL((url) => url.href !== before);
    }
    await this.arrived(page, heading);
  }

  /** Waits for a page's heading, or any that stays, and for all that it asks for. */
  async arrived(page, heading = "") {
    const headings = page.getByRole("heading", { level: 1, name: heading });
    await headings.and(page.locator(":not([data-coming])")).first().waitFor();
    await this.quiet(page);
  }

  /**
   * Waits until a page has nothing more to do: no request is under way, and once the browser was idle there still is
   * none. (Playwright's own `networkidle` is half a second without a request, which over a thousand pages adds up. It
   * counts here too, should a request be lost count of when its page goes away.)
   */
  async quiet(page) {
    const { requests } = this.#visits.get(page);
    let waits = true;
    const settled = async () => {
      while (waits) {
        const { begun, underWay } = requests();
        if (underWay > 0) {
          await new Promise((resolve) => setTimeout(resolve, 10));
          continue;
        }
        await page.evaluate(() => new Promise((done) => requestIdleCallback(() => requestIdleCallback(done)))).catch(() => undefined);
        if (requests().begun === begun) return;
      }
    };
    try {
      await Promise.race([settled(), page.waitForLoadState("networkidle")]);
    } finally {
      waits = false;
    }
  }

  /**
   * What axe-core finds against WCAG 2.2 AA and good practice on the page as it is now; nothing, one hopes.
   * Wait for the page's heading and a datum first: an empty page is accessible, and proves nothing.
   */
  async axe(page) {
    // Playwright evaluates through the debugger, to which the page's security policy does not apply.
    await page.evaluate(await axeSource());
    return page.evaluate(async () => {
      const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
      return violations.map(({ id, impact, help, nodes }) => ({
        id,
        impact,
        help,
        where: nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`).join("\n"),
      }));
    });
  }

  async close() {
    await this.#browser.close();
    await this.#server.stop();
  }
}

/** Makes the demonstration in a folder, from which each house takes a copy where CAIRN_DEMO_DATA names it. */
export async function makeDemonstration(folder) {
  const server = await serve(folder);
  await server.stop();
}

/** A server on data of its own, which go with it. */
async function startServer() {
  const data = await mkdtemp(join(tmpdir(), "cairn-house-"));
  const removeData = () => rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  process.once("exit", removeData);
  const leaveNothing = () => {
    process.off("exit", removeData);
    removeData();
  };
  try {
    // One that was made before saves the making: half a minute a house.
    if (process.env.CAIRN_DEMO_DATA) await cp(process.env.CAIRN_DEMO_DATA, data, { recursive: true });
    const server = await serve(data);
    return { ...server, stop: () => server.stop().finally(leaveNothing) };
  } catch (error) {
    leaveNothing();
    throw error;
  }
}

/** Runs the server on this folder; it makes its demonstration there if there is none. */
async function serve(data) {
  const child = spawn(
    required("CAIRN_BIN"),
    ["demo", "--bind", "127.0.0.1:0", "--data", data, "--anchor", ANCHOR, "--print-json"],
    { stdio: ["ignore", "pipe", "pipe"], env: bareEnvironment() },
  );
  const kill = () => child.kill("SIGKILL");
  // A test process that dies of an exception takes its server along; after Ctrl-C it ends as if by itself.
  const interrupted = () => process.exit(1);
  process.once("exit", kill);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, interrupted);

  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (log = (log + text).slice(-20_000)));
  const ended = new Promise((resolve) => child.once("close", resolve));

  const stop = async () => {
    child.kill("SIGTERM");
    const impatient = setTimeout(kill, 10_000);
    await ended;
    clearTimeout(impatient);
    process.off("exit", kill);
    for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, interrupted);
  };

  try {
    const { url, sign_ins: signIns } = await ready(child);
    return { url, signIns, stop };
  } catch (error) {
    await stop();
    throw new Error(`${error.message}\n${log}`);
  }
}

/** The one line of JSON that the server prints once it answers. */
function ready(child) {
  return new Promise((resolve, reject) => {
    const impatient = setTimeout(() => reject(new Error(`the server was not ready after ${PATIENCE} ms`)), PATIENCE);
    const settle = (how, what) => {
      clearTimeout(impatient);
      how(what);
    };
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith('{"ready":true')) settle(resolve, JSON.parse(line));
    });
    child.once("error", (error) => settle(reject, error));
    child.once("close", (code) => settle(reject, new Error(`the server ended with ${code} before it was ready`)));
  });
}

/** A developer's own configuration has no part in a test. */
function bareEnvironment() {
  const cairns = ([name]) => name.startsWith("CAIRN_") || name === "DATABASE_URL";
  return Object.fromEntries(Object.entries(process.env).filter((variable) => !cairns(variable)));
}

let axe;
function axeSource() {
  axe ??= readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  return axe;
}

function required(variable) {
  const value = process.env[variable];
  assert(value, `${variable} is not set; run \`cargo xtask test browser\``);
  return value;
}
