import path from "node:path";
import { expect, it } from "vitest";
import { newUid, serviceClasses, transferSyntaxes } from "../../src/dicom/dicom.ts";
import { openAssociation } from "../../src/dimse/dimse.ts";
import { describePeer, freePort, need } from "../support/peers.ts";
import { start, until } from "../support/run.ts";

const sopClass = serviceClasses.modalityPerformedProcedureStep;
const script = path.resolve(import.meta.dirname, "../support/mpps_scp.py");

const begun = {
  PerformedProcedureStepStatus: "IN PROGRESS",
  PerformedProcedureStepID: "PPS1",
  PerformedStationAETitle: "SCOPELINE",
  PerformedProcedureStepStartDate: "20261124",
  PerformedProcedureStepStartTime: "080000",
  PerformedProcedureStepDiscontinuationReasonCodeSequence: [],
};

describePeer("python3-odil's MPPS", ["odil"], () => {
  it.each(["explicitLittleEndian", "implicitLittleEndian"] as const)(
    "takes N-CREATE and N-SET of ours in %s, and refuses what comes twice or too late",
    async (name) => {
      const port = await freePort();
      await using program = start({ program: need("odil"), args: [script, String(port)] });
      const address = { host: "127.0.0.1", port, calledAeTitle: "MPPS", callingAeTitle: "SCOPELINE" };
      const contexts = [{ abstractSyntax: sopClass, transferSyntaxes: [transferSyntaxes[name]] }];
      // It takes one association at a time and says nothing when it listens: the first that gets through is the one.
      const open = () => openAssociation(address, contexts, { deadlines: { connectMs: 1_000, associationMs: 3_000 } });
      const association = await until(() => open().catch(() => undefined), program);
      const uid = newUid();
      expect(await association.nSet(sopClass, uid, { PerformedProcedureStepStatus: "COMPLETED" })).toMatchObject({
        status: 0x0112,
      });
      expect((await association.nCreate(sopClass, uid, begun)).status).toBe(0);
      expect((await association.nCreate(sopClass, uid, begun)).status).toBe(0x0111);
      const completed = { PerformedProcedureStepStatus: "COMPLETED", PerformedProcedureStepEndDate: "20261124" };
      expect((await association.nSet(sopClass, uid, completed)).status).toBe(0);
      expect((await association.nSet(sopClass, uid, completed)).status).toBe(0x0110);
      await association.release();
      await program.line((line) => line === "released");
      expect(program.output()).toContain(`N-CREATE ${uid} IN PROGRESS`);
      expect(program.output()).toContain(`N-SET ${uid} COMPLETED`);
    },
  );
});
