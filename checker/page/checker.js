// The page of the offline checker: hands what was chosen to the WebAssembly beside it, and shows what that says. Texts that
// come out of a badge become text nodes, and nothing else.
(() => {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const [form, file, text, said] = ["form", "file", "text", "said"].map(byId);
  const snapshot = byId("snapshot").textContent;

  /** One byte more than the largest badge that is looked at is enough to see that a file is larger. */
  const MOST_BYTES = 1024 * 1024 + 1;

  /** How each tone looks: the colour, and the sign that says the same. */
  const TONES = {
    good: ["note good", "shield-check"],
    note: ["note", "info"],
    other: ["note more", "info"],
    first: ["note more", "triangle-alert"],
    bad: ["note bad", "triangle-alert"],
  };

  const ready = start();
  ready.then(
    () => (form.hidden = false),
    (error) => {
      byId("cannot-start").hidden = false;
      throw error;
    },
  );
  showKeys();

  /** The WebAssembly is in the page: packed, and written as text. */
  async function start() {
    const packed = Uint8Array.from(atob(byId("wasm").textContent.trim()), (letter) => letter.charCodeAt(0));
    const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    await wasm_bindgen({ module_or_path: await new Response(unpacked).arrayBuffer() });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    look(file.files[0] ?? new Blob([text.value]));
  });
  // Only one of the two is looked at, so that nobody reads what was said of the other.
  file.addEventListener("change", () => (text.value = ""));
  text.addEventListener("input", () => (file.value = ""));

  // Wherever a file is dropped: a browser would open it in the place of this page.
  const dropping = (event, is) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.toggle("dropping", is);
  };
  document.addEventListener("dragover", (event) => dropping(event, true));
  document.addEventListener("dragleave", (event) => event.relatedTarget ?? dropping(event, false));
  document.addEventListener("drop", (event) => {
    dropping(event, false);
    const [dropped] = event.dataTransfer?.files ?? [];
    if (!dropped) return;
    form.reset();
    look(dropped);
  });

  async function look(shown) {
    await ready;
    let told;
    try {
      const bytes = new Uint8Array(await shown.slice(0, MOST_BYTES).arrayBuffer());
      told = JSON.parse(wasm_bindgen.check(snapshot, bytes));
    } catch {
      told = { tone: "first", title: "This could not be read.", detail: "Open this page anew, and choose the file once more." };
    }
    show(told);
  }

  function show({ tone, title, detail, badge }) {
    const [look, sign] = TONES[tone];
    const words = element("div", "grow", [element("p", "", [element("strong", "", [title])]), element("p", "", [detail])]);
    const note = element("div", look, [icon(sign), words]);
    note.setAttribute("role", "alert");
    said.replaceChildren(note, ...(badge ? [card(badge)] : []));
    said.scrollIntoView();
  }

  function card({ holder, name, facts }) {
    const list = facts.flatMap(([term, fact]) => [element("dt", "", [term]), element("dd", "", [fact])]);
    return element("section", "card flow t", [
      element("h2", "", [holder]),
      element("p", "big-lead", [name]),
      element("dl", "kv", list),
    ]);
  }

  /** The keys of the snapshot, so that anybody can hold them against those that the partnership shows. */
  function showKeys() {
    let keys;
    try {
      keys = JSON.parse(snapshot).keys;
      byId("issuer").textContent = keys.id;
      for (const { id, publicKeyMultibase, publicKeyJwk } of keys.verificationMethod) {
        const key = publicKeyMultibase ?? `${publicKeyJwk.crv}, x ${publicKeyJwk.x}, y ${publicKeyJwk.y}`;
        byId("keys").append(element("dt", "", [id.split("#")[1]]), element("dd", "", [element("code", "", [key])]));
      }
    } catch {
      // Whoever checks a badge is told that the file is not as it was made.
    }
  }

  function element(name, look, children) {
    const made = document.createElement(name);
    if (look) made.className = look;
    made.append(...children);
    return made;
  }

  function icon(name) {
    const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    drawn.setAttribute("class", "ic");
    drawn.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `#i-${name}`);
    drawn.append(use);
    return drawn;
  }
})();
