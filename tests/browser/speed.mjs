// How long it takes until a mentor can write, on a phone: `cargo xtask speed`.
//
// The phone is one with a processor a quarter as quick as this machine's, in two networks: "Fast 4G" as Chromium's own developer
// tools have it (8.1 Mbit/s down, 1.35 up, 165 ms there and back), and the slow 4G that Lighthouse measures in (1.6 Mbit/s down,
// 750 kbit/s up, 150 ms). The page is the one that a mentor opens most, their story. It is ready when a letter that is typed
// into the field for a new moment stands there. What travelled is what the browser's own log of the network says.

import { openHouse } from "./house.mjs";

const TURNS = 5;
const NETWORKS = {
  "Fast 4G": { offline: false, latency: 165, downloadThroughput: 8.1e6 / 8, uploadThroughput: 1.35e6 / 8 },
  "slow 4G": { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 },
};
const SLOWER = 4;

const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
const middle = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** Opens the story, and says how long it took and what came over the network. */
async function opens(page, client, url) {
  const came = new Map();
  const names = new Map();
  const began = ({ requestId, request }) => names.set(requestId, new URL(request.url).pathname);
  const ended = ({ requestId, encodedDataLength }) => came.set(names.get(requestId) ?? "?", encodedDataLength);
  client.on("Network.requestWillBeSent", began);
  client.on("Network.loadingFinished", ended);
  const start = performance.now();
  await page.goto(url, { waitUntil: "commit" });
  const field = page.getByRole("textbox").first();
  await field.waitFor();
  await field.pressSequentially("a");
  const seconds = (performance.now() - start) / 1000;
  await page.waitForLoadState("networkidle");
  client.off("Network.requestWillBeSent", began);
  client.off("Network.loadingFinished", ended);
  return { seconds, came };
}

/** Opens the story on a new phone, and once more: the medians of some turns, and what came in the last. */
async function measured(house, network) {
  const [first, second] = [[], []];
  let [files, again] = [new Map(), new Map()];
  for (let turn = 0; turn < TURNS; turn++) {
    const visit = await house.visit({ width: 390 });
    await house.signIn(visit.page, "mentor");
    const client = await visit.page.context().newCDPSession(visit.page);
    await client.send("Network.enable");
    await client.send("Network.clearBrowserCache");
    await client.send("Network.emulateNetworkConditions", network);
    await client.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    const story = new URL("/story", house.url).href;
    const cold = await opens(visit.page, client, story);
    first.push(cold.seconds);
    files = cold.came;
    const warm = await opens(visit.page, client, story);
    second.push(warm.seconds);
    again = warm.came;
    await visit.close();
  }
  return { first: middle(first), second: middle(second), files, again };
}

const house = await openHouse();
try {
  const total = (map) => [...map.values()].reduce((sum, bytes) => sum + bytes, 0);
  console.log("| Network | Visit | Until one can write (median of five) | Over the network |");
  console.log("|---|---|---|---|");
  let files = new Map();
  for (const [name, network] of Object.entries(NETWORKS)) {
    const found = await measured(house, network);
    console.log(`| ${name} | the first | ${found.first.toFixed(2)} s | ${kb(total(found.files))} |`);
    console.log(`| ${name} | the next | ${found.second.toFixed(2)} s | ${kb(total(found.again))} |`);
    files = found.files;
  }
  console.log("\n| The heaviest of the first visit | |");
  console.log("|---|---|");
  const heaviest = [...files].toSorted(([, a], [, b]) => b - a).slice(0, 10);
  for (const [name, bytes] of heaviest) console.log(`| ${name.replace(/-[0-9a-f]{10}/, "")} | ${kb(bytes)} |`);
} finally {
  await house.close();
}
