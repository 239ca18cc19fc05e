import { describe, expect, it } from "vitest";
import { mutated, randomFrom } from "../../test/support/mutate.ts";
import { callRaw, startRawPeer } from "../../test/support/raw-peer.ts";
import { encodeDataSet } from "../dicom/dicom.ts";
import { encodeCommandSet } from "./command-set.ts";
import { DimseError, listen, openAssociation, verificationSopClass } from "./dimse.ts";
import { MessageReader } from "./message-reader.ts";
import { implicitLittleEndian } from "./names.ts";
import { PduFramer } from "./pdu-framer.ts";
import {
  encodeAbort,
  encodeAssociateAccept,
  encodeAssociateReject,
  encodeAssociateRequest,
  encodeData,
  encodeReleaseRequest,
  encodeReleaseResponse,
} from "./pdu-writer.ts";

/** The same mutations on every run; change the seed to look elsewhere. */
const seed = 20_261_124;

const worklist = "1.2.840.10008.5.1.4.31";
const contexts = [verificationSopClass, worklist].map((uid, index) => ({
  id: index * 2 + 1,
  abstractSyntax: uid,
  transferSyntaxes: [implicitLittleEndian],
}));
const fields = {
  calledAeTitle: "SCOPELINE",
  callingAeTitle: "ARCHIVE",
  applicationContext: "1.2.840.10008.3.1.1.1",
  user: { maxPduBytes: 16_384, implementationClassUid: "1.2.3", implementationVersionName: "RAW" },
};
const item = encodeDataSet({ PatientID: "P1", PatientName: "Test^Mutation" }, { transferSyntax: "implicit" });
const command = (id: number, set: Parameters<typeof encodeCommandSet>[0]): Buffer =>
  encodeData(id, true, encodeCommandSet(set), 16_384);
const request = encodeAssociateRequest({ ...fields, contexts });
const acceptance = encodeAssociateAccept({
  ...fields,
  contexts: contexts.map(({ id }) => ({ id, result: 0, transferSyntax: implicitLittleEndian })),
});
const echo = command(1, {
  affectedSopClassUid: verificationSopClass,
  commandField: 0x30,
  messageId: 1,
  commandDataSetType: 0x101,
});
const pending = Buffer.concat([
  command(3, { commandField: 0x8020, messageIdBeingRespondedTo: 1, commandDataSetType: 1, status: 0xff00 }),
  encodeData(3, false, item, 16_384),
]);
const final = command(3, { commandField: 0x8020, messageIdBeingRespondedTo: 1, commandDataSetType: 0x101, status: 0 });
const seeds = [
  Buffer.concat([request, echo, encodeReleaseRequest()]),
  Buffer.concat([acceptance, pending, pending, final, encodeReleaseResponse()]),
  Buffer.concat([encodeAssociateReject({ result: 1, source: 1, reason: 7 }), encodeAbort(2, 1)]),
];

describe("mutated PDUs", () => {
  it("are read or refused with a DimseError, in any pieces", () => {
    const random = randomFrom(seed);
    let refused = 0;
    for (let round = 0; round < 20_000; round++) {
      const bytes = mutated(seeds[round % seeds.length] ?? request, random);
      const framer = new PduFramer(16_384);
      const reader = new MessageReader();
      try {
        for (let at = 0; at < bytes.length; ) {
          const size = 1 + Math.floor(random() * bytes.length);
          for (const pdu of framer.push(bytes.subarray(at, at + size))) {
            if (pdu.type === "p-data") for (const pdv of pdu.pdvs) reader.push(pdv);
          }
          at += size;
        }
      } catch (error) {
        if (!(error instanceof DimseError) || !["protocol", "tls"].includes(error.code)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1_000);
    expect(refused).toBeLessThan(19_000);
  });

  it("neither stop the acceptor nor stay in it", async () => {
    const random = randomFrom(seed + 1);
    const acceptor = await listen({
      host: "127.0.0.1",
      port: 0,
      aeTitle: "SCOPELINE",
      maxAssociations: 64,
      deadlines: { associationMs: 200, readMs: 200 },
      idleMs: 200,
    });
    for (let batch = 0; batch < 40; batch++) {
      await Promise.all(
        Array.from({ length: 25 }, async () => {
          using wire = await callRaw(acceptor.port);
          await wire.send(mutated(seeds[0] ?? request, random));
          wire.socket.end();
          await wire.closed();
        }),
      );
    }
    const address = { host: "127.0.0.1", port: acceptor.port, calledAeTitle: "SCOPELINE", callingAeTitle: "ARCHIVE" };
    const association = await openAssociation(address, [
      { abstractSyntax: verificationSopClass, transferSyntaxes: [implicitLittleEndian] },
    ]);
    expect(await association.echo()).toBe(0);
    await association.release();
    // It settles only when every connection is gone.
    await acceptor.close();
  });

  it("end every request of the requestor, in an answer or in a DimseError", async () => {
    const random = randomFrom(seed + 2);
    await using peer = await startRawPeer(async (wire) => {
      await wire.pdu();
      await wire.send(mutated(seeds[1] ?? acceptance, random));
      wire.socket.end();
      await wire.closed();
    });
    const address = { host: "127.0.0.1", port: peer.port, calledAeTitle: "PEER", callingAeTitle: "SCOPELINE" };
    const proposed = contexts.map(({ abstractSyntax, transferSyntaxes }) => ({ abstractSyntax, transferSyntaxes }));
    const outcomes = new Map<string, number>();
    const ask = async (): Promise<string> => {
      try {
        const association = await openAssociation(address, proposed, {
          deadlines: { associationMs: 500, responseMs: 500, releaseMs: 100 },
        });
        const answers = association.find(worklist, {}, { limit: 5 });
        for await (const _answer of answers);
        await association.release();
        return "answered";
      } catch (error) {
        if (error instanceof DimseError) return error.code;
        throw error;
      }
    };
    for (let batch = 0; batch < 40; batch++) {
      for (const outcome of await Promise.all(Array.from({ length: 25 }, ask)))
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect([...outcomes.values()].reduce((sum, one) => sum + one, 0)).toBe(1_000);
    expect(outcomes.get("protocol")).toBeGreaterThan(100);
  });
});
