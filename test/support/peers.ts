/** Software that none of us wrote, for the tests under test/peers: found, started, stopped; or skipped with a reason. */
import { describe, it } from "vitest";
import { type Peer, whyNot } from "./programs.ts";

export { type Chromium, launchChromium } from "./chromium.ts";
export { type RunningHospital, startHospital } from "./hospital.ts";
export { type Orthanc, startOrthanc } from "./orthanc.ts";
export { need, type Peer, whyNot } from "./programs.ts";
export { freePort, runTool, type ToolResult, temporaryDirectory } from "./run.ts";
export { type Storescp, startStorescp } from "./storescp.ts";
export { startWlmscpfs, type Wlmscpfs } from "./wlmscpfs.ts";

/**
 * A `describe` for tests against real software. Where some is missing, the tests are skipped and the reason is in
 * the output; with SCOPELINE_REQUIRE_PEERS=1, as in CI, that is a failure.
 */
export function describePeer(title: string, needed: readonly Peer[], body: () => void): void {
  const reasons = needed.flatMap((peer) => whyNot(peer) ?? []);
  if (reasons.length === 0) {
    describe(title, body);
    return;
  }
  describe(title, () => {
    it("runs against the real software", (context) => {
      if (process.env.SCOPELINE_REQUIRE_PEERS === "1") throw new Error(`missing: ${reasons.join("; ")}`);
      context.skip(reasons.join("; "));
    });
  });
}
