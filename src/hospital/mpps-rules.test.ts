import { describe, expect, it } from "vitest";
import { judgeSet } from "./mpps-rules.ts";

const series = {
  ...{ ProtocolName: "Microscopy", SeriesInstanceUID: "2.25.3", PerformingPhysicianName: "", OperatorsName: "" },
  ...{ SeriesDescription: "", RetrieveAETitle: "", ReferencedImageSequence: [] },
  ReferencedNonImageCompositeSOPInstanceSequence: [],
};
/** As much of a step as these rules look at. */
const begun = {
  ...{ PerformedProcedureStepStatus: "IN PROGRESS", PerformedProcedureStepEndDate: "" },
  ...{ PerformedProcedureStepEndTime: "", PerformedSeriesSequence: [], PerformedProcedureStepDescription: "" },
  PerformedProcedureStepDiscontinuationReasonCodeSequence: [],
};
const times = { PerformedProcedureStepEndDate: "20261124", PerformedProcedureStepEndTime: "1130" };

describe("a change of a step", () => {
  it("may come in parts: what was set before counts at the end", () => {
    const half = { PerformedSeriesSequence: [series] };
    expect(judgeSet(begun, half)).toEqual({ status: 0 });
    const end = { ...times, PerformedProcedureStepStatus: "COMPLETED" };
    expect(judgeSet({ ...begun, ...half }, end)).toEqual({ status: 0 });
    expect(judgeSet(begun, end)).toMatchObject({ status: 0x0121, comment: "no value: PerformedSeriesSequence" });
  });

  it("wants a whole series, also with no picture in it", () => {
    const end = { ...times, PerformedProcedureStepStatus: "DISCONTINUED" };
    expect(judgeSet(begun, { ...end, PerformedSeriesSequence: [series] })).toEqual({ status: 0 });
    const { RetrieveAETitle: _, ...short } = series;
    expect(judgeSet(begun, { ...end, PerformedSeriesSequence: [series, short] })).toMatchObject({ status: 0x0120 });
    const nameless = { ...series, ProtocolName: "" };
    expect(judgeSet(begun, { ...end, PerformedSeriesSequence: [nameless] })).toMatchObject({ status: 0x0121 });
  });

  it.each(["COMPLETED", "DISCONTINUED"])("is refused when the step is %s, whatever it says", (state) => {
    const step = { ...begun, PerformedProcedureStepStatus: state };
    expect(judgeSet(step, { PerformedProcedureStepStatus: "IN PROGRESS" })).toMatchObject({
      ...{ status: 0x0110, errorId: 0xa710 },
    });
  });
});
