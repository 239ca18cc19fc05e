import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { finaliseClip } from "../../src/capture/capture.ts";
import { findFfmpeg } from "../../src/devices/devices.ts";
import { type Bench, bounded, quantile } from "./figure.ts";

const fps = 30;
const kills = 200;
const quickKills = 6;
const atOnce = 2;
const mostLostSeconds = 1;
/** Who is killed, in turn. */
const victims = ["node", "ffmpeg", "both"] as const;

interface Rescued {
  readonly lostSeconds: number;
  /** What ffmpeg says when it plays the clip to its end; empty: nothing. */
  readonly complaint: string;
}

export const rescueBench: Bench = {
  name: "rescue.loss",
  what: `SIGKILL of Node, of ffmpeg and of both at ${kills} random moments of a recording: seconds between the last picture seen and the last one kept`,
  run: async (_rounds, isQuick) => {
    const directory = await mkdtemp(join(tmpdir(), "scopeline-bench-"));
    try {
      const { path } = await findFfmpeg();
      const count = isQuick ? quickKills : kills;
      const rescued: Rescued[] = [];
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < count) {
          const at = next;
          next += 1;
          rescued.push(await killOnce(join(directory, `${at}.mp4`), victims[at % victims.length] ?? "both", path));
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      const lost = rescued.map(({ lostSeconds }) => lostSeconds);
      const broken = rescued.filter(({ complaint }) => complaint !== "");
      for (const { complaint } of broken.slice(0, 3)) process.stderr.write(`${complaint}\n`);
      return [
        bounded("rescue.loss.median", "s", quantile(lost, 0.5), null),
        bounded("rescue.loss", "s", Math.max(...lost), mostLostSeconds),
        bounded("rescue.broken", "clips", broken.length, 0),
        bounded("rescue.kills", "kills", rescued.length, null),
      ];
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

async function killOnce(file: string, victim: (typeof victims)[number], ffmpegPath: string): Promise<Rescued> {
  const script = new URL("children/rescue-child.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, file], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let seen = 0;
  let ffmpegPid = 0;
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  createInterface(child.stdout).on("line", (line) => {
    const [word, value] = line.split(" ");
    if (word === "seen") seen = Number(value);
    else if (word === "recording") {
      ffmpegPid = Number(value);
      begun.resolve();
    } else if (word === "ended") ended.resolve();
  });
  await Promise.race([begun.promise, exited]);
  await sleep(1_000 + Math.random() * 2_500);
  const lastSeen = kill(child, ffmpegPid, victim, () => seen);
  if (victim === "ffmpeg") {
    await Promise.race([ended.promise, exited]);
    child.kill("SIGKILL");
  }
  await exited;
  const kept = await finaliseClip(await partOf(file), `${file}.rescued.mp4`, ffmpegPath);
  const played = await promisify(execFile)(ffmpegPath, ["-v", "error", "-i", kept.file, "-f", "null", "-"]).then(
    ({ stderr }) => stderr,
    (error: unknown) => String(error),
  );
  const frames = kept.frames === kept.lastSeq - kept.firstSeq + 1 ? "" : "frames are missing in the middle";
  await Promise.all([file, `${file}.part`, kept.file].map((one) => rm(one, { force: true })));
  return { lostSeconds: Math.max(0, lastSeen - kept.lastSeq) / fps, complaint: played + frames };
}

function kill(child: ChildProcess, ffmpegPid: number, victim: (typeof victims)[number], seen: () => number): number {
  if (victim !== "node") process.kill(ffmpegPid, "SIGKILL");
  const lastSeen = seen();
  if (victim !== "ffmpeg") child.kill("SIGKILL");
  return lastSeen;
}

/** What a start finds: the growing file, or the clip that Node finished because only ffmpeg was killed. */
async function partOf(file: string): Promise<string> {
  return stat(`${file}.part`).then(
    () => `${file}.part`,
    () => file,
  );
}
