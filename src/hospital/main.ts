import { once } from "node:events";
import { parseArgs } from "node:util";
import { pino } from "pino";
import { startHospital } from "./hospital.ts";

const { values } = parseArgs({
  options: {
    directory: { type: "string" },
    "dicom-port": { type: "string", default: "0" },
    "http-port": { type: "string", default: "0" },
    "ae-title": { type: "string", default: "HOSPITAL" },
    "station-ae-title": { type: "string", default: "SCOPELINE" },
  },
});
if (!values.directory) throw new Error("say where the archive goes: --directory DIR");

const stopped = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
{
  await using hospital = await startHospital({
    directory: values.directory,
    dicomPort: Number(values["dicom-port"]),
    httpPort: Number(values["http-port"]),
    aeTitle: values["ae-title"],
    stationAeTitle: values["station-ae-title"],
    log: pino({ name: "hospital" }, pino.destination(2)),
  });
  const { dicomPort, httpPort, archiveDirectory } = hospital;
  process.stdout.write(`${JSON.stringify({ dicomPort, httpPort, archiveDirectory })}\n`);
  await stopped;
}
