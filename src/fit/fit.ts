/** The public face of this room: tries a node with everything it may meet, and proposes its settings. */
export { FitError, type FitErrorCode } from "./fit-error.ts";
export { FitReports } from "./fit-reports.ts";
export { runFitTest } from "./fit-test.ts";
export type { FitNode, FitOptions, FitOriginals, FitProgress, FitRole, FitSettings, FitSizes } from "./node.ts";
export type { FitProposal, FitProposed } from "./propose.ts";
export { type FitReport, fitReportText } from "./report.ts";
export { fitSettingsYaml } from "./settings-yaml.ts";
export type { FitStep, FitStepName } from "./steps.ts";
