import { type Browser, chromium } from "playwright-core";
import { need } from "./programs.ts";

export type Chromium = Browser;

/** Debian's Chromium, headless, with a new profile; without these flags it looks for hosts outside at every start. */
export async function launchChromium(): Promise<Chromium> {
  return chromium.launch({
    executablePath: need("chromium"),
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
