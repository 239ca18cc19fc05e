import { deliveryFindings } from "./cross-checks-delivery.ts";
import { listAt, type Place, textAt, valueAt } from "./place.ts";
import type { Finding } from "./problems.ts";
import { shown } from "./schema-findings.ts";

/**
 * What one key cannot say alone: rules between settings. Takes a value the schema may have refused, so that a person
 * reads all problems at once; a part of the wrong shape is passed over here.
 */
export function crossFindings(value: unknown): Finding[] {
  return [
    ...twice(value, "nodes", "name", "another node has this name; every node needs its own"),
    ...twice(value, "sources", "id", "another source has this id; every source needs its own"),
    ...sameNodeTwice(value),
    ...sameDeviceTwice(value),
    ...inputs(value),
    ...retries(value),
    ...remoteServer(value),
    ...origins(value),
    ...ports(value),
    ...deliveryFindings(value),
  ];
}

function twice(value: unknown, list: string, key: string, message: string): Finding[] {
  const names = listAt(value, [list]).map((_entry, index) => textAt(value, [list, index, key])?.toLowerCase());
  return names.flatMap((name, index): Finding[] =>
    name !== undefined && names.indexOf(name) < index ? [{ place: [list, index, key], at: "value", message }] : [],
  );
}

function sameNodeTwice(value: unknown): Finding[] {
  const addresses = listAt(value, ["nodes"]).map((_node, index) => {
    const parts = ["aeTitle", "host", "port"].map((key) => valueAt(value, ["nodes", index, key]));
    return parts.includes(undefined) ? undefined : JSON.stringify(parts);
  });
  return addresses.flatMap((address, index): Finding[] => {
    const first = addresses.indexOf(address);
    if (address === undefined || first === index) return [];
    const message = `has the same AE title, host and port as nodes[${first}]; list it once, with all its roles`;
    return [{ place: ["nodes", index], at: "key", message }];
  });
}

function sameDeviceTwice(value: unknown): Finding[] {
  const devices = listAt(value, ["sources"]).map((_s, index) => textAt(value, ["sources", index, "input", "device"]));
  return devices.flatMap((device, index): Finding[] => {
    const first = devices.indexOf(device);
    if (device === undefined || first === index) return [];
    const message = `is already used by sources[${first}]; a device feeds one source`;
    return [{ place: ["sources", index, "input", "device"], at: "value", message }];
  });
}

function inputs(value: unknown): Finding[] {
  return listAt(value, ["sources"]).flatMap((_source, index): Finding[] => {
    const place: Place = ["sources", index, "input"];
    const given = ["device", "card", "url", "file"].filter((key) => valueAt(value, [...place, key]) !== undefined);
    if (given.length < 2) return [];
    return [{ place, at: "key", message: `has ${given.join(" and ")}; keep one of them` }];
  });
}

function retries(value: unknown): Finding[] {
  return listAt(value, ["nodes"]).flatMap((_node, index): Finding[] => {
    const first = valueAt(value, ["nodes", index, "retry", "firstS"]);
    const longest = valueAt(value, ["nodes", index, "retry", "maxS"]);
    if (typeof first !== "number" || typeof longest !== "number" || first <= longest) return [];
    const message = `must not be shorter than firstS (${first}); got ${longest}`;
    return [{ place: ["nodes", index, "retry", "maxS"], at: "value", message }];
  });
}

function remoteServer(value: unknown): Finding[] {
  const host = textAt(value, ["server", "host"]);
  if (host === undefined || isLoopback(host) || valueAt(value, ["server", "allowRemote"]) === true) return [];
  const message =
    "is reachable from the network, where anybody may then keep pictures without signing in (docs/people.md): use 127.0.0.1, or set server.allowRemote: true";
  return [{ place: ["server", "host"], at: "value", message }];
}

/** Whether only programs of this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return /^(localhost|::1|127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/i.test(host);
}

function origins(value: unknown): Finding[] {
  return listAt(value, ["server", "allowedOrigins"]).flatMap((origin, index): Finding[] => {
    if (typeof origin !== "string") return [];
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    if (url !== undefined && /^https?:$/.test(url.protocol) && url.origin === origin) return [];
    const message = `must be http:// or https:// with a host, in small letters, without a path or / at the end; got ${shown(origin)}`;
    return [{ place: ["server", "allowedOrigins", index], at: "value", message }];
  });
}

function ports(value: unknown): Finding[] {
  const port = valueAt(value, ["listener", "port"]);
  if (valueAt(value, ["listener", "enabled"]) !== true || port === 0 || port === undefined) return [];
  if (port !== valueAt(value, ["server", "port"])) return [];
  return [{ place: ["listener", "port"], at: "value", message: "is also server.port; choose another" }];
}
