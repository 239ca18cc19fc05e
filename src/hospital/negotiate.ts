import dimse from "dcmjs-dimse";
import type { FaultBoard } from "./faults.ts";
import { modalityWorklist, querySyntaxes, storageClasses, storageSyntaxes, verification } from "./uids.ts";

type Association = InstanceType<typeof dimse.association.Association>;

/** Decides each proposed presentation context: accepted with one transfer syntax, or refused with the reason. */
export function negotiate(association: Association, faults: FaultBoard): void {
  const { Accept, RejectAbstractSyntaxNotSupported, RejectTransferSyntaxesNotSupported } =
    dimse.constants.PresentationContextResult;
  const contexts = association.getPresentationContexts().map(({ id }) => association.getPresentationContext(id));
  const refusals = faults.takeAll("refuse-context", ({ sopClassUid, transferSyntaxUid }) =>
    contexts.some(
      (context) =>
        (sopClassUid === undefined || sopClassUid === context.getAbstractSyntaxUid()) &&
        (transferSyntaxUid === undefined || context.hasTransferSyntaxUid(transferSyntaxUid)),
    ),
  );
  for (const context of contexts) {
    const sopClass = context.getAbstractSyntaxUid();
    const ours = syntaxesFor(sopClass);
    const against = refusals.filter(({ sopClassUid = sopClass }) => sopClassUid === sopClass);
    const refusesClass = against.some(({ transferSyntaxUid }) => transferSyntaxUid === undefined);
    const accepted = ours.find(
      (syntax) => context.hasTransferSyntaxUid(syntax) && !against.some((fault) => fault.transferSyntaxUid === syntax),
    );
    if (ours.length === 0 || refusesClass) context.setResult(RejectAbstractSyntaxNotSupported);
    else if (accepted) context.setResult(Accept, accepted);
    else context.setResult(RejectTransferSyntaxesNotSupported);
  }
}

function syntaxesFor(sopClass: string): readonly string[] {
  if (sopClass === verification || sopClass === modalityWorklist) return querySyntaxes;
  return storageClasses.has(sopClass) ? storageSyntaxes : [];
}
