import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStorescp } from "../../test/support/peers.ts";
import { authority, ownCertificate, ownKey, peerCertificate, peerKey } from "../../test/support/tls-identity.ts";
import { type Bench, bounded, compared, type Figure } from "./figure.ts";
import { makeInstances, quick } from "./instances.ts";
import { measureChild, run } from "./run.ts";

interface Sending {
  readonly name: string;
  readonly kind: "still" | "clip";
  readonly count: number;
  readonly sizeBytes: number;
  readonly isTls: boolean;
}

/** Where the certificates lie; empty: without TLS. */
type TlsFolder = string;

/** Mutual TLS, as both DCMTK programs take it on their command lines. */
function tlsArguments(folder: TlsFolder, who: "own" | "peer"): string[] {
  if (folder === "") return [];
  const pem = (name: string): string => join(folder, `${name}.pem`);
  return ["+tls", pem(`${who}Key`), pem(`${who}Certificate`), "+cf", pem("authority")];
}

async function writeCertificates(folder: string): Promise<TlsFolder> {
  await mkdir(folder);
  const files = { authority, ownCertificate, ownKey, peerCertificate, peerKey };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, `${name}.pem`), text);
  return folder;
}

/** DCMTK's storescu, as fast as it goes: without Nagle, with the largest PDU, proposing only what is sent. */
function storescu(port: number, { kind }: Sending, files: readonly string[], tls: TlsFolder) {
  const propose = kind === "still" ? "-xy" : "-xn";
  const args = [
    ...[...tlsArguments(tls, "own"), "-R", propose, "-pdu", "131072", "--max-send-pdu", "131072"],
    ...["-aec", "ANY-SCP", "127.0.0.1", String(port), ...files],
  ];
  return run("storescu", args, { TCP_NODELAY: "1" });
}

function storeBench(sending: Sending): Bench {
  const { name, count, sizeBytes, isTls } = sending;
  const over = isTls ? " over mutual TLS" : "";
  return {
    name,
    what: `C-STORE of ${count} × ${sizeBytes / 1e6} MB${over} on one association, against DCMTK storescu to the same storescp`,
    run: (rounds, isQuick) => measure(isQuick ? { ...sending, ...quick(count, sizeBytes) } : sending, rounds),
  };
}

async function measure(sending: Sending, rounds: number): Promise<Figure[]> {
  const { name, kind, count, sizeBytes, isTls } = sending;
  const directory = await mkdtemp(join(tmpdir(), "scopeline-bench-"));
  try {
    const tls = isTls ? await writeCertificates(join(directory, "tls")) : "";
    const instances = await makeInstances(directory, kind, count, sizeBytes);
    const files = instances.map((instance) => instance.file);
    const received = join(directory, "received");
    await mkdir(received);
    const extraArguments = [...tlsArguments(tls, "peer"), "+B", "-pdu", "131072", "+xa"];
    await using peer = await startStorescp({ directory: received, extraArguments });
    const ours: number[] = [];
    const theirs: number[] = [];
    let peakMb = 0;
    const forget = async () => {
      await checkArrived(received, sending);
      await rm(received, { recursive: true });
      await mkdir(received);
      // What the disk still has to write of one transfer is not to be paid by the next.
      await run("sync", []);
    };
    const measureOurs = async (isCounted: boolean) => {
      const { ms, peakMb: mb } = await measureChild("store-child.ts", [String(peer.port), tls, ...files]);
      await forget();
      peakMb = Math.max(peakMb, mb);
      if (isCounted) ours.push(ms);
    };
    const measureTheirs = async (isCounted: boolean) => {
      const { ms } = await storescu(peer.port, sending, files, tls);
      await forget();
      if (isCounted) theirs.push(ms);
    };
    await run("sync", []);
    // The first of each warms the page cache and is not counted; then each goes first in turn.
    for (let round = -1; round < rounds; round += 1) {
      const order = round % 2 === 0 ? [measureTheirs, measureOurs] : [measureOurs, measureTheirs];
      for (const measureOne of order) await measureOne(round >= 0);
    }
    return [compared(name, "ms", ours, theirs, 1.1), bounded(`${name}.memory`, "MB", peakMb, 150)];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A transfer that did not arrive is a fast one. */
async function checkArrived(directory: string, { count, sizeBytes }: Sending): Promise<void> {
  const files = await readdir(directory);
  const arrived = await Promise.all(files.map(async (file) => (await stat(join(directory, file))).size > sizeBytes));
  const whole = arrived.filter((isWhole) => isWhole).length;
  if (whole !== count) throw new Error(`${whole} of ${count} instances arrived whole`);
}

const sizes: readonly Omit<Sending, "isTls">[] = [
  // The longest that one fragment holds is a little more (PS3.5 A.4).
  { name: "store.4gb", kind: "clip", count: 1, sizeBytes: 4_000_000_000 },
  { name: "store.1gb", kind: "clip", count: 1, sizeBytes: 1_000_000_000 },
  { name: "store.200x400kb", kind: "still", count: 200, sizeBytes: 400_000 },
  { name: "store.5000x60kb", kind: "still", count: 5_000, sizeBytes: 60_000 },
];

export const storeBenches: readonly Bench[] = sizes.flatMap((size) => [
  storeBench({ ...size, isTls: false }),
  storeBench({ ...size, name: `${size.name}.tls`, isTls: true }),
]);
