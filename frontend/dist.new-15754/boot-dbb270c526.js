// Starts the web app. A file of its own, because the page's security policy allows no script inside the page.
import init from "/cairn-9f242aa0b7.js";

init({ module_or_path: "/cairn-c9315f55f3_bg.wasm" }).catch((error) => {
  // The page may hold a sentence for browsers that can't run the app.
  document.getElementById("cannot-start")?.removeAttribute("hidden");
  throw error;
});
