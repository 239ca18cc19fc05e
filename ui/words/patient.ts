/** Who the patient is. */
import type { Side } from "../lib/side.ts";

export const patientWords = {
  patient: {
    none: "NO PATIENT",
    noneMeans: "pictures are kept as unassigned",
    choose: "Choose patient",
    temporary: "TEMPORARY IDENTITY",
    match: "Match patient",
    nameUnknown: "Name unknown",
    born: "Born",
    bornUnknown: "Birth date unknown",
    sex: { M: "Male", F: "Female", O: "Other sex" },
    sexUnknown: "Sex unknown",
    id: "ID",
    idUnknown: "ID unknown",
    procedureUnknown: "Procedure not stated",
  },
  side: { L: "LEFT", R: "RIGHT", B: "BOTH SIDES" } satisfies Record<Side, string>,
  sideUnknown: "Side not stated",
} as const;
