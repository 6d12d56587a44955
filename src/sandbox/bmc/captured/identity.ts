/**
 * Makes one captured machine many: every place where its serial numbers, UUIDs and MAC addresses stand gets those of the
 * BMC that shows it. No two machines are the same then, and none is the one that was captured.
 */
import type { Json, JsonObject } from '../json.js';
import { stringAt } from '../json.js';
import { linked, membersAt, nicDocsOf, type Tree } from './facts.js';

/** Identifiers too short to be looked for everywhere: `1`, `N/A`, `None`. */
const leastLength = 6;

/** Tokens by the captured value they stand in for, in lower case. */
function tokensOf(tree: Tree, systems: readonly JsonObject[], managers: readonly JsonObject[]): Map<string, string> {
  const tokens = new Map<string, string>();
  const learn = (value: string | undefined, token: string): void => {
    const text = value?.trim().toLowerCase() ?? '';
    if (text.length >= leastLength && /\d/.test(text) && !tokens.has(text)) tokens.set(text, token);
  };
  for (const [n, system] of systems.entries()) {
    learn(stringAt(system, 'UUID'), `s${n}.uuid`);
    learn(stringAt(system, 'SerialNumber'), `s${n}.serial`);
    for (const [i, nic] of nicDocsOf(tree, system).entries()) learn(stringAt(nic, 'MACAddress'), `s${n}.mac.${i}`);
    for (const [i, dimm] of membersAt(tree, system, 'Memory').entries())
      learn(stringAt(dimm, 'SerialNumber'), `s${n}.dimm.${i}`);
    const drives = membersAt(tree, system, 'Storage').flatMap((storage) => linked(tree, storage.Drives));
    for (const [i, drive] of drives.entries()) learn(stringAt(drive, 'SerialNumber'), `s${n}.drive.${i}`);
  }
  for (const [n, manager] of managers.entries()) {
    learn(stringAt(manager, 'UUID'), `m${n}.uuid`);
    for (const [i, nic] of nicDocsOf(tree, manager).entries()) learn(stringAt(nic, 'MACAddress'), `m${n}.mac.${i}`);
  }
  return tokens;
}

/** The tree with tokens where identifiers were, and without the tags and contexts of the day it was captured. */
export function withTokens(
  tree: Tree,
  systems: readonly JsonObject[],
  managers: readonly JsonObject[],
): Map<string, JsonObject> {
  const tokens = tokensOf(tree, systems, managers);
  const known = [...tree].map(([path, doc]): [string, JsonObject] => [path, tokenised(doc, tokens)]);
  const named = new Map(known);
  // A system whose UUID was blanked when it was captured has one all the same.
  for (const [n, system] of systems.entries()) {
    const path = stringAt(system, '@odata.id')?.replace(/\/$/, '') ?? '';
    const doc = named.get(path);
    if (doc) named.set(path, { ...doc, UUID: `{{s${n}.uuid}}`, SerialNumber: `{{s${n}.serial}}` });
  }
  return named;
}

function tokenised(doc: JsonObject, tokens: ReadonlyMap<string, string>): JsonObject {
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(doc)) {
    if (key !== '@odata.etag') out[key] = replaced(value ?? null, tokens);
  }
  return out;
}

function replaced(value: Json, tokens: ReadonlyMap<string, string>): Json {
  if (Array.isArray(value)) return value.map((item: Json) => replaced(item, tokens));
  if (typeof value === 'object' && value !== null) return tokenised(value as JsonObject, tokens);
  if (typeof value !== 'string') return value;
  const token = tokens.get(value.trim().toLowerCase());
  if (token === undefined) return value;
  const isLower = token.includes('.mac.') && value === value.toLowerCase();
  return `{{${token}${isLower ? '.lower' : ''}}}`;
}

/** Whether a captured document is one of those a living BMC makes itself. */
export const isMadeAnew = (doc: JsonObject): boolean =>
  /^#?(ManagerAccount|Session|EventDestination|Task|LogEntry)\./.test(stringAt(doc, '@odata.type') ?? '');
