import { beforeEach, expect, it } from "vitest";
import type { Database } from "../../store/store.ts";
import { type ClaimedDelivery, findInstanceDelivery } from "../deliveries.ts";
import { emptyStore, nodeNamed, owedClip, renditionsFor } from "../outbox.fixture.ts";
import { waitForRendition, wantRendition } from "./renditions.ts";
import { insteadOf } from "./replace.ts";

let database: Database;
let original: ClaimedDelivery;
const pacs = nodeNamed("PACS");
const anything = () => true;

beforeEach(() => {
  database = emptyStore();
  owedClip(
    database,
    renditionsFor(database, [pacs], () => 0),
    1,
  );
  const found = findInstanceDelivery(database, 1);
  if (found === undefined) throw new Error("not owed");
  original = found;
});

function had(key: string): void {
  wantRendition(database, { captureId: "c1", procedureId: "p", key }, 0);
  waitForRendition(database, { captureId: "c1", key, node: "PACS", importance: "primary", standbyFrom: null });
}

it("the first rung behind the refused one that is accepted is taken", () => {
  expect(insteadOf(database, pacs, original, anything)).toMatchObject({ key: "videoEndoscopic" });
  const onlyMpeg2 = (_: string, syntax: string) => syntax.endsWith(".4.100");
  expect(insteadOf(database, pacs, original, onlyMpeg2)).toMatchObject({
    key: "videoMicroscopicMpeg2@1.2.840.10008.1.2.4.100/1999934464",
    step: { rung: "videoMicroscopicMpeg2" },
  });
});

it("what is on its way already, for another part of the same clip, is not chosen once more", () => {
  had("videoEndoscopic");
  expect(insteadOf(database, pacs, original, anything)).toEqual({ key: "videoEndoscopic", step: null });
});

it("a twin that could not be made is not waited for", () => {
  had("leftView/1000");
  expect(insteadOf(database, pacs, original, anything)).toEqual({ key: "leftView/1000", step: null });
  database.prepare("UPDATE rendition SET failure = 'no' WHERE key = 'leftView/1000'").run();
  expect(insteadOf(database, pacs, original, anything)).toMatchObject({ key: "videoEndoscopic" });
});

it("nothing that the node had of this capture comes back when the settings change in between", () => {
  had("videoEndoscopic");
  had("keyFrames");
  const refused = { ...original, rendition: "keyFrames" };
  const changed = nodeNamed("PACS", { encoding: { clips: ["original", "videoEndoscopic"] } });
  expect(insteadOf(database, changed, refused, anything)).toBeUndefined();
});
