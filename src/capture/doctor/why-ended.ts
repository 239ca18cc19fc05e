import type { DeviceInput } from "../../devices/devices.ts";

/** What ffmpeg's last words mean for the person at the screen, and what to do. Pure. */
export function whyEnded(tail: readonly string[], input: DeviceInput): string {
  const words = tail.join("\n");
  const place = placeOf(input);
  if (/No such device|No such file or directory|ENOENT/.test(words)) return `${place} is not there. ${cureOf(input)}`;
  if (/Device or resource busy|Address already in use/.test(words)) {
    return `${place} is used by another program. Close it; Scopeline goes on trying.`;
  }
  if (/Permission denied/.test(words)) return `Scopeline may not open ${place}. Call technical service.`;
  if (/Connection refused|timed out|Network is unreachable|No route to host|Connection reset/i.test(words)) {
    return `${place} does not answer. Check that the encoder is on and its cable is in.`;
  }
  if (/401 Unauthorized|403 Forbidden/.test(words))
    return `${place} wants a user name and password. Call technical service.`;
  if (/Input\/output error/.test(words)) return `${place} stopped delivering. ${cureOf(input)}`;
  if (/Invalid data found/.test(words)) return `${place} delivers no picture that can be read. Check its settings.`;
  return `The picture from ${place} ended. Scopeline starts it again.`;
}

/** The same for a source that is open and says nothing. Pure. */
export function whySilent(input: DeviceInput): string {
  return `No picture comes from ${placeOf(input)}. ${cureOf(input)}`;
}

function cureOf(input: DeviceInput): string {
  switch (input.kind) {
    case "v4l2":
    case "decklink":
      return "Check that the microscope is on and the video cable is in.";
    case "rtsp":
    case "srt":
    case "udp":
      return "Check that the encoder is on and its cable is in.";
    case "file":
      return "Check the file named in the settings.";
    case "pipe":
      return "Check that the program which writes the frames runs.";
    case "simulated":
      return "Scopeline starts it again.";
    default:
      return input satisfies never;
  }
}

/** Never more of an address than host and port: it may hold a password. */
function placeOf(input: DeviceInput): string {
  switch (input.kind) {
    case "v4l2":
      return `The video input ${input.device}`;
    case "rtsp":
    case "srt":
    case "udp": {
      // A password may hold any character: what counts is what follows the last @, and only if it looks like a host.
      const address = input.url.replace(/\?.*$/s, "").replace(/^[a-z]+:\/\//i, "");
      const host = address.slice(address.lastIndexOf("@") + 1).split("/")[0] ?? "";
      const isHost = /^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d+)?$/i.test(host);
      return isHost ? `The network video ${host}` : "The network video";
    }
    case "file":
      return "The video file";
    case "pipe":
      return "The program that writes the frames";
    case "decklink":
      return `The video card ${input.card}`;
    case "simulated":
      return "The simulated microscope";
    default:
      return input satisfies never;
  }
}
