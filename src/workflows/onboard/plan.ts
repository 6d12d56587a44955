/** What onboarding would write for each finding, compared with what is there. Reads only. */
import type { Taint } from '../../api/fields.js';
import { apiVersionOf } from '../../api/kind.js';
import { BMC } from '../../api/metal/v1alpha1/bmc.js';
import { BMCSecret } from '../../api/metal/v1alpha1/bmcsecret.js';
import { labels, ownAnnotations } from '../../api/metal/v1alpha1/constants.js';
import { ConflictError, UserError } from '../../errors/classes.js';
import { formatIp, parseIp } from '../../lib/ip.js';
import type { ClusterReads } from '../../ports/cluster.js';
import { bmcSecretOf } from '../bmc-secret.js';
import type { Credential } from '../discover/credentials.js';
import { type Finding, placeOf } from '../discover/finding.js';
import type { NamedFinding } from './names.js';

/** Where the BMC object gets its credentials from. */
export type SecretChoice =
  /** An existing BMCSecret for all that have none of their own. */
  | { readonly use: string }
  /** A BMCSecret of its own per BMC, named like it. */
  | { readonly create: Credential }
  /** Only the BMCSecrets that discovery logged in with. */
  | undefined;

export interface OnboardOptions {
  readonly secret: SecretChoice;
  readonly labels: Readonly<Record<string, string>>;
  readonly location?: string | undefined;
  readonly rack?: string | undefined;
  /** `keep`: running machines are cordoned and left alone. `off`: they are switched off for discovery. */
  readonly power: 'keep' | 'off';
  /** Servers made of the BMCs begin cordoned. */
  readonly cordon?: boolean;
  /** Taints they begin with. */
  readonly taints?: readonly Taint[];
}

export interface OnboardEntry {
  readonly name: string;
  readonly finding: Finding;
  readonly action: 'create' | 'unchanged';
  readonly bmc: BMC;
  /** Created before the BMC; absent when an existing one is referred to. */
  readonly secret?: BMCSecret;
  readonly isRunning: boolean;
}

export interface OnboardPlan {
  readonly entries: readonly OnboardEntry[];
}

/**
 * Plans the objects for named findings. What answers where a BMC object stands already is that BMC, whatever it is called:
 * a second object for one address stops both.
 * @throws ConflictError ALREADY_EXISTS when a name is taken by another BMC · UserError NEEDS_INPUT without a credential
 * · UserError NOT_FOUND for a BMCSecret that does not exist
 */
export async function planOnboarding(
  cluster: ClusterReads,
  named: readonly NamedFinding[],
  options: OnboardOptions,
): Promise<OnboardPlan> {
  const { items } = await cluster.list(BMC);
  const existing = new Map(items.map((bmc) => [bmc.metadata.name, bmc]));
  const secrets = new Map<string, Promise<BMCSecret | undefined>>();
  const secretNamed = (name: string): Promise<BMCSecret | undefined> => {
    const known = secrets.get(name) ?? cluster.get(BMCSecret, { name });
    secrets.set(name, known);
    return known;
  };
  const entries: OnboardEntry[] = [];
  for (const each of named) {
    const present = existing.get(each.name) ?? items.find((bmc) => isSame(bmc, each.finding));
    entries.push(await planEntry(each, present, secretNamed, options));
  }
  return { entries };
}

async function planEntry(
  { name, finding }: NamedFinding,
  present: BMC | undefined,
  secretNamed: (name: string) => Promise<BMCSecret | undefined>,
  options: OnboardOptions,
): Promise<OnboardEntry> {
  const isRunning = finding.systems?.some(({ power }) => power !== undefined && power !== 'Off') ?? false;
  if (present !== undefined) {
    const unchanged = { name: present.metadata.name, finding, action: 'unchanged', bmc: present, isRunning } as const;
    if (isSame(present, finding)) return unchanged;
    throw new ConflictError('ALREADY_EXISTS', `bmc/${name} exists and is at another address`, {
      why: `it is at ${present.spec?.access?.ip ?? 'an Endpoint'}, this one at ${placeOf(finding)}`,
      hint: '--name-template with fields that make the names differ, such as {serial} or {ip}',
    });
  }
  const { secretName, secret } = await planSecret(name, finding, secretNamed, options.secret);
  const bmc = bmcObject(name, finding, secretName, options);
  return { name, finding, action: 'create', bmc, isRunning, ...(secret ? { secret } : {}) };
}

/** The BMC the object stands for answers where the finding is. */
function isSame({ spec, status }: BMC, { address, port }: Finding): boolean {
  const known = spec?.access?.ip ?? status?.ip;
  const ip = parseIp(known ?? '');
  return (ip ? formatIp(ip) : known) === address && spec?.protocol?.port === port;
}

/** The credential that was proven wins over the one that is only offered. */
async function planSecret(
  name: string,
  finding: Finding,
  secretNamed: (name: string) => Promise<BMCSecret | undefined>,
  choice: SecretChoice,
): Promise<{ secretName: string; secret?: BMCSecret }> {
  const used = finding.secret ?? (choice !== undefined && 'use' in choice ? choice.use : undefined);
  if (used !== undefined) {
    if ((await secretNamed(used)) !== undefined) return { secretName: used };
    throw new UserError('NOT_FOUND', `BMCSecret "${used}" not found`, { hint: 'metalctl get bmcsecrets' });
  }
  if (choice === undefined || !('create' in choice)) throw noCredential(finding);
  // Never overwritten: whoever put it there may have rotated it since. The login will tell whether it fits.
  const present = await secretNamed(name);
  return present === undefined ? { secretName: name, secret: bmcSecretOf(name, choice.create) } : { secretName: name };
}

