// Badges, held against two implementations of Open Badges 3.0 that are not ours (verifiers.mjs).
//
// The badges are those that `credential::a_new_key_signs_from_then_on…` (tests/api/credential.rs) lays down: as they were signed,
// after the keys were rotated and the server was started again, and after the badge was replaced by a newer one.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { FORMS, inNode, inPython } from "./verifiers.mjs";

const FOLDER = process.env.CAIRN_BADGES;
assert(FOLDER, "CAIRN_BADGES says where the badges are; `cargo xtask test browser` sets it");

/** A day in the house that signed them, after all that happened there. */
const DAY = "2027-06-01";
const at = (moment) => join(FOLDER, moment);
const read = (moment, name) => readFileSync(join(at(moment), name));

for (const [signed, seen, revoked] of [
  ["1-signed", "1-signed", false],
  ["2-rotated", "2-rotated", false],
  ["1-signed", "2-rotated", false],
  ["3-replaced", "3-replaced", false],
  ["1-signed", "3-replaced", true],
]) {
  const what = `a badge of ${signed.slice(2)} is ${revoked ? "genuine, and no longer in force" : "genuine and in force"} once ${seen.slice(2)}`;
  test(`${what}, says npm`, async () => {
    for (const form of FORMS) {
      const said = await inNode(at(seen), DAY, form, read(signed, `badge.${form}`));
      // It was issued anew to another given name.
      const name = signed === "3-replaced" ? "Adah Roe-Ashby" : "Ada Roe-Ashby";
      assert.deepEqual(said, { valid: true, revoked, name }, form);
    }
  });
  test(`${what}, says PyPI`, () => {
    const files = FORMS.map((form) => join(FOLDER, signed, `badge.${form}`));
    const said = inPython(at(seen), DAY, files);
    assert.equal(said.length, FORMS.length);
    for (const [index, { valid, revoked: ended, says }] of said.entries()) {
      assert.deepEqual({ valid, ended }, { valid: true, ended: revoked }, `${FORMS[index]}: ${says}`);
    }
  });
}

test("a name that was changed is not taken by either", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cairn-badges-"));
  const files = [];
  for (const form of ["json", "jwt"]) {
    const text = read("1-signed", `badge.${form}`).toString();
    const changed = form === "json" ? text.replace("Ada Roe-Ashby", "Eve Roe-Ashby") : changedToken(text);
    assert.notEqual(changed, text);
    await assert.rejects(inNode(at("1-signed"), DAY, form, Buffer.from(changed)), form);
    files.push(join(folder, `badge.${form}`));
    writeFileSync(files.at(-1), changed);
  }
  for (const { valid, says } of inPython(at("1-signed"), DAY, files)) assert.equal(valid, false, says);
});

function changedToken(token) {
  const [header, payload, signature] = token.split(".");
  const said = Buffer.from(payload, "base64url").toString().replace("Ada Roe-Ashby", "Eve Roe-Ashby");
  return [header, Buffer.from(said).toString("base64url"), signature].join(".");
}
