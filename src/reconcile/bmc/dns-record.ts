/**
 * Step 4: a DNS record of the BMC, made from the operator's template.
 * Reads   the record as it is, once for each visit that comes this far; nothing where no template is given.
 * Asks    one server-side apply where it differs. The record goes with its BMC, by its owner reference.
 * Source  upstream §6.5; here what is wrong with a record is a condition of its BMC and fails nothing.
 */
import { type KindDef, type KubeObject, keyOf } from '../../api/kind.js';
import { builtinKind } from '../../api/kubernetes.js';
import { upstreamFieldManager } from '../../api/metal/v1alpha1/index.js';
import { isMetalError } from '../../errors/classes.js';
import { reasonOf } from '../../errors/reason.js';
import { effectivePatch, isObject } from '../../lib/merge-patch.js';
import { type ApplyForeign, type Effect, warn } from '../effects.js';
import { type Condition, conditionOf } from '../runtime/conditions.js';
import { type ConditionChange, type Decision, rest } from '../runtime/decision.js';
import { ownerOf } from '../server/discovery-boot.js';
import { type DnsRecordTemplate, renderRecord } from './dns-template.js';
import type { BmcInput } from './machine.js';
import { uniqueIdentity } from './systems.js';

/** Ours: upstream fails the visit instead. */
const conditionType = 'DNSRecordApplied';

export async function recordInDns(input: BmcInput): Promise<Decision | undefined> {
  const { dnsRecord } = input.settings;
  if (dnsRecord === undefined) return saying(notAsked, input);
  let wanted: KubeObject;
  try {
    wanted = ownedRecord(dnsRecord, input);
  } catch (error) {
    return refuse(
      'DNSRecordInvalid',
      `The DNS record template: ${error instanceof Error ? error.message : error}`,
      input,
    );
  }
  const kind = kindOf(wanted);
  try {
    return compare(kind, wanted, await input.read.fresh(kind, keyOf(wanted)), input);
  } catch (error) {
    if (!isMetalError(error) || error.class !== 'permanent') throw error;
    return refuse(reasonOf(error.code), `${error.message}${error.why === undefined ? '' : `: ${error.why}`}`, input);
  }
}

function ownedRecord(template: DnsRecordTemplate, { bmc, settings }: BmcInput): KubeObject {
  const made = renderRecord(template, bmc, settings.managerNamespace);
  return { ...made, metadata: { ...made.metadata, ownerReferences: [ownerOf(bmc)] } };
}

/** The plural by the rule that kubebuilder names its resources by; one of another name is told as not served. */
function kindOf({ apiVersion, kind }: KubeObject): KindDef {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const singular = kind.toLowerCase();
  const isSibilant = /(s|x|ch|sh)$/.test(singular);
  const plural = isSibilant ? `${singular}es` : `${singular}s`.replace(/([^aeiou])ys$/, '$1ies');
  return builtinKind(group, version, kind, plural, 'Namespaced');
}

function compare(kind: KindDef, wanted: KubeObject, present: KubeObject | undefined, input: BmcInput) {
  const owner = present?.metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner !== undefined && owner.uid !== input.bmc.metadata.uid)
    return refuse(
      'DNSRecordTaken',
      `${kind.kind} ${wanted.metadata.name} belongs to ${owner.kind} ${owner.name}`,
      input,
    );
  if (present !== undefined && !differs(present, wanted, owner !== undefined)) return saying(applied, input);
  const effect: ApplyForeign = {
    do: 'applyForeign',
    kind,
    object: wanted,
    fieldManager: upstreamFieldManager,
    condition: conditionType,
  };
  return told(applied, [effect], input);
}

/** Owners beside ours are nobody's mistake, so ours alone is compared. */
function differs(present: KubeObject, wanted: KubeObject, isOwned: boolean): boolean {
  const { ownerReferences: _, ...metadata } = wanted.metadata;
  if (!isOwned) return true;
  return (
    effectivePatch(present, { ...wanted, metadata }) !== undefined ||
    ownedFields(present).some((f) => hasMore(f, wanted))
  );
}

/** What we applied before, as the API remembers it. */
function ownedFields(present: KubeObject): unknown[] {
  const { managedFields } = present.metadata as {
    managedFields?: { manager?: string; operation?: string; fieldsV1?: unknown }[];
  };
  return (managedFields ?? [])
    .filter(({ manager, operation }) => manager === upstreamFieldManager && operation === 'Apply')
    .map(({ fieldsV1 }) => fieldsV1);
}

/** A field we once applied and want no more is taken back by applying without it; items of lists are compared above. */
function hasMore(fields: unknown, wanted: unknown): boolean {
  if (!isObject(fields) || !isObject(wanted)) return false;
  return Object.entries(fields).some(([name, below]) => {
    if (!name.startsWith('f:')) return false;
    const member = name.slice(2);
    return !Object.hasOwn(wanted, member) || hasMore(below, wanted[member]);
  });
}

const applied: ConditionChange = {
  type: conditionType,
  status: 'True',
  reason: 'Applied',
  message: 'The DNS record is as the template says',
  onlyIfPresent: true,
};

const notAsked: ConditionChange = {
  ...applied,
  status: 'Unknown',
  reason: 'NotConfigured',
  message: 'No DNS record is asked for any more',
};

const before = ({ bmc }: BmcInput): Condition | undefined =>
  conditionOf(bmc.status?.conditions as Condition[] | undefined, conditionType);

/** Takes an older word back; undefined where there is none, or the same. */
function saying(change: ConditionChange, input: BmcInput): Decision | undefined {
  const said = before(input);
  return said === undefined || said.reason === change.reason ? undefined : told(change, [], input);
}

/** An event for each new reason, not for each visit. */
function refuse(reason: string, message: string, input: BmcInput): Decision {
  const said = before(input);
  const effects = said?.status === 'False' && said.reason === reason ? [] : [warn(reason, 'Reconcile', message)];
  return told({ type: conditionType, status: 'False', reason, message }, effects, input);
}

const told = (change: ConditionChange, effects: readonly Effect[], { settings }: BmcInput): Decision =>
  rest('Connected', {
    message: 'BMC is connected',
    effects,
    conditions: [uniqueIdentity, change],
    recheckMs: settings.bmcResyncMs,
  });