const noCredential = (finding: Finding): UserError =>
  new UserError('NEEDS_INPUT', `no credential is known for ${placeOf(finding)}`, {
    hint: [
      '--bmc-secret NAME   refers to an existing BMCSecret',
      '--create-secret --bmc-username U --bmc-password-file F   makes one per BMC',
    ],
  });

function bmcObject(name: string, finding: Finding, secretName: string, options: OnboardOptions): BMC {
  const { address, port, scheme, mac, trust, fingerprint } = finding;
  // Recorded also where a CA vouches: the reconcilers may run where that CA is not configured.
  const pin = trust === undefined ? undefined : fingerprint;
  const own = {
    ...(pin ? { [ownAnnotations.tlsPin]: pin } : {}),
    ...(options.power === 'keep' ? { [ownAnnotations.cordonRunning]: 'true' } : {}),
    ...(options.cordon === true ? { [ownAnnotations.cordonServers]: 'true' } : {}),
    ...(options.taints?.length ? { [ownAnnotations.taintServers]: JSON.stringify(options.taints) } : {}),
  };
  return {
    apiVersion: apiVersionOf(BMC),
    kind: BMC.kind,
    metadata: {
      name,
      ...nonEmpty('labels', labelsOf(finding, options)),
      ...nonEmpty('annotations', own),
    },
    spec: {
      access: { ip: address, ...(mac ? { macAddress: mac } : {}) },
      bmcSecretRef: { name: secretName },
      protocol: { name: 'Redfish', port, scheme },
    },
  };
}

function labelsOf(finding: Finding, { labels: given, location, rack }: OnboardOptions): Record<string, string> {
  const where = {
    [labels.location]: finding.location ?? location,
    [labels.rack]: finding.rack ?? rack,
    [labels.shelf]: finding.shelf,
  };
  const known = Object.entries(where).flatMap(([key, value]) => (value ? [[key, value]] : []));
  return { ...Object.fromEntries(known), ...given };
}

const nonEmpty = <K extends string>(key: K, values: Record<string, string>): { [P in K]?: Record<string, string> } =>
  (Object.keys(values).length > 0 ? { [key]: values } : {}) as { [P in K]?: Record<string, string> };

const place = /^(location|rack|shelf|height)$/;
const labelKey = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?$/;

/**
 * Labels from `K=V` texts; `location`, `rack`, `shelf` and `height` are short for their keys.
 * @throws UserError USAGE
 */
export function readLabels(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, word = '', value = ''] = /^([^=]+)=(.*)$/.exec(text) ?? [];
      const key = place.test(word) ? labels[word as 'location'] : word;
      if (labelKey.test(key) && labelValue.test(value)) return [key, value];
      throw new UserError('USAGE', `--label ${text} is not a label`, { hint: '--label pool=general' });
    }),
  );
}

/** `servers begin cordoned and tainted burn-in:NoBind`; empty where nothing keeps claims off. */
export function marksText({ cordon, taints = [] }: Pick<OnboardOptions, 'cordon' | 'taints'>): string {
  const told = taints.map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`).join(', ');
  const marks = [...(cordon === true ? ['cordoned'] : []), ...(told === '' ? [] : [`tainted ${told}`])];
  return marks.length === 0 ? '' : `servers begin ${marks.join(' and ')}`;
}

/** `3 BMCs · 3 BMCSecrets · 0 reboots now · 2 discovery boots (…) · 1 cordoned (running: …)` */
export function planText({ entries }: OnboardPlan, power: OnboardOptions['power']): string {
  const made = entries.filter(({ action }) => action === 'create');
  const running = made.filter(({ isRunning }) => isRunning);
  const booted = power === 'off' ? made : made.filter(({ isRunning }) => !isRunning);
  const secrets = made.filter(({ secret }) => secret !== undefined).length;
  const unchanged = entries.length - made.length;
  if (made.length === 0) return `nothing to create · ${unchanged} unchanged`;
  return [
    count(made.length, 'BMC'),
    count(secrets, 'BMCSecret'),
    power === 'off' ? `${count(running.length, 'power-off')} now${listed(running)}` : '0 reboots now',
    `${count(booted.length, 'discovery boot')}${listed(booted)}`,
    ...(power === 'keep' && running.length > 0 ? [`${running.length} cordoned (running: ${namesOf(running)})`] : []),
    ...(unchanged > 0 ? [`${unchanged} unchanged`] : []),
  ].join(' · ');
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
const listed = (entries: readonly OnboardEntry[]): string => (entries.length > 0 ? ` (${namesOf(entries)})` : '');
const namesOf = (entries: readonly OnboardEntry[]): string => {
  const names = entries.slice(0, 3).map(({ name }) => name);
  return entries.length > 3 ? `${names.join(', ')}, …` : names.join(', ');
};
