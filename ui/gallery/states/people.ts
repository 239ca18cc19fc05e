import { captureOf, procedureOf } from "../fixtures/captures.ts";
import { administrator, notSetUp, signedIn } from "../fixtures/users.ts";
import { type GalleryState, stateOf } from "../state.ts";
import type { Answer } from "../world.ts";
import { withOpen } from "./live.ts";

const open = procedureOf({ captures: [captureOf(1)] });
const at = (name: string, instead: Readonly<Record<string, Answer>>, touches: readonly string[] = []): GalleryState =>
  stateOf(name, "/live", withOpen(open, { instead }), { touches });

const refused: Record<string, Answer> = {
  "DELETE captures/c1": {
    refusal: { code: "not-signed-in", detail: "Sign in with your PIN to do this." },
    status: 401,
  },
};
const toRefusal = ["capture-item", "delete-capture", "delete-reason"];
const pin = ["pin-2", "pin-5", "pin-8", "pin-0"];
const wrong = (answer: Answer) => ({ ...refused, "POST session": answer });
const isIn: Record<string, Answer> = { "GET session": { body: signedIn } };
const isNew: Record<string, Answer> = { "GET session": { body: notSetUp } };
const isNewElsewhere: Record<string, Answer> = { "GET session": { body: { ...notSetUp, needsSetupCode: true } } };
const isLeftHanded: Record<string, Answer> = {
  "GET session": { body: { ...signedIn, user: { ...administrator, preferences: { hand: "left" } } } },
};
const named = ["sign-in", "person-name=Anna Berg", "choose-pin"];

export const people: readonly GalleryState[] = [
  at("who", refused, toRefusal),
  at("pin", refused, [...toRefusal, "person", "pin-2", "pin-5"]),
  at(
    "wrong-pin",
    wrong({ refusal: { code: "wrong-pin", detail: "This PIN is not right.", triesLeft: 3 }, status: 401 }),
    [...toRefusal, "person", ...pin, "pin-ok"],
  ),
  at(
    "locked",
    wrong({
      refusal: { code: "sign-in-locked", detail: "Too many wrong PINs for this user.", waitMs: 60_000 },
      status: 429,
    }),
    [...toRefusal, "person", ...pin, "pin-ok"],
  ),
  at("not-set-up", isNew),
  at("set-up", isNew, ["sign-in"]),
  at("set-up-elsewhere", isNewElsewhere, ["sign-in", "role-surgeon"]),
  at("set-up-pin", isNew, named),
  at("pins-differ", isNew, [...named, ...pin, "pin-ok", "pin-1", ...pin, "pin-ok"]),
  at("signed-in", isIn),
  at("left-handed", isLeftHanded),
  at("settings", isIn, ["show-settings"]),
  at("users", isIn, ["show-settings", "users"]),
  at("add-user", isIn, ["show-settings", "users", "add-user", "role-surgeon"]),
  at("change-user", isIn, ["show-settings", "users", "change-user"]),
  at("own-pin", isIn, ["show-settings", "own-pin"]),
];
