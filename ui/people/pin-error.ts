import { ApiError } from "../api/client.ts";
import { t } from "../i18n/i18n.ts";
import { showTimeWithSeconds } from "../lib/dates.ts";
import { boxNow } from "../lib/now.ts";

/** Why a PIN was not taken: how many tries are left, or until when none is taken. */
export function pinErrorWords({ code, message, more }: Pick<ApiError, "code" | "message" | "more">): string {
  if (code === "wrong-pin" && more.triesLeft !== undefined) return t("people.triesLeft", { count: more.triesLeft });
  if (code === "sign-in-locked" && more.waitMs !== undefined) {
    // Rounded up: nobody tries too early.
    return t("people.lockedUntil", { time: showTimeWithSeconds(boxNow() + more.waitMs + 999) });
  }
  return message;
}

/** The same answer; a refusal of a PIN in these words. */
export async function sayingWhy<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError(error.code, error.status, pinErrorWords(error), error.more);
  }
}
