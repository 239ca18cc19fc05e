/** Peers of DCMTK that take only some things: for fit tests. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { need } from "./programs.ts";
import { freePort, portAnswers, type RunningProgram, start } from "./run.ts";

interface Dcmtk extends AsyncDisposable {
  readonly port: number;
  readonly aeTitle: string;
  readonly program: RunningProgram;
}

const secondaryCaptureOnly = `
[[TransferSyntaxes]]
[Plain]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEG]
TransferSyntax1 = JPEGBaseline
[[PresentationContexts]]
[Stills]
PresentationContext1 = VerificationSOPClass\\Plain
PresentationContext2 = SecondaryCaptureImageStorage\\JPEG
[[Profiles]]
[Default]
PresentationContexts = Stills
`;

/** storescp that takes Secondary Capture in JPEG and nothing else. */
export async function startJpegStorescp(directory: string): Promise<Dcmtk> {
  await mkdir(directory, { recursive: true });
  const configuration = join(directory, "storescp.cfg");
  await writeFile(configuration, secondaryCaptureOnly);
  const args = ["-aet", "JPEGONLY", "-od", directory, "-xf", configuration, "Default"];
  return startDcmtk(need("storescp"), "JPEGONLY", directory, (port) => [...args, String(port)]);
}

/** DCMTK's query/retrieve archive: takes H.264 High@4.1 and what is uncompressed, answers queries, commits to nothing. */
export async function startDcmqrscp(directory: string): Promise<Dcmtk> {
  const store = join(directory, "store");
  await mkdir(store, { recursive: true });
  const configuration = join(directory, "dcmqrscp.cfg");
  const lines = [
    "MaxPDUSize = 16384",
    "MaxAssociations = 16",
    "HostTable BEGIN",
    "HostTable END",
    "VendorTable BEGIN",
    "VendorTable END",
    "AETable BEGIN",
    `QRSCP ${store} RW (1000, 1024mb) ANY`,
    "AETable END",
    "",
  ];
  await writeFile(configuration, lines.join("\n"));
  const program = join(dirname(need("storescp")), "dcmqrscp");
  const args = ["-c", configuration, "+xn"];
  return startDcmtk(program, "QRSCP", directory, (port) => [...args, String(port)]);
}

async function startDcmtk(
  program: string,
  aeTitle: string,
  cwd: string,
  args: (port: number) => readonly string[],
): Promise<Dcmtk> {
  const port = await freePort();
  const running = start({ program, args: args(port), cwd, env: { TCP_NODELAY: "1" } });
  await portAnswers(port, running);
  return { port, aeTitle, program: running, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}
