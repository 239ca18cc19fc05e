/** Names of keys that pedals and buttons send (linux/input-event-codes.h), for people. */
const names: Readonly<Record<number, string>> = {
  1: "Escape",
  14: "Backspace",
  15: "Tab",
  28: "Enter",
  29: "Left Control",
  42: "Left Shift",
  54: "Right Shift",
  56: "Left Alt",
  57: "Space",
  58: "Caps Lock",
  96: "Keypad Enter",
  97: "Right Control",
  99: "Print",
  100: "Right Alt",
  102: "Home",
  103: "Up",
  104: "Page Up",
  105: "Left",
  106: "Right",
  107: "End",
  108: "Down",
  109: "Page Down",
  110: "Insert",
  111: "Delete",
  113: "Mute",
  114: "Volume Down",
  115: "Volume Up",
  125: "Left Super",
  126: "Right Super",
  164: "Play",
  212: "Camera",
  256: "Button 1",
};
const letters: readonly (readonly [first: number, keys: string])[] = [
  [2, "1234567890"],
  [16, "QWERTYUIOP"],
  [30, "ASDFGHJKL"],
  [44, "ZXCVBNM"],
];

/** What a person calls the key with this code: "B", "F5", "Page Down"; a line of a GPIO chip by its number. */
export function keyName(device: string, code: number): string {
  if (device.startsWith("gpio:")) return `line ${code}`;
  const known = names[code];
  if (known !== undefined) return known;
  if (code >= 59 && code <= 68) return `F${code - 58}`;
  if (code === 87 || code === 88) return `F${code - 76}`;
  if (code >= 183 && code <= 194) return `F${code - 170}`;
  for (const [first, keys] of letters) if (code >= first && code < first + keys.length) return keys[code - first] ?? "";
  return code >= 256 && code < 266 ? `Button ${code - 255}` : `key ${code}`;
}

/** Fingers on a touch panel and mouse buttons: never a trigger, or the touch on the screen itself would be learned. */
export function isPointer(code: number): boolean {
  return (code >= 0x110 && code <= 0x117) || (code >= 0x140 && code <= 0x15f);
}
