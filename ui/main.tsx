import "./themes/dark.css";
import "./themes/bright.css";
import "./tokens.css";
import { createRoot } from "react-dom/client";
import { speakWanted } from "./i18n/choice.ts";
import { panelInches, readPanelOfAddress, setMillimetres } from "./lib/millimetres.ts";
import { start } from "./start.tsx";
import { knowOtherScripts } from "./themes/fonts.ts";
import { chosenTheme, showTheme, themeOfBox } from "./themes/theme.ts";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

readPanelOfAddress();
setMillimetres(panelInches.get());
showTheme(chosenTheme.get() ?? themeOfBox.get() ?? "dark");
// The first words are in the right language; one that is slow to come is not waited for.
await Promise.race([speakWanted(), new Promise((resolve) => setTimeout(resolve, 1000))]);
// A long press must not open a menu over the picture.
addEventListener("contextmenu", (event) => event.preventDefault());

const isGallery = (): boolean => location.hash.startsWith("#/dev/gallery");
const startedAsGallery = isGallery();
// The gallery speaks with nobody, the screen with the box: neither becomes the other without a new start.
addEventListener("hashchange", () => {
  if (isGallery() !== startedAsGallery) location.reload();
});
if (startedAsGallery) void import("./gallery/gallery.tsx").then(({ startGallery }) => startGallery(createRoot(root)));
else start(createRoot(root));
knowOtherScripts();
