import type { KeyBindings, TriggerBinding } from "./bindings.ts";
import { BounceFilter } from "./bounce.ts";
import type { InputDevice } from "./devices.ts";
import type { KeyEvent } from "./input-events.ts";
import type { Moment } from "./presses.ts";

/** A key that is held so long is pressed long. */
export const longPressMs = 1_000;
/** The release may be on its way to us when the time is up. */
const lateReleaseMs = 30;
const stuckAfterMs = 10_000;

export interface KeyPressesOptions {
  readonly of: (device: string, code: number) => KeyBindings;
  readonly moment: () => Moment;
  /** `moment` is given where it is not now. */
  readonly act: (binding: TriggerBinding, moment?: Moment) => void;
}

interface Held extends KeyBindings {
  readonly device: InputDevice;
  readonly code: number;
  readonly since: number;
  /** Of a key that can also be pressed long: what was on the screens as it went down. */
  readonly moment?: Moment;
  longTimer?: NodeJS.Timeout;
  releaseTimer?: NodeJS.Timeout;
}

/**
 * Makes short and long presses of the keys that were learned. A key with a short press alone acts as it goes down; one that
 * also has a long press acts when it is let go, with the frame of the moment it went down, or after a second.
 */
export class KeyPresses {
  readonly #options: KeyPressesOptions;
  readonly #bounces = new BounceFilter();
  readonly #held = new Map<string, Held>();

  constructor(options: KeyPressesOptions) {
    this.#options = options;
  }

  /** True: the key is a trigger, and not for typing. */
  key(device: InputDevice, { code, edge, atMs }: KeyEvent): boolean {
    const bound = this.#options.of(device.id, code);
    if (bound.short === undefined && bound.long === undefined) return false;
    const key = `${device.id} ${code}`;
    if (edge === "up") this.#up(key, atMs);
    else if (edge === "down") {
      if (this.#bounces.down(key, atMs)) this.#press(key, { device, code }, bound);
      else clearTimeout(this.#held.get(key)?.releaseTimer);
    }
    return true;
  }

  /**
   * The device went away, or events of it were dropped: what was held counts as let go. A press is not lost with it.
   * `codes`: only these of its keys.
   */
  lost(device: string, codes?: readonly number[]): void {
    for (const [key, held] of this.#held) {
      const isLost = held.device.id === device && (codes === undefined || codes.includes(held.code));
      if (isLost) this.#letGo(key, held, 0);
    }
  }

  /** Names of devices with a trigger that has been held for longer than a foot rests. */
  stuck(now: number): string[] {
    return [...this.#held.values()].filter(({ since }) => now - since >= stuckAfterMs).map(({ device }) => device.name);
  }

  /** Ends every wait; nothing more is acted on. */
  stop(): void {
    for (const held of this.#held.values()) clearTimers(held);
    this.#held.clear();
  }

  #press(key: string, of: Pick<Held, "device" | "code">, { short, long }: KeyBindings): void {
    const before = this.#held.get(key);
    // Its release was not seen, or is not settled yet: it was let go.
    if (before !== undefined) this.#letGo(key, before, 0);
    const { moment, act } = this.#options;
    const held: Held = {
      ...of,
      since: performance.now(),
      ...(long && { moment: moment(), long }),
      ...(short && { short }),
    };
    this.#held.set(key, held);
    if (long === undefined && short !== undefined) act(short);
    if (long !== undefined) {
      held.longTimer = setTimeout(() => this.#pressedLong(held), longPressMs + lateReleaseMs);
      held.longTimer.unref();
    }
  }

  #up(key: string, atMs: number): void {
    const held = this.#held.get(key);
    const release = this.#bounces.up(key, atMs);
    if (held === undefined || release === undefined) return;
    clearTimeout(held.releaseTimer);
    held.releaseTimer = setTimeout(() => this.#letGo(key, held, release.heldMs), release.settleMs);
    held.releaseTimer.unref();
  }

  #pressedLong(held: Held): void {
    const { long, moment } = held;
    if (long === undefined) return;
    clearTimeout(held.longTimer);
    delete held.longTimer;
    this.#options.act(long, moment);
  }

  #letGo(key: string, held: Held, heldMs: number): void {
    clearTimeout(held.releaseTimer);
    if (this.#held.get(key) === held) this.#held.delete(key);
    // The long press was acted on already, or there is none.
    if (held.longTimer === undefined) return;
    clearTimeout(held.longTimer);
    if (heldMs >= longPressMs) this.#pressedLong(held);
    else if (held.short !== undefined) this.#options.act(held.short, held.moment);
  }
}

function clearTimers({ longTimer, releaseTimer }: Held): void {
  clearTimeout(longTimer);
  clearTimeout(releaseTimer);
}
