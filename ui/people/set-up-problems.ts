import type { Health } from "../../src/api/schemas.ts";
import type { Session } from "../api/people.ts";
import { t } from "../i18n/i18n.ts";

/** That nobody says yet who may do what: quiet, and there until somebody does. */
export function setUpProblems(session: Session | undefined): Health["problems"] {
  if (session?.setup !== "administrator-needed") return [];
  return [{ area: "users", level: "notice", message: t("people.noAdministrator") }];
}
