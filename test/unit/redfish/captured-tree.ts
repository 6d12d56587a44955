/**
 * A captured Redfish tree (`redfish/v1/…/index.json`) behind a tiny BMC, and what it says about machines, computed from
 * the files alone: nothing of the client's schemas is used here, so that both can be wrong only independently.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Handler, TinyBmc } from './tiny-bmc.js';
import { reply } from './tiny-bmc.js';

export type Json = Record<string, unknown>;

export const treesFolder = join(import.meta.dirname, '../../../../shared/upstream/mockups');

/** All resources of a tree by path, without trailing slash. */
export function readTree(folder: string): Map<string, Json> {
  const found = new Map<string, Json>();
  const walk = (relative: string): void => {
    for (const entry of readdirSync(join(folder, relative), { withFileTypes: true })) {
      if (entry.isDirectory()) walk(join(relative, entry.name));
      else if (entry.name === 'index.json') found.set(`/${relative}`, parse(join(folder, relative, entry.name)));
    }
  };
  if (existsSync(join(folder, 'redfish'))) walk('redfish');
  return found;
}

function parse(file: string): Json {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

export const linkOf = (value: unknown): string | undefined => {
  const link = (value as { '@odata.id'?: unknown } | undefined)?.['@odata.id'];
  return typeof link === 'string' ? link.replace(/\/$/, '') : undefined;
};

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Members that exist: captured trees are trimmed and have dangling links. */
export const membersOf = (tree: Map<string, Json>, link: unknown): Json[] =>
  referenced(tree, tree.get(linkOf(link) ?? '')?.Members);

export const referenced = (tree: Map<string, Json>, references: unknown): Json[] =>
  listOf(references)
    .map((reference) => tree.get(linkOf(reference) ?? ''))
    .filter((json) => json !== undefined);

/** What a tree says about its systems, in the words of the port. */
export function expectedSystems(tree: Map<string, Json>) {
  return membersOf(tree, tree.get('/redfish/v1')?.Systems).map((system) => ({
    uri: system['@odata.id'],
    uuid: uuidOf(system.UUID),
    manufacturer: textOf(system.Manufacturer),
    model: textOf(system.Model),
    serialNumber: textOf(system.SerialNumber),
    memoryGiB: (system.MemorySummary as Json | undefined)?.TotalSystemMemoryGiB ?? undefined,
    processors: membersOf(tree, system.Processors).map((cpu) => `${cpu.Id} ${cpu.Model ?? ''} ${cpu.TotalCores ?? ''}`),
    storages: expectedStorages(tree, system),
  }));
}

function expectedStorages(tree: Map<string, Json>, system: Json): string[] {
  const storages = membersOf(tree, system.Storage);
  if (storages.length === 0) {
    return membersOf(tree, system.SimpleStorage).map((simple) =>
      line(
        simple.Name,
        listOf(simple.Devices).map((device) => device as Json),
        [],
      ),
    );
  }
  return storages.map((storage) =>
    line(storage.Name ?? storage.Id, referenced(tree, storage.Drives), membersOf(tree, storage.Volumes)),
  );
}

/** One storage as a line: name, drives and volumes with their sizes. */
export const line = (name: unknown, drives: readonly Json[], volumes: readonly Json[]): string =>
  `${String(name).trim()}: ${drives.map(sized).join(' ')} | ${volumes.map(sized).join(' ')}`;

const sized = (json: Json): string => `${String(json.Name ?? json.Id).trim()}=${json.CapacityBytes ?? ''}`;
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value.trim()) || undefined;
const uuidOf = (value: unknown): string | undefined => textOf(value)?.toLowerCase();

/** Serves the tree, with `$expand` of one level where the tree's root offers it and `expand` is wanted. */
export function serveCaptured(bmc: TinyBmc, tree: Map<string, Json>, expand: boolean): void {
  bmc.tree.clear();
  for (const [path, json] of tree) bmc.tree.set(path, json);
  bmc.handler = expand ? expanding(bmc, tree) : undefined;
}

/** Answers `?$expand` like bmcweb and iDRAC: references, lists of them, and collections one level down become whole. */
function expanding(bmc: TinyBmc, tree: Map<string, Json>): Handler {
  return ({ method, url, headers }, response) => {
    const [path = '', query = ''] = url.split('?');
    const json = tree.get(path.replace(/\/$/, ''));
    if (method !== 'GET' || !query.startsWith('$expand=') || json === undefined) return undefined;
    if (!bmc.tokens.has(String(headers['x-auth-token']))) return undefined;
    const whole = (value: unknown): unknown => tree.get(linkOf(value) ?? '') ?? value;
    const inside = Object.entries(json).map(([key, value]) => [
      key,
      key === 'Links'
        ? value
        : Array.isArray(value)
          ? value.map(whole)
          : linkOf(value) === undefined
            ? value
            : whole(value),
    ]);
    return reply(response, 200, Object.fromEntries(inside));
  };
}
