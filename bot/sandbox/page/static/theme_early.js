// Names the theme on the root before the first paint: what was chosen here, else the system's wish.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const name = () => {
    const chosen = localStorage.getItem("theme");
    document.documentElement.dataset.theme = chosen ?? (dark.matches ? "dark" : "light");
  };
  dark.addEventListener("change", name);
  name();
})();
