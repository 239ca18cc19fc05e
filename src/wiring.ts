import type { Settings } from "./config/config.ts";
import type { StorageNode } from "./outbox/outbox.ts";
import type { WorklistOptions } from "./worklist/worklist.ts";

/** Settings as each room wants them: rooms do not know the settings file. */

type Node = Settings["nodes"][number];

const addressOf = (settings: Settings, node: Node) => ({
  host: node.host,
  port: node.port,
  calledAeTitle: node.aeTitle,
  callingAeTitle: settings.station.aeTitle,
});

export function storageNodes(settings: Settings): StorageNode[] {
  return settings.nodes
    .filter((node) => node.roles.includes("storage"))
    .map((node) => ({
      name: node.name,
      address: addressOf(settings, node),
      deadlines: node.deadlines,
      maxPduBytes: node.maxPduBytes,
      retry: {
        firstMs: node.retry.firstS * 1_000,
        maxMs: node.retry.maxS * 1_000,
        heldAfterAttempts: node.retry.heldAfterAttempts,
      },
    }));
}

export function worklistOptions(
  settings: Settings,
): Pick<WorklistOptions, "nodes" | "query" | "refreshMs" | "maxItems" | "keepMs"> {
  const { worklist } = settings;
  return {
    nodes: settings.nodes
      .filter((node) => node.roles.includes("worklist"))
      .map((node) => ({
        name: node.name,
        address: addressOf(settings, node),
        deadlines: node.deadlines,
        maxPduBytes: node.maxPduBytes,
      })),
    query: worklist,
    refreshMs: worklist.refreshS * 1_000,
    maxItems: worklist.maxItems,
    keepMs: worklist.keepHours * 3_600_000,
  };
}
