import { addressLimits, afterFailure, lockLeftMs, noTries, type Tries, triesNow } from "./lockout.ts";

/** Addresses that are remembered; the one whose last wrong try is the longest ago is forgotten first. */
const mostAddresses = 1_000;

/** Wrong tries from each address, in memory: a restart of the box is nothing that an address can bring about. */
export class AddressTries {
  readonly #tries = new Map<string, Tries>();

  /** How long nobody may sign in from there; 0: somebody may. */
  lockLeftMs(address: string, now: number): number {
    const tries = this.#tries.get(networkOf(address));
    return tries === undefined ? 0 : lockLeftMs(triesNow(tries, now, addressLimits), now);
  }

  /** Counts a wrong try. */
  note(address: string, now: number): void {
    const network = networkOf(address);
    const before = triesNow(this.#tries.get(network) ?? noTries, now, addressLimits);
    this.#tries.delete(network);
    this.#tries.set(network, afterFailure(before, now, addressLimits));
    const [oldest] = this.#tries.keys();
    if (this.#tries.size > mostAddresses && oldest !== undefined) this.#tries.delete(oldest);
  }
}

/** One machine has as many IPv6 addresses as it likes within its /64; an IPv4 address may come in either form. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!address.includes(":")) return address;
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => "0");
  const groups = [...front, ...zeros, ...back].slice(0, 4);
  return groups.map((group) => group.toLowerCase().replace(/^0+(?=.)/, "")).join(":");
}
