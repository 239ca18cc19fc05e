import path from "node:path";
import { h264Level41, h264Level42, type TestInstance, writeInstance } from "../support/instance.ts";
import { need, type RunningHospital, runTool } from "../support/peers.ts";

/** Where DCMTK's storescu does not offer a transfer syntax by itself. */
const proposals: Record<string, string> = { [h264Level41]: "-xn", [h264Level42]: "-x2" };

/** Sends one instance with DCMTK's storescu; the file goes to `folder`. */
export async function store(
  hospital: RunningHospital,
  folder: string,
  instance: TestInstance,
  extra: readonly string[] = [],
  timeoutMs = 60_000,
) {
  const file = path.join(folder, `${instance.sopInstanceUid}.dcm`);
  await writeInstance(file, instance);
  const proposal = proposals[instance.transferSyntaxUid ?? ""] ?? "-xy";
  const to = ["-aec", hospital.aeTitle, "127.0.0.1", String(hospital.dicomPort)];
  const { code, stdout, stderr } = await runTool(need("storescu"), ["-v", "-R", proposal, ...extra, ...to, file], {
    timeoutMs,
  });
  return { code, output: stdout + stderr, file };
}
