import dimse from "dcmjs-dimse";
import type { FaultOf } from "./fault-kinds.ts";
import type { FaultBoard } from "./faults.ts";
import {
  modalityWorklist,
  performedProcedureStep,
  querySyntaxes,
  storageClasses,
  storageCommitment,
  storageSyntaxes,
  studyRootFind,
  verification,
} from "./uids.ts";

type Association = InstanceType<typeof dimse.association.Association>;

/** Without compressed data sets. */
const services: ReadonlySet<string> = new Set([
  ...[verification, modalityWorklist, studyRootFind, performedProcedureStep, storageCommitment],
]);

/** Decides each proposed presentation context: accepted with one transfer syntax, or refused with the reason. */
export function negotiate(association: Association, faults: FaultBoard): void {
  const { Accept, RejectAbstractSyntaxNotSupported, RejectTransferSyntaxesNotSupported } =
    dimse.constants.PresentationContextResult;
  const contexts = association.getPresentationContexts().map(({ id }) => association.getPresentationContext(id));
  const refusals = faults.takeAll("refuse-context", (fault) =>
    contexts.some(
      (context) =>
        isOneOf(context.getAbstractSyntaxUid(), classesOf(fault)) &&
        (syntaxesOf(fault)?.some((syntax) => context.hasTransferSyntaxUid(syntax)) ?? true),
    ),
  );
  const asksToFind = contexts.some((context) => context.getAbstractSyntaxUid() === studyRootFind);
  const isFindRefused = asksToFind && faults.take("find-refuse-context") !== undefined;
  for (const context of contexts) {
    const sopClass = context.getAbstractSyntaxUid();
    const against = refusals.filter((fault) => isOneOf(sopClass, classesOf(fault)));
    const isClassRefused =
      (isFindRefused && sopClass === studyRootFind) || against.some((fault) => syntaxesOf(fault) === undefined);
    const ours = isClassRefused ? [] : syntaxesFor(sopClass);
    const accepted = ours.find(
      (syntax) => context.hasTransferSyntaxUid(syntax) && !against.some((fault) => syntaxesOf(fault)?.includes(syntax)),
    );
    if (ours.length === 0) context.setResult(RejectAbstractSyntaxNotSupported);
    else if (accepted) context.setResult(Accept, accepted);
    else context.setResult(RejectTransferSyntaxesNotSupported);
  }
}

function classesOf(fault: FaultOf<"refuse-context">): readonly string[] | undefined {
  return listed(fault.sopClassUid, fault.sopClassUids);
}

function syntaxesOf(fault: FaultOf<"refuse-context">): readonly string[] | undefined {
  return listed(fault.transferSyntaxUid, fault.transferSyntaxUids);
}

function listed(one: string | undefined, more: readonly string[] | undefined): readonly string[] | undefined {
  return one === undefined ? more : [one, ...(more ?? [])];
}

function isOneOf(uid: string, uids: readonly string[] | undefined): boolean {
  return uids === undefined || uids.includes(uid);
}

function syntaxesFor(sopClass: string): readonly string[] {
  if (services.has(sopClass)) return querySyntaxes;
  return storageClasses.has(sopClass) ? storageSyntaxes : [];
}
