/**
 * Attribute registries, kept over all BMCs of a factory: a megabyte each, and the same for every machine of a model with
 * the same firmware. A BMC that lies about its registry can mislead the checks made for its like, and no more: what a BMC
 * accepts is its own decision.
 */
import { isMetalError } from '../../errors/classes.js';
import type { Resources } from '../resources.js';
import { RegistryFile, RegistryLocation } from '../schema/bios.js';
import { isObject, type JsonObject } from '../transport/json.js';
import { comparable, type Path } from '../transport/link.js';
import { type AttributeRegistry, toRegistry } from './registry.js';

/** As many models and firmware versions as a fleet is likely to see at a time. */
const mostKept = 16;

export class RegistryStore {
  readonly #kept = new Map<string, Promise<AttributeRegistry | undefined>>();

  /** What is kept under the key, or what `load` finds; callers at the same time share one load. Failures are not kept. */
  get(key: string, load: () => Promise<AttributeRegistry | undefined>): Promise<AttributeRegistry | undefined> {
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const loading = load();
    this.#kept.set(key, loading);
    loading.then(
      (found) => found ?? this.#kept.delete(key),
      () => this.#kept.delete(key),
    );
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    return loading;
  }
}

export interface RegistryName {
  /** `BiosAttributeRegistryU58.v1_2_44`, or the beginning of it. */
  readonly name: string;
  /** Firmware it belongs to: two versions may use one name for different contents. */
  readonly version: string;
  /** Whether attributes that do not say need a reset. */
  readonly needsReset: boolean;
}

/** The registry of that name; undefined where the BMC has none. */
export async function registryOf(resources: Resources, wanted: RegistryName): Promise<AttributeRegistry | undefined> {
  const { service } = resources;
  const { vendor } = await service.known();
  const key = `${vendor.id} ${wanted.name} ${wanted.version}`;
  return service.options.registries.get(key, () => load(resources, wanted));
}

async function load(resources: Resources, { name, needsReset }: RegistryName): Promise<AttributeRegistry | undefined> {
  const { root } = await resources.service.known();
  if (root.Registries === undefined) return undefined;
  const files = await filesOf(resources, root.Registries, stem(name));
  const file = bestOf(files, name);
  const place = file && bodyPath(file, (link) => resources.service.path(link));
  if (place === undefined) return undefined;
  const json = await bodyAt(resources, place);
  return json && toRegistry(json, needsReset);
}

/** A file may name a body that is not there. */
async function bodyAt(resources: Resources, place: Path): Promise<JsonObject | undefined> {
  try {
    return (await resources.service.read(place)).json;
  } catch (error) {
    if (isMetalError(error) && error.code === 'BMC_NOT_FOUND') return undefined;
    throw error;
  }
}

/** What every vendor's BIOS registry begins with. */
export const ofBios = 'BiosAttributeRegistry';

/** Links tell what they lead to, so that without `$expand` one file is read instead of all of them. */
async function filesOf(resources: Resources, link: string, name: string): Promise<JsonObject[]> {
  try {
    return await resources.members(link, {
      tolerant: true,
      only: (member) => member.includes(name) || (name.startsWith(ofBios) && member.includes(ofBios)),
    });
  } catch (error) {
    if (isMetalError(error) && error.code === 'BMC_NOT_FOUND') return [];
    throw error;
  }
}

/** Name without its version: the file may be listed without it. */
const stem = (name: string): string => name.split('.')[0] ?? name;

function bestOf(files: readonly JsonObject[], name: string): JsonObject | undefined {
  const named = (wanted: string) =>
    files.find((json) => {
      const { Id, Registry } = RegistryFile.parse(json);
      return Id?.startsWith(wanted) || Registry?.startsWith(wanted);
    });
  // Some name a registry of a ROM family and ship one for all; others name none.
  return named(name) ?? named(stem(name)) ?? (name.startsWith(ofBios) ? named(ofBios) : undefined);
}

/** English before others; only what the BMC itself serves. */
export function bodyPath(file: JsonObject, toPath: (link: string) => Path): Path | undefined {
  const locations = RegistryFile.parse(file)
    .Location.filter(isObject)
    .map((raw) => RegistryLocation.parse(raw))
    .filter(({ Uri }) => Uri !== undefined);
  const chosen = locations.find(({ Language }) => Language?.startsWith('en')) ?? locations[0];
  if (chosen?.Uri === undefined) return undefined;
  const path = toPath(chosen.Uri);
  return comparable(path) === comparable(String(file['@odata.id'])) ? undefined : path;
}
