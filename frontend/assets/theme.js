// Applies the chosen theme before the first paint. The app itself keeps it (src/theme.rs).
try {
  const theme = localStorage.getItem("cairn-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {}
