/** A program of its own that starts a box and a hospital as a test does, says their process ids, and waits to be killed. */
import { join } from "node:path";
import { startHospital } from "../support/hospital.ts";
import { startScopeline } from "../support/scopeline.ts";

const [directory = ""] = process.argv.slice(2);
const hospital = await startHospital({ directory: join(directory, "hospital") });
const box = await startScopeline({ directory: join(directory, "box"), input: { width: 320, height: 180, fps: 15 } });
await box.live();
console.log(JSON.stringify([box.pid, hospital.program.pid]));
