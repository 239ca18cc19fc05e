import { once } from "node:events";
import { parseArgs } from "node:util";
import { pino } from "pino";
import { type PeerAddress, startHospital } from "./hospital.ts";

const { values } = parseArgs({
  options: {
    directory: { type: "string" },
    "dicom-port": { type: "string", default: "0" },
    "http-port": { type: "string", default: "0" },
    "ae-title": { type: "string", default: "HOSPITAL" },
    "station-ae-title": { type: "string", default: "SCOPELINE" },
    // AE=HOST:PORT, as often as there are peers that ask for storage commitment.
    "report-to": { type: "string", multiple: true, default: [] },
  },
});
if (!values.directory) throw new Error("say where the archive goes: --directory DIR");

/** `SCOPELINE=127.0.0.1:11112` */
function peer(text: string): [string, PeerAddress] {
  const [, aeTitle = "", host = "", port = ""] = /^(.{1,16})=(.+):([0-9]{1,5})$/.exec(text) ?? [];
  if (!aeTitle) throw new Error("say where reports go as --report-to AE=HOST:PORT");
  return [aeTitle, { host, port: Number(port) }];
}

const stopped = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
{
  await using hospital = await startHospital({
    directory: values.directory,
    dicomPort: Number(values["dicom-port"]),
    httpPort: Number(values["http-port"]),
    aeTitle: values["ae-title"],
    stationAeTitle: values["station-ae-title"],
    reportTo: Object.fromEntries(values["report-to"].map(peer)),
    log: pino({ name: "hospital" }, pino.destination(2)),
  });
  const { dicomPort, httpPort, archiveDirectory } = hospital;
  process.stdout.write(`${JSON.stringify({ dicomPort, httpPort, archiveDirectory })}\n`);
  await stopped;
}
