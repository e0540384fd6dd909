// Starts the web app. A file of its own, because the page's security policy allows no script inside the page.
import init from "{{js}}";

init({ module_or_path: "{{wasm}}" }).catch((error) => {
  // The page may hold a sentence for browsers that can't run the app.
  document.getElementById("cannot-start")?.removeAttribute("hidden");
  throw error;
});
