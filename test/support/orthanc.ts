import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { need, whyNot } from "./programs.ts";
import { freePort, type RunningProgram, start, until } from "./run.ts";

export interface Orthanc extends AsyncDisposable {
  readonly dicomPort: number;
  readonly httpPort: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly aeTitle: string;
  readonly program: RunningProgram;
}

/** Orthanc on loopback with a database of its own. `lua`: faults, see field/peers.md; `settings` go over the defaults. */
export async function startOrthanc(options: {
  readonly directory: string;
  readonly lua?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}): Promise<Orthanc> {
  const { directory, lua = "", settings = {} } = options;
  const [dicomPort, httpPort] = [await freePort(), await freePort()];
  const aeTitle = "ORTHANC";
  await mkdir(path.join(directory, "db"), { recursive: true });
  await writeFile(path.join(directory, "faults.lua"), lua);
  const defaults = {
    StorageDirectory: "db",
    IndexDirectory: "db",
    Plugins: whyNot("orthanc-dicomweb") ? [] : [need("orthanc-dicomweb")],
    HttpPort: httpPort,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    DicomAet: aeTitle,
    DicomPort: dicomPort,
    DicomAlwaysAllowFind: true,
    MaximumPduLength: 131_072,
    SaveJobs: false,
    LuaScripts: ["faults.lua"],
  };
  const configuration = path.join(directory, "orthanc.json");
  await writeFile(configuration, JSON.stringify({ ...defaults, ...settings }));
  const env = { TCP_NODELAY: "1" };
  const program = start({ program: need("Orthanc"), args: [configuration], cwd: directory, env });
  const url = `http://127.0.0.1:${httpPort}`;
  const answers = async (): Promise<true | undefined> =>
    fetch(`${url}/system`).then(
      async (response) => {
        await response.arrayBuffer();
        // One that wants a password first is there, too.
        return response.ok || response.status === 401 ? true : undefined;
      },
      () => undefined,
    );
  await until(answers, program);
  return { dicomPort, httpPort, url, aeTitle, program, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}
