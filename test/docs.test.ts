/** What the documents say of the code is so. Settings and API have tests of their own beside their generators. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { sopClasses } from "../src/dicom/dicom.ts";

const root = resolve(import.meta.dirname, "..");
const textOf = (file: string): string => readFileSync(join(root, file), "utf8").replaceAll(/\s+/g, " ");
const documents = [
  "README.md",
  "CHANGELOG.md",
  "systemd/README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

describe("links", () => {
  it.each(documents)("of %s lead somewhere", (file) => {
    const links = [...readFileSync(join(root, file), "utf8").matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)(#[^)]*)?\)/g)];
    const missing = links
      .map((link) => String(link[1]))
      .filter((target) => {
        try {
          readFileSync(join(root, file, "..", target));
          return false;
        } catch (error) {
          return (error as NodeJS.ErrnoException).code !== "EISDIR";
        }
      });
    expect(missing).toEqual([]);
  });
});

it("README names every SOP class that is composed, and no other", () => {
  const readme = textOf("README.md");
  for (const { name, kind } of Object.values(sopClasses)) {
    const short = name.replace(/ Image$/, "");
    // Lists say "VL Endoscopic, VL Microscopic or VL Photographic Image".
    expect(readme).toContain(kind === "still" && short === "Secondary Capture" ? "Secondary Capture" : short);
  }
  expect(readme.match(/\b(VL|Video) (Endoscopic|Microscopic|Photographic)\b/g)?.length).toBe(6);
});

it("the scripts that README tells of are there", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  for (const match of textOf("README.md").matchAll(/npm (?:run )?(demo|test|check|bench|start)\b/g)) {
    expect(Object.keys(scripts)).toContain(match[1]);
  }
});

it("every decision is in the list of decisions", () => {
  const list = textOf("docs/decisions/README.md");
  const pages = readdirSync(join(root, "docs/decisions")).filter((name) => name !== "README.md");
  for (const page of pages) expect(list).toContain(`(${page})`);
});

it("every dependency has its reason", () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  ) as Record<string, Record<string, string>>;
  const reasons = textOf("docs/decisions/005-dependencies.md");
  const names = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(names.filter((name) => !name.startsWith("@types/") && !reasons.includes(`\`${name}\``))).toEqual([]);
});

describe("the unit of systemd", () => {
  const unit = readFileSync(join(root, "systemd/scopeline.service"), "utf8").split("\n");

  it.each(["MemorySwapMax=0", "LimitCORE=0"])("keeps pictures in memory out of files: %s", (line) => {
    expect(unit).toContain(line);
  });

  it.each([
    "SupplementaryGroups=video render input audio",
    "DeviceAllow=char-video4linux rw",
    "DeviceAllow=char-drm rw",
    "DeviceAllow=char-nvidia* rw",
    "DeviceAllow=char-blackmagic* rw",
    "DeviceAllow=/dev/blackmagic/io0 rw",
    "DeviceAllow=char-input r",
    "DeviceAllow=char-gpiochip rw",
    "DeviceAllow=char-alsa rw",
  ])("lets the box have its cameras, encoders, pedals, buttons and loudspeaker: %s", (line) => {
    expect(unit).toContain(line);
  });

  it("names no group that its installation does not make: it would not start (216/GROUP)", () => {
    const made = readFileSync(join(root, "systemd/scopeline.sysusers.conf"), "utf8").split("\n");
    const groups = unit.flatMap((line) => /^SupplementaryGroups=(.*)/.exec(line)?.[1]?.split(" ") ?? []);
    expect(groups.filter((group) => !made.includes(`g ${group} - -`))).toEqual([]);
    expect(groups).toHaveLength(4);
    expect(unit).toContain("User=scopeline");
    expect(made.some((line) => line.startsWith("u scopeline - "))).toBe(true);
    expect(textOf("systemd/README.md")).toContain("systemd-sysusers scopeline.conf");
  });
});
