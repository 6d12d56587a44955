/**
 * Day-2 objects of the old group `metal.ironcore.dev` (v0.7.0) as objects of the groups they moved to. Pure. What has no
 * successor is left out and said.
 */

import { isObject } from '../lib/merge-patch.js';
import type { KubeObject, ObjectMeta } from './kind.js';

const oldGroup = 'metal.ironcore.dev';
const groups = {
  maintenance: 'maintenance.metal.ironcore.dev',
  system: 'system.metal.ironcore.dev',
  baseboard: 'baseboard.metal.ironcore.dev',
} as const;

/** A kind that moved. */
export interface MovedKind {
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Cluster' | 'Namespaced';
  readonly group: string;
  /** The reference without which the new kind is refused. */
  readonly requires?: string;
}

const row = (
  kind: string,
  plural: string,
  group: string,
  requires?: string,
  scope: MovedKind['scope'] = 'Cluster',
): MovedKind => ({ kind, plural, scope, group, ...(requires === undefined ? {} : { requires }) });

/** What moved, in the order in which it is best made again: what others refer to first. */
export const movedKinds: readonly MovedKind[] = [
  row('ServerMaintenance', 'servermaintenances', groups.maintenance, 'serverRef', 'Namespaced'),
  row('BIOSSettings', 'biossettings', groups.system, 'serverRef'),
  row('BIOSVersion', 'biosversions', groups.system, 'serverRef'),
  row('BMCSettings', 'bmcsettings', groups.baseboard, 'bmcRef'),
  row('BMCVersion', 'bmcversions', groups.baseboard, 'bmcRef'),
  row('BIOSSettingsSet', 'biossettingssets', groups.system, 'biosSettingsTemplate'),
  row('BIOSVersionSet', 'biosversionsets', groups.system, 'biosVersionTemplate'),
  row('BMCSettingsSet', 'bmcsettingssets', groups.baseboard, 'bmcSettingsTemplate'),
  row('BMCVersionSet', 'bmcversionsets', groups.baseboard, 'bmcVersionTemplate'),
];

/** The kind an object of the old group is of; undefined for everything that did not move. */
export const movedKindOf = ({ apiVersion, kind }: KubeObject): MovedKind | undefined =>
  apiVersion.startsWith(`${oldGroup}/`) ? movedKinds.find((each) => each.kind === kind) : undefined;

export interface Converted {
  readonly object: KubeObject & { readonly spec: Record<string, unknown> };
  /** What was dropped, and why: `spec.serverPower has no successor and was dropped`. */
  readonly warnings: readonly string[];
}

/** An object in the new form; undefined when its kind did not move. */
export function convert(object: KubeObject): Converted | undefined {
  const moved = movedKindOf(object);
  if (moved === undefined) return undefined;
  const warnings: string[] = [];
  const given = structuredClone((object as { spec?: unknown }).spec);
  const spec = withMovedReferences(isObject(given) ? given : {}) as Record<string, unknown>;
  changes[moved.kind]?.(spec, warnings);
  if (moved.requires !== undefined && spec[moved.requires] === undefined)
    warnings.push(`spec.${moved.requires} is missing: the new kind is refused without it`);
  const metadata = metadataOf(object.metadata, warnings);
  return { object: { apiVersion: `${moved.group}/v1alpha1`, kind: moved.kind, metadata, spec }, warnings };
}

type ChangeOf = (spec: Record<string, unknown>, warnings: string[]) => void;

const policies: ReadonlySet<unknown> = new Set(['OwnerApproval', 'Enforced']);

/** The old form was free text and could be missing; who did not say Enforced did not mean it. */
const withPolicy: ChangeOf = (spec, warnings) => {
  if (policies.has(spec.policy)) return;
  const was = spec.policy === undefined ? 'is missing' : 'has a value that is no longer known';
  warnings.push(`spec.policy ${was}: set to OwnerApproval`);
  spec.policy = 'OwnerApproval';
};

/** A map of settings becomes a flow of one step. */
function withFlow(holder: Record<string, unknown>): void {
  const { settings } = holder;
  delete holder.settings;
  if (settings !== undefined) holder.settingsFlow = [{ name: 'default', priority: 1, settings }];
}

function dropped(spec: Record<string, unknown>, warnings: string[], field: string): void {
  if (spec[field] === undefined) return;
  delete spec[field];
  warnings.push(`spec.${field} has no successor and was dropped`);
}

const changes: Readonly<Record<string, ChangeOf>> = {
  ServerMaintenance: (spec, warnings) => {
    dropped(spec, warnings, 'serverPower');
    dropped(spec, warnings, 'serverBootConfigurationTemplate');
    withPolicy(spec, warnings);
  },
  BMCSettings: (spec) => {
    if (spec.BMCRef !== undefined) spec.bmcRef = spec.BMCRef;
    delete spec.BMCRef;
    withFlow(spec);
  },
  BMCSettingsSet: ({ bmcSettingsTemplate }) => {
    if (isObject(bmcSettingsTemplate)) withFlow(bmcSettingsTemplate);
  },
};

/** References that name the old group of a kind that moved. */
function withMovedReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMovedReferences);
  if (!isObject(value)) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withMovedReferences(item)]));
  const { apiVersion, kind } = inner;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return inner;
  const moved = movedKindOf({ apiVersion, kind, metadata: { name: '' } });
  if (moved === undefined) return inner;
  // It is another object now: whoever holds on to the old UID finds nothing.
  const { uid: _, resourceVersion: __, ...rest } = inner;
  return { ...rest, apiVersion: `${moved.group}/v1alpha1` };
}

const kept = ['name', 'namespace', 'labels', 'annotations'] as const;
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** What people wrote: finalizers, owners and what servers fill in belong to the old object. */
function metadataOf(metadata: ObjectMeta, warnings: string[]): ObjectMeta {
  const result = Object.fromEntries(kept.flatMap((key) => (metadata[key] === undefined ? [] : [[key, metadata[key]]])));
  const { [lastApplied]: _, ...annotations } = metadata.annotations ?? {};
  if (Object.keys(annotations).length > 0) result.annotations = annotations;
  else delete result.annotations;
  const owners = (metadata.ownerReferences ?? []).map(({ kind, name }) => `${kind}/${name}`);
  if (owners.length > 0)
    warnings.push(`its owner ${owners.join(', ')} is not carried over: a Set takes its own in again`);
  return result as unknown as ObjectMeta;
}
