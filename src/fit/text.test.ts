import { describe, expect, it } from "vitest";
import { characterSetsToTry, judgeText, textSubject } from "./text.ts";

const sent = textSubject("ISO_IR 192");
const back = (name: string, description = "") => ({ PatientName: name, StudyDescription: description });
const judged = (name: string, description?: string) => {
  const { latin, wide } = judgeText("ISO_IR 192", sent, back(name, description), "query");
  return [latin, wide];
};

describe("text that comes back", () => {
  it("is kept when every letter is there, in capitals, decomposed or padded too", () => {
    const { patientName, studyDescription } = sent;
    expect(judged(patientName, studyDescription)).toEqual(["kept", "kept"]);
    expect(judged(` ${patientName.toUpperCase().normalize("NFD")}  `)).toEqual(["kept", "unknown"]);
  });

  it("is changed when letters are lost or read in another character set", () => {
    expect(judged(sent.patientName.replace(/[^ -~]/g, "?"))[0]).toBe("changed");
    expect(judged(Buffer.from(sent.patientName).toString("latin1"))[0]).toBe("changed");
    expect(judged(sent.patientName, sent.studyDescription.replace("山田", "??"))[1]).toBe("changed");
  });

  it("is unknown when nothing comes", () => {
    expect(judgeText("ISO_IR 192", sent, undefined, null)).toMatchObject({ latin: "unknown", wide: "unknown" });
    expect(judged("")).toEqual(["unknown", "unknown"]);
  });
});

describe("the synthetic patients", () => {
  it("are somebody else for each character set, and say in all of them that they are none", () => {
    const subjects = characterSetsToTry("ISO_IR 100").map(textSubject);
    expect(new Set(subjects.map(({ patientId }) => patientId)).size).toBe(2);
    for (const { patientName, patientId } of subjects)
      expect(`${patientName} ${patientId}`).toMatch(/SCOPELINE\^FIT .*SCOPELINE-FIT/);
  });
});
