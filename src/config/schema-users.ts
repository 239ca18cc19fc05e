import { Type } from "typebox";
import { section } from "./schema-parts.ts";

const who = (what: string) =>
  Type.Enum(["anyone", "signed-in"], {
    default: "anyone",
    description: `Who may ${what}: anyone at the box, or only a user who has signed in.`,
  });

export const users = section(
  {
    pickPatient: who("begin a procedure with a patient, give one to a procedure, and refresh the worklist"),
    review: who("cut a clip and take a still out of one"),
    send: who("send at once, and retry, hold or cancel what is on its way"),
    idleMinutes: Type.Integer({
      default: 10,
      minimum: 1,
      maximum: 120,
      description: "A user who does nothing at the screen for so long is signed out, in minutes.",
    }),
    sessionHours: Type.Integer({
      default: 12,
      minimum: 1,
      maximum: 24,
      description: "A user is signed out after so long at the latest, in hours.",
    }),
  },
  "What somebody has to sign in for, beside what always needs it (docs/people.md), and for how long. Pictures are kept without signing in.",
);
