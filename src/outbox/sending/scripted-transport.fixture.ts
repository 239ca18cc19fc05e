/** For tests: a node that answers what the test says, without a network. */
import { DimseError } from "../../dimse/dimse.ts";
import type { Encoding } from "../delivery.ts";
import type { Answer, Connection, Sendable, Transport } from "./transport.ts";

export interface Script {
  /** Throws what keeps the node from being reached. */
  readonly onOpen?: (proposed: readonly Encoding[]) => void;
  readonly accepts?: (sopClassUid: string, transferSyntaxUid: string) => boolean;
  /** One answer for each, or what it throws; a promise is waited for. */
  readonly onStore: (item: Sendable, items: readonly Sendable[]) => Answer | Promise<Answer>;
  readonly batch?: Connection["batch"];
}

export interface ScriptedTransport extends Transport {
  /** UIDs by request. */
  readonly requests: string[][];
  readonly sent: Sendable[];
  readonly proposals: (readonly Encoding[])[];
  /** Connections that were neither closed nor aborted. */
  openCount(): number;
}

export const ok: Answer = { kind: "status", status: 0, words: null };
export const status = (code: number): Answer => ({ kind: "status", status: code, words: null });
export const lost = (code: "timeout" | "aborted-by-peer" | "protocol" | "file-unreadable" = "aborted-by-peer") =>
  new DimseError(code, `scripted ${code}`);

export function scriptedTransport(script: Script): ScriptedTransport {
  const live = new Set<object>();
  const transport: ScriptedTransport = {
    requests: [],
    sent: [],
    proposals: [],
    openCount: () => live.size,
    async open(proposed) {
      transport.proposals.push(proposed);
      script.onOpen?.(proposed);
      const key = {};
      live.add(key);
      return {
        get isOpen() {
          return live.has(key);
        },
        batch: script.batch ?? { instances: 1, bytes: 0 },
        accepts: script.accepts ?? (() => true),
        async store(items) {
          transport.requests.push(items.map(({ sopInstanceUid }) => sopInstanceUid));
          const answers = new Map<string, Answer>();
          for (const item of items) {
            transport.sent.push(item);
            answers.set(item.sopInstanceUid, await script.onStore(item, items));
          }
          return answers;
        },
        close: async () => void live.delete(key),
        abort: () => void live.delete(key),
      };
    },
  };
  return transport;
}
