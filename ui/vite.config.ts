import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** `vite build ui` writes ui/dist, which the box serves at `/`. `vite ui` is for work on the screen beside a running box. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "chrome120",
    // Everything is a file of its own, so that the box can forbid data: and inline content.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": { target: process.env.SCOPELINE_BOX ?? "http://127.0.0.1:8080", ws: true } } },
});
