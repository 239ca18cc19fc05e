import { Document, isScalar, visit } from "yaml";
import type { FitProposal } from "./propose.ts";

/**
 * The proposed lines of the node's entry under `nodes` of the settings file; what is not named there stays as it is.
 * Without a proposal: a comment that says so.
 */
export function fitSettingsYaml({ node, proposed }: Pick<FitProposal, "proposed"> & { readonly node: string }): string {
  if (proposed === null) return "# No settings are proposed: see the report.\n";
  const { roles, encoding, sending, commitment, dicomwebUses } = proposed;
  const entry = {
    name: node,
    roles,
    ...(dicomwebUses !== null && { dicomweb: { uses: dicomwebUses } }),
    ...(roles.includes("storage") && { sending, encoding }),
    ...(roles.includes("commitment") && { commitment }),
  };
  const document = new Document([entry]);
  visit(document, {
    Seq(_key, sequence) {
      if (sequence.items.every((item) => isScalar(item))) sequence.flow = true;
    },
  });
  document.commentBefore = " Into the entry of this node under `nodes`; everything else there stays as it is.";
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
