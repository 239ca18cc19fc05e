import { type User as KnownUser, type Preferences, userLockLeftMs } from "../users/users.ts";
import type { User } from "./schemas-people.ts";

/** A user as they are told. */
export function userView(user: KnownUser, now: number): User {
  const { id, displayName, physicianName, roles, preferences, isDisabled, madeAt } = user;
  const lockedForMs = userLockLeftMs(user, now);
  return {
    id,
    displayName,
    physicianName,
    roles: [...roles],
    preferences: preferencesView(preferences),
    isDisabled,
    lockedForMs,
    madeAt,
  };
}

/** What a user wants of the screen; nothing stands for what they left open. */
export function preferencesView({ pedal, hand, theme, language }: Preferences): User["preferences"] {
  return {
    ...(pedal && { pedal: pedalView(pedal) }),
    ...(hand && { hand }),
    ...(theme && { theme }),
    ...(language && { language }),
  };
}

function pedalView(pedal: NonNullable<Preferences["pedal"]>): NonNullable<User["preferences"]["pedal"]> {
  return Object.fromEntries(Object.entries(pedal).filter(([, action]) => action !== undefined));
}
