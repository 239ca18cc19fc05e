/** The text of docs/inputs.md. A test compares it with the file. */
import type { DeviceProfile } from "./device-profile.ts";
import { assumedFigures } from "./figures.ts";
import type { LoadedProfiles } from "./load-profiles.ts";
import { paths, untestedPaths } from "./paths.ts";
import { fullShape } from "./picture.ts";

/** What the page says of itself: written by `node src/devices/generate.ts`. Pure. */
export function inputsPage({ profiles, models }: LoadedProfiles): string {
  const inputs = [...profiles.values()].filter(({ id }) => !models.has(id));
  return `${[
    "# Inputs, microscopes and towers",
    "Written by `node src/devices/generate.ts`; change the profiles or `src/devices/`, not this page.",
    "A source of the settings names a *profile*: an input below, or a model on top of an input. `input.via` puts a model on another input than its usual one:",
    '```yaml\nsources:\n  - id: scope\n    profile: leica-m530\n    input:\n      via: usb-uvc-grabber\n      device: "id:usb:0fd9:0066:A00123"\n```',
    "## Which video device",
    devicesText,
    "## Inputs",
    table(["Profile", "What it is", "Picture", "Untested"], inputs.map(inputRow)),
    "## Models",
    "Each on the input that it usually hangs on. No figure below was read in a document of the manufacturer that may be cited, or measured on the device: they are **assumed**, the first output is used, and `scopeline settings`, the log at start and `GET /api/sources` (`assumed`) say so. Set `width`, `height` and `fps` under `input` to what your device gives.",
    table(
      ["Model", "Device", "Usual input", "Outputs", "Untested"],
      [...models.values()].map((model) => modelRow(model, profiles.get(model.id))),
    ),
    "## Assumed figures",
    "What nobody has verified on a real device.",
    table(
      ["Profile", "Assumed"],
      inputs
        .filter(({ assumed }) => assumed.length > 0)
        .map((profile) => [code(profile.id), assumedFigures(profile).join("; ")]),
    ),
    "## Paths, and the test that ran each",
    "A path that no test ran reads **untested** here, in `GET /api/sources` and on the screen.",
    table(
      ["Path", "Ran in"],
      Object.values(paths).map(({ words, test }) => [words, test === null ? "**untested**" : code(test)]),
    ),
    "## Network encoders",
    networkText,
    "## 2160p",
    uhdText,
    "## DeckLink",
    deckLinkText,
  ].join("\n\n")}\n`;
}

const devicesText = `\`scopeline devices --config FILE\`, and \`GET /api/devices\`, list the video devices of the box with the formats, sizes and rates
that \`v4l2-ctl\` (Debian: v4l-utils) or else ffmpeg tells, and with the names for \`input.device\`:

- \`id:usb:VENDOR:PRODUCT:SERIAL\` stays with the card, in whichever socket it is. It is offered only where no other card that is
  plugged in has the same: cheap grabbers all have one serial number.
- \`id:path:…\` stays with the socket: whatever is plugged in there. For two equal cards this is the one to use.
- \`/dev/video0\` may be another card after the next plug. Paths under \`/dev/v4l/by-id/\` work where udev runs.

An \`id:\` is looked up at each start of the source. While the card is out, the box looks twice a second and the picture comes back
by itself, also under another number. If two cards fit, neither is taken: the screen says which names to choose from.

An HDMI or SDI card that has digital timings is asked what arrives at its socket (\`v4l2-ctl --query-dv-timings\`, every 3 s, also while it
is read: asking changes nothing): no signal, an unstable one, one that it cannot take, or another size or rate than the profile's is
said on the screen. USB grabbers tell nothing of it.`;

const networkText = `Clips are the encoder's own H.264, untouched, where that is legal DICOM as it comes (\`passThrough: when-legal\`). Set the
encoder to High profile, 4:2:0 with 8 bits, progressive, no B frames, a key frame every second, the level of the profile
(\`clip.encoder.level\`, 4.1 at 1080p30), and its size, rate and colour to those of the source; send over RTSP (TCP), SRT or MPEG-TS.
Anything else is decoded and encoded again: \`passThrough.because\` of \`GET /api/sources\`, the health and the name of the source on
the screen say what it was. After a lost packet such a picture stands still until the next key frame, and the frames are counted;
where that comes again and again it is encoded again. \`input.passThrough: never\` in the settings turns it off.`;

const uhdText = `H.264 ends at 1920×1080 in DICOM, so clips of 3840×2160 are HEVC (\`clip.encoder.codec: "libx265"\`, Main Profile, level 5.1,
at most 40 Mbit/s). \`hdmi-sdi-v4l2-card-2160p\` prefers a hardware encoder, each probed at start by ten frames; none was ever run by
a test. Without one the CPU encodes, and whether it keeps up is **unproven**: the screen and \`GET /api/sources\` (\`untested\`) say so, and
every frame that is lost is counted and told. Where an ffmpeg has no libx265, clips that H.264 may hold are H.264, and the source
says why. An archive that takes no HEVC gets H.264 of the same clip, scaled down to what a level allows and marked as derived
(\`encoding.clips\` of a node: \`videoMicroscopicH264\` and its like).`;

const deckLinkText = `Debian's ffmpeg cannot read DeckLink cards: the vendor's SDK may not be distributed with it. Get the *Desktop Video* driver
and the *Desktop Video SDK* from Blackmagic Design, build ffmpeg 5.1 or later with the SDK's headers
(\`./configure --enable-gpl --enable-nonfree --enable-libx264 --enable-decklink --extra-cflags=-I/path/to/SDK/Linux/include\`), and name it
under \`ffmpeg.path\` of the settings. Such a build may not be passed on. \`ffmpeg -sources decklink\` lists the cards: write the name
under \`input.card\`. \`ffmpeg -f decklink -list_formats 1 -i "NAME"\` lists the modes. The systemd unit allows
\`/dev/blackmagic/*\`. A source with this profile is refused, with these words in short, where ffmpeg has no decklink.
No test has run it: **untested**.`;

function inputRow(profile: DeviceProfile): string[] {
  const { width, height, fpsNum, fpsDen } = fullShape(profile);
  const rate = Number((fpsNum / fpsDen).toFixed(2));
  const picture = `${width}×${height}, ${rate} fps, ${profile.input.pixelFormat}`;
  const { preferred = [] } = profile.clip.encoder;
  const untested = new Set([...preferred, undefined].flatMap((encoder) => untestedPaths(profile, encoder)));
  return [code(profile.id), profile.model, picture, [...untested].join(", ") || "–"];
}

function modelRow(
  {
    id,
    manufacturer,
    model,
    base,
    outputs,
  }: { readonly [key in "id" | "manufacturer" | "model" | "base"]: string } & {
    readonly outputs: NonNullable<DeviceProfile["outputs"]>;
  },
  profile: DeviceProfile | undefined,
): string[] {
  const shown = outputs.map(
    ({ connector, width, height, fps, interlaced }) =>
      `${connector} ${width}×${height} ${interlaced ? "interlaced" : "progressive"} ${Number((fps.num / fps.den).toFixed(2))}`,
  );
  const untested = profile === undefined ? [] : untestedPaths(profile);
  return [code(id), `${manufacturer} ${model}`, code(base), shown.join("; "), untested.join(", ")];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}
