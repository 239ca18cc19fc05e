import "./tokens.css";
import { createRoot } from "react-dom/client";
import { followNews } from "./api/events.ts";
import { App } from "./app.tsx";
import { setMillimetres } from "./lib/millimetres.ts";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

setMillimetres();
addEventListener("resize", setMillimetres);
// A long press must not open a menu over the picture.
addEventListener("contextmenu", (event) => event.preventDefault());
followNews(new AbortController().signal);
createRoot(root).render(<App />);
