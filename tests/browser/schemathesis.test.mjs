// Requests made out of the OpenAPI document, with a token of each role: no answer is a mistake of the server's, and
// none is other than the document says. No browser has a part in it; the server and its people are the journeys'.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { openHouse } from "./house.mjs";

const run = promisify(execFile);
const program = process.env.CAIRN_SCHEMATHESIS;
assert(program, "CAIRN_SCHEMATHESIS says where schemathesis is; `cargo xtask test browser` sets it");
const document = fileURLToPath(new URL("../../openapi/openapi.json", import.meta.url));

/** What would end the token that all the rest is asked with, or the account. */
const LEFT_OUT = ["sign_out", "end_session", "set_password", "depart_person", "confirm_second_step", "end_sessions_of_somebody"];

const house = await openHouse();
after(() => house.close());

async function accessToken(role) {
  const { url } = house.signIns.find((one) => one.role === role);
  const answer = await fetch(new URL("/api/v1/sessions", house.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: url.split("/").pop() }),
  });
  assert.equal(answer.status, 200);
  return (await answer.json()).access_token;
}

for (const role of ["mentor", "lead mentor", "reviewer", "chair", "coordinator", "school lead"]) {
  test(`whatever is asked by ${role}, the answer is as documented`, async () => {
    const args = ["run", document, "--url", house.url, "--header", `Authorization: Bearer ${await accessToken(role)}`];
    args.push("--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance");
    args.push("--phases", "fuzzing", "--max-examples", "5", "--continue-on-failure", "--no-color", "--request-timeout", "20");
    for (const operation of LEFT_OUT) args.push("--exclude-operation-id", operation);
    const { stdout } = await run(program, args, { maxBuffer: 1e8 }).catch((error) => {
      assert.fail(`${error.stdout}\n${error.stderr}`);
    });
    const tried = Number(/(\d+) generated, \1 passed/.exec(stdout)?.[1]);
    assert(tried > 300, `schemathesis made ${tried} requests:\n${stdout}`);
  });
}
