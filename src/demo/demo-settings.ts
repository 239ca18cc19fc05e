import { stringify } from "yaml";

export interface DemoPlaces {
  readonly port: number;
  readonly hospitalAeTitle: string;
  readonly hospitalDicomPort: number;
}

export const stationAeTitle = "SCOPELINE";

/** The settings file of the demo's box: the simulated hospital for worklist and archive, the simulated microscope. */
export function demoSettings({ port, hospitalAeTitle, hospitalDicomPort }: DemoPlaces): string {
  const settings = {
    station: { aeTitle: stationAeTitle, stationName: "DEMO", institutionName: "Simulated Hospital" },
    server: { host: "127.0.0.1", port },
    storage: { directory: "./box" },
    listener: { host: "127.0.0.1", port: 0 },
    nodes: [
      {
        name: "Simulated hospital",
        aeTitle: hospitalAeTitle,
        host: "127.0.0.1",
        port: hospitalDicomPort,
        roles: ["worklist", "storage"],
      },
    ],
    sources: [{ id: "microscope", profile: "simulated-microscope" }],
    procedures: { holdWindowMinutes: 1 },
  };
  const head = "# Written anew by each start of the demo. config.example.yaml explains every setting.\n";
  return head + stringify(settings);
}
