import { spawn } from "node:child_process";

/** No sound is longer than a second: a player that takes longer waits for a device that does not play. */
const longestMs = 4_000;

/**
 * Plays a WAV with aplay (alsa-utils), on `device` or ALSA's default. Resolves when it was played; rejects with words for
 * the person at the screen.
 */
export function play(wav: Buffer, device: string | null, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const where = device === null ? [] : ["--device", device];
    const child = spawn("aplay", ["--quiet", "--file-type", "wav", ...where, "-"], {
      stdio: ["pipe", "ignore", "pipe"],
      timeout: longestMs,
      killSignal: "SIGKILL",
      signal,
    });
    let said = "";
    child.once("error", (error) => {
      const isMissing = "code" in error && error.code === "ENOENT";
      const message = isMissing
        ? "The box plays no sounds: install the package alsa-utils (apt-get install alsa-utils)."
        : `The box plays no sounds: ${error.message}.`;
      reject(new Error(message));
    });
    child.once("close", (code) => {
      if (code === 0) resolve();
      else {
        const why = said.trim().replaceAll("\n", " ") || "the loudspeaker did not take the sound";
        const message = `The box plays no sounds: check the loudspeaker, the group audio and sounds.device. ${why}`;
        reject(new Error(message));
      }
    });
    // A process that may open no more files gets a child without pipes; its error comes after this.
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = `${said}${text}`.slice(-200);
    });
    // A player that is gone says so by its end.
    child.stdin?.on("error", () => {});
    child.stdin?.end(wav);
  });
}
