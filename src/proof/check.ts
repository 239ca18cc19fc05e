import { type ChainReport, checkChain } from "../audit/audit.ts";
import type { CheckFinding, Database } from "../store/store.ts";
import { compareRows } from "./compare.ts";

export interface ProofReport {
  readonly findings: readonly CheckFinding[];
  readonly chain: Omit<ChainReport, "findings">;
}

const maxFindings = 1_000;

/**
 * Verifies the chain over the audit, and that the rows are as the audit says: captures, Instances, attempts, patients,
 * what is sent, safe, removed, deleted. Reads the database only; for the files see checkStore.
 */
export function checkProof(database: Database): ProofReport {
  return database.snapshot(() => {
    const { findings: broken, ...chain } = checkChain(database);
    const findings = [...broken];
    for (const finding of compareRows(database)) {
      if (findings.length >= maxFindings) break;
      findings.push(finding);
    }
    return { findings, chain };
  });
}
