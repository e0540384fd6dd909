// Makes the demonstration in a folder, once for all houses: `node demonstration.mjs FOLDER`.

import { makeDemonstration } from "./house.mjs";

const [folder] = process.argv.slice(2);
await makeDemonstration(folder);
