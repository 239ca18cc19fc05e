/** Reads the tables of a conformance statement, and records what a box proposes to a peer. */
import { commandField } from "../../src/dimse/command-set.ts";
import type { Message } from "../../src/dimse/message-reader.ts";
import { MessageReader } from "../../src/dimse/message-reader.ts";
import type { AssociateRequest } from "../../src/dimse/pdu.ts";
import { encodeReleaseResponse } from "../../src/dimse/pdu-writer.ts";
import { type RawPeer, startRawPeer, type Wire } from "./raw-peer.ts";

export type Row = Readonly<Record<string, string>>;

/** The rows of the table that follows a line which is exactly that; cells by the words of the head. Throws without one. */
export function tableAfter(markdown: string, line: string): Row[] {
  const lines = markdown.split("\n");
  const at = lines.indexOf(line);
  if (at < 0) throw new Error(`there is no line ${line}`);
  const from = lines.findIndex((text, index) => index > at && text.startsWith("|"));
  const until = lines.findIndex((text, index) => index > from && !text.startsWith("|"));
  const [head = [], , ...rows] = lines.slice(from, until).map(cells);
  return rows.map((row) => Object.fromEntries(head.map((name, index) => [name, row[index] ?? ""])));
}

function cells(line: string): string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** A presentation context as both sides of the comparison write it: `class: syntax, syntax (SCU)`. */
export function contextText(abstractSyntax: string, transferSyntaxes: readonly string[], role: string): string {
  return `${abstractSyntax}: ${transferSyntaxes.join(", ")} (${role})`;
}

/** The contexts that a table of the statement names. */
export function contextsIn(rows: readonly Row[]): string[] {
  return [
    ...new Set(rows.map((row) => contextText(row.UID ?? "", (row.UIDs ?? "").split(", "), row.Role ?? ""))),
  ].sort();
}

export interface Recorder extends RawPeer {
  /** Everything that was asked for so far. */
  readonly requests: readonly AssociateRequest[];
  /** Each context that was proposed so far, once. */
  readonly contexts: () => string[];
}

/** A peer that accepts every context and answers every request with success, or with what `statusOf` says. */
export async function startRecorder(statusOf: (request: Message) => number = () => 0): Promise<Recorder> {
  const requests: AssociateRequest[] = [];
  const contexts = (): string[] => {
    const all = requests.flatMap(({ contexts: proposed, user }) =>
      proposed.map(({ abstractSyntax, transferSyntaxes }) => {
        const role = user.roles?.find(({ sopClassUid }) => sopClassUid === abstractSyntax);
        return contextText(abstractSyntax, transferSyntaxes, role?.isScp ? "SCP" : "SCU");
      }),
    );
    return [...new Set(all)].sort();
  };
  const peer = await startRawPeer(async (wire) => {
    requests.push(await wire.accept(131_072));
    await answerAll(wire, statusOf);
  });
  return Object.assign(peer, { requests, contexts });
}

async function answerAll(wire: Wire, statusOf: (request: Message) => number): Promise<void> {
  const reader = new MessageReader();
  for (;;) {
    const pdu = await wire.pdu().catch(() => undefined);
    if (pdu?.type === "release-rq") await wire.send(encodeReleaseResponse());
    if (pdu?.type !== "p-data") return;
    for (const pdv of pdu.pdvs) {
      const message = reader.push(pdv);
      if (message === undefined || message.command.commandField === commandField.cancel) continue;
      const { affectedSopInstanceUid, requestedSopInstanceUid } = message.command;
      const uid = affectedSopInstanceUid ?? requestedSopInstanceUid;
      const about = uid === undefined ? {} : { affectedSopInstanceUid: uid };
      await wire.send(wire.answer(message, { ...about, status: statusOf(message) }));
    }
  }
}
