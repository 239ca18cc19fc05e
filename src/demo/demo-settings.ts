import { stringify } from "yaml";

export interface DemoPlaces {
  readonly port: number;
  /** The box's own DICOM port, where the hospital reports what it has committed to keep. */
  readonly listenerPort: number;
  readonly hospitalAeTitle: string;
  readonly hospitalDicomPort: number;
}

export const stationAeTitle = "SCOPELINE";

/** The settings file of the demo's box: the simulated hospital for all that a hospital does, the simulated microscope. */
export function demoSettings(places: DemoPlaces): string {
  const { port, listenerPort, hospitalAeTitle, hospitalDicomPort } = places;
  const settings = {
    station: { aeTitle: stationAeTitle, stationName: "DEMO", institutionName: "Simulated Hospital" },
    server: { host: "127.0.0.1", port },
    storage: { directory: "./box" },
    listener: { host: "127.0.0.1", port: listenerPort },
    nodes: [
      {
        name: "Simulated hospital",
        aeTitle: hospitalAeTitle,
        host: "127.0.0.1",
        port: hospitalDicomPort,
        roles: ["worklist", "storage", "mpps", "commitment", "query"],
      },
    ],
    sources: [{ id: "microscope", profile: "simulated-microscope" }],
    procedures: { holdWindowMinutes: 1 },
  };
  const head = "# Written anew by each start of the demo. config.example.yaml explains every setting.\n";
  return head + stringify(settings);
}
