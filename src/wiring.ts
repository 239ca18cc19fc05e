import type { Settings } from "./config/config.ts";
import { authorizationFrom, type DicomWebTarget } from "./dicomweb/dicomweb.ts";
import { TlsFiles } from "./lib/tls-files.ts";
import type { DimseEndpoint, OutboxNode, RouteRule, Routing } from "./outbox/outbox.ts";
import type { WorklistOptions } from "./worklist/worklist.ts";

/** Settings as each room wants them: rooms do not know the settings file. */

type Node = Settings["nodes"][number];
type Targets = NonNullable<Settings["routing"]["otherwise"]>;

/** The TLS files of every node and of our own port: one set for all, so that their expiry can be watched. */
export class TlsOfSettings {
  readonly #byPlace = new Map<string, TlsFiles>();

  readonly listener: TlsFiles | undefined;

  constructor(settings: Settings) {
    for (const { name, tls, dicomweb } of settings.nodes) {
      if (tls !== undefined) this.#byPlace.set(`${name}, DIMSE`, new TlsFiles(tls));
      if (dicomweb?.url.startsWith("https:")) this.#byPlace.set(`${name}, DICOMweb`, new TlsFiles(dicomweb));
    }
    const { webhook, email } = settings.alarms;
    if (webhook?.caFile !== undefined) this.#byPlace.set("the webhook", new TlsFiles({ caFile: webhook.caFile }));
    if (email?.caFile !== undefined) this.#byPlace.set("the mail server", new TlsFiles({ caFile: email.caFile }));
    const { tls } = settings.listener;
    this.listener = tls && new TlsFiles(tls);
    if (this.listener !== undefined) this.#byPlace.set("this box", this.listener);
  }

  dimse(node: string): TlsFiles | undefined {
    return this.#byPlace.get(`${node}, DIMSE`);
  }

  dicomweb(node: string): TlsFiles | undefined {
    return this.#byPlace.get(`${node}, DICOMweb`);
  }

  of(place: "the webhook" | "the mail server"): TlsFiles | undefined {
    return this.#byPlace.get(place);
  }

  /** Every set with what it is for, in words. */
  all(): { readonly of: string; readonly files: TlsFiles }[] {
    return [...this.#byPlace].map(([of, files]) => ({ of, files }));
  }
}

/** How a node is spoken to over DIMSE; null: only by DICOMweb. */
export function endpointOf(settings: Settings, node: Node, tls: TlsOfSettings): DimseEndpoint | null {
  const { host, port, aeTitle } = node;
  if (host === undefined || port === undefined || aeTitle === undefined) return null;
  const files = tls.dimse(node.name);
  return {
    address: { host, port, calledAeTitle: aeTitle, callingAeTitle: settings.station.aeTitle },
    deadlines: node.deadlines,
    maxPduBytes: node.maxPduBytes,
    ...(files && { tls: () => files.identity() }),
  };
}

/** The same over DICOMweb. */
export function webTargetOf(node: Node, tls: TlsOfSettings): DicomWebTarget | null {
  const { dicomweb } = node;
  if (dicomweb === undefined) return null;
  const files = tls.dicomweb(node.name);
  const { connectMs, readMs, writeMs, responseMs } = node.deadlines;
  return {
    url: dicomweb.url,
    deadlines: { connectMs, readMs, writeMs, responseMs },
    authorization: () => authorizationFrom(dicomweb),
    ...(files && { tls: () => files.identity() }),
  };
}

/** Every node to which something may be owed. */
export function outboxNodes(settings: Settings, tls: TlsOfSettings): OutboxNode[] {
  return settings.nodes.flatMap((node): OutboxNode[] => {
    const roles = node.roles.filter((role) => role !== "worklist");
    if (roles.length === 0) return [];
    const target = webTargetOf(node, tls);
    const { associations, clipMegabitsPerS, clipsFrom, clipsUntil } = node.sending;
    const isWindowed = clipsFrom !== undefined && clipsUntil !== undefined;
    return [
      {
        name: node.name,
        dimse: endpointOf(settings, node, tls),
        dicomweb: target && { target, uses: node.dicomweb?.uses ?? [] },
        roles,
        retry: {
          firstMs: node.retry.firstS * 1_000,
          maxMs: node.retry.maxS * 1_000,
          heldAfterAttempts: node.retry.heldAfterAttempts,
        },
        sending: {
          associations,
          clipBytesPerS: clipMegabitsPerS === undefined ? null : Math.round((clipMegabitsPerS * 1e6) / 8),
          clipWindow: isWindowed ? { fromMinute: minuteOf(clipsFrom), untilMinute: minuteOf(clipsUntil) } : null,
        },
        encoding: node.encoding,
        commitment: {
          reportWithinMs: node.commitment.reportWithinMinutes * 60_000,
          askAgain: node.commitment.askAgain,
        },
      },
    ];
  });
}

/** Minutes of the day of `HH:MM`. */
function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

export function routingOf({ routing }: Settings): Routing {
  const targets = ({ to, secondary, secondaryAfterMinutes }: Targets): Omit<RouteRule, "name" | "when"> => ({
    to,
    secondary,
    standbyAfterMs: secondaryAfterMinutes === undefined ? null : secondaryAfterMinutes * 60_000,
  });
  return {
    rules: routing.rules.map((rule) => ({ name: rule.name, when: rule.when, ...targets(rule) })),
    otherwise: routing.otherwise === undefined ? null : targets(routing.otherwise),
  };
}

export function worklistOptions(
  settings: Settings,
  tls: TlsOfSettings,
): Pick<WorklistOptions, "nodes" | "query" | "refreshMs" | "maxItems" | "keepMs"> {
  const { worklist } = settings;
  return {
    nodes: settings.nodes
      .filter((node) => node.roles.includes("worklist"))
      .flatMap((node) => {
        const endpoint = endpointOf(settings, node, tls);
        return endpoint === null ? [] : [{ name: node.name, ...endpoint }];
      }),
    query: worklist,
    refreshMs: worklist.refreshS * 1_000,
    maxItems: worklist.maxItems,
    keepMs: worklist.keepHours * 3_600_000,
  };
}
