/** Records until it is killed: path of the clip. Prints the pid of ffmpeg, then each frame number as it was seen; what it kept, if it lives. */
import { writeSync } from "node:fs";
import { profileOf, rigFor } from "../../../test/integration/capture-rig.ts";

const [file = ""] = process.argv.slice(2);
const rig = await rigFor(profileOf("simulated-microscope", { width: 640, height: 360, fps: 30 }));
const { source } = rig;
const say = (word: string, value: number | string): void => void writeSync(1, `${word} ${value}\n`);
await rig.until(() => source.state().state === "live", "a picture");
source.onClipEnded(({ clip }) => {
  clip.then(
    () => say("ended", "kept"),
    () => say("ended", "lost"),
  );
});
await source.startClip({ id: "c", file });
say("recording", source.childPid ?? 0);
source.onPreview(({ seq }) => say("seen", seq));
