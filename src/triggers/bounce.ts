/** Two presses of a key are at least this far apart; a contact that closes again sooner bounced. */
export const bounceMs = 80;
/** A contact that closes again so soon after it opened was not let go. Two quick presses have more between them. */
export const releaseBounceMs = 30;

interface Contact {
  readonly downAtMs: number;
  upAtMs: number | null;
}

/** Tells presses from a contact that bounces, by the time stamps of its key. A clock that is set costs no press. */
export class BounceFilter {
  readonly #contacts = new Map<string, Contact>();

  /** A contact closed. True: that is a press. */
  down(key: string, atMs: number): boolean {
    const contact = this.#contacts.get(key);
    if (contact !== undefined) {
      const sincePress = atMs - contact.downAtMs;
      const sinceRelease = contact.upAtMs === null ? Number.POSITIVE_INFINITY : atMs - contact.upAtMs;
      const within = (ms: number, limit: number): boolean => ms >= 0 && ms < limit;
      if (within(sincePress, bounceMs) || within(sinceRelease, releaseBounceMs)) {
        contact.upAtMs = null;
        return false;
      }
    }
    this.#contacts.set(key, { downAtMs: atMs, upAtMs: null });
    return true;
  }

  /** A contact opened. How long it is still to be watched before that counts as let go; undefined: it was not closed. */
  up(key: string, atMs: number): { readonly heldMs: number; readonly settleMs: number } | undefined {
    const contact = this.#contacts.get(key);
    if (contact === undefined || contact.upAtMs !== null) return undefined;
    contact.upAtMs = atMs;
    const heldMs = Math.max(0, atMs - contact.downAtMs);
    return { heldMs, settleMs: Math.max(releaseBounceMs, bounceMs - heldMs) };
  }
}
