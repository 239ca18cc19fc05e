/** The public face of this room: other rooms import from here only. */
export { authorizationFrom, type CredentialFiles } from "./authorization.ts";
export { DicomWebError, type DicomWebErrorCode } from "./dicomweb-error.ts";
export { type FoundInstances, findInstances, type InstanceQuery } from "./find-instances.ts";
export type { Piece } from "./request-body.ts";
export { type InstanceAddress, retrieveInstance } from "./retrieve-instance.ts";
export { type StowAnswer, type StowItem, storeInstances } from "./store-instances.ts";
export type { StowResult } from "./store-response.ts";
export type { DicomWebTarget } from "./target.ts";
