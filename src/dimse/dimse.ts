/** The DICOM upper layer (PS3.8) and DIMSE services (PS3.7): what other rooms may use. */
export { type Acceptor, type ListenOptions, listen } from "./acceptor.ts";
export type { AcceptorService, Caller } from "./acceptor-service.ts";
export { Association, type AssociationEnd } from "./association.ts";
export { DimseError, type DimseErrorCode } from "./dimse-error.ts";
export type { Deadlines } from "./limits.ts";
export { verificationSopClass } from "./names.ts";
export type { PresentationContext } from "./negotiate.ts";
export { type OpenOptions, openAssociation, type RemoteAddress } from "./open-association.ts";
export { type EventReport, eventReportService } from "./services/event-report.ts";
export type { FindAnswers, FindOptions } from "./services/find.ts";
export type { GetOptions, GetResponse } from "./services/get.ts";
export type { NResponse } from "./services/normalized.ts";
export type { StoreInput, StoreResponse } from "./services/store.ts";
