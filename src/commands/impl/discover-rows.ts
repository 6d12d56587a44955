/** Findings as rows of the discover view: what is shown of them, and what onboarding would make of them. */
import { toYaml } from '../../lib/yaml.js';
import type { FindingRow } from '../../ui/discover/state.js';
import { type Finding, placeOf } from '../../workflows/discover/finding.js';
import type { SecretChoice } from '../../workflows/onboard/plan.js';
import { vendorName } from '../../workflows/vendor-name.js';

/** What flags, and accounts that were typed, say about the objects to be made. */
export interface RowContext {
  readonly proposed: string;
  readonly secret: SecretChoice;
  readonly location: string | undefined;
  readonly rack: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly nowMs: number;
}

export function rowOf(finding: Finding, context: RowContext): FindingRow {
  const { status, vendor, model, serial, power, object, systems } = finding;
  const isRunning = systems?.some((system) => system.power !== undefined && system.power !== 'Off') ?? false;
  const barred = barredBy(finding);
  // What was not asked for is empty; what was, and not told, is not known.
  const unknown = isUnread(finding) ? '?' : '';
  return {
    place: placeOf(finding),
    status,
    vendor: vendorName(vendor),
    model: model ?? unknown,
    serial: serial ?? unknown,
    power: power ?? unknown,
    name: object?.replace(/^bmc\//, '') ?? (barred === undefined ? context.proposed : ''),
    ...(barred === undefined ? {} : { barred }),
    isRunning,
    systems: systems === undefined ? '' : String(systems.length),
    firmware: finding.firmware ?? '',
    about: aboutOf(finding, context.nowMs),
    ...(barred === undefined ? { onboarding: onboardingOf(finding, context) } : {}),
    details: detailsOf(finding, isRunning),
    raw: toYaml(finding).trimEnd().split('\n'),
  };
}

/** Whether it answered, and said nothing of itself. */
export const isUnread = ({ status }: Finding): boolean =>
  status === 'auth' || status === 'tls' || status === 'unsupported';

/** Why a row cannot be selected. A moved BMC keeps its object: its address cannot be changed in place. */
function barredBy({ status, why, object }: Finding): string | undefined {
  if (status === 'new') return undefined;
  if (status === 'known') return `is known as ${object}`;
  if (status === 'moved') return `has moved: ${object} names another address, which cannot be changed in place`;
  return `cannot be onboarded: ${why ?? status}`;
}

function detailsOf(finding: Finding, isRunning: boolean): string[] {
  const { redfish, serviceUUID, fingerprint, trust, credential, why, systems } = finding;
  const identity = [
    placeOf(finding),
    redfish && `Redfish ${redfish}`,
    systems?.[0]?.uuid ? `uuid ${systems[0].uuid}` : serviceUUID && `service ${serviceUUID}`,
    fingerprint && `cert sha256 ${fingerprint.slice(0, 8)}… (${trust ?? 'not trusted'})`,
  ];
  const state = why ?? (isRunning && finding.status === 'new' ? 'running: it will be cordoned, not rebooted' : '');
  const login = credential ? `login with ${credential}` : 'no login was made';
  return [identity.filter(Boolean).join('  '), [state, login].filter(Boolean).join('   ')];
}

/** The BMCSecret that let us in is referred to; an account that was given gets one of its own. */
function onboardingOf(finding: Finding, { secret, location, rack, labels }: RowContext) {
  const used = finding.secret ?? (secret !== undefined && 'use' in secret ? secret.use : undefined);
  const where = { location: finding.location ?? location, rack: finding.rack ?? rack, shelf: finding.shelf };
  const given = [...Object.entries(where), ...Object.entries(labels)].filter(([, value]) => value !== undefined);
  return {
    secret: used ?? (secret !== undefined && 'create' in secret ? 'new' : undefined),
    labels: given.map(([key, value]) => `${key}=${value}`).join(' '),
  };
}

/** A line per fact; what nobody told is `-`. */
function aboutOf(finding: Finding, nowMs: number): string[] {
  const { vendor, model, serial, systems, serviceUUID, redfish, manager, firmware } = finding;
  const who = [vendorName(vendor), model].filter(Boolean).join(' ') || '-';
  const uuid = systems?.[0]?.uuid ?? serviceUUID ?? '-';
  return [
    `${placeOf(finding).padEnd(15)} ${who}   serial ${serial ?? '-'}   uuid ${uuid}`,
    `Service         Redfish ${redfish ?? '-'} · ${[manager, firmware].filter(Boolean).join(' ') || 'firmware -'}`,
    `Certificate     ${certificateText(finding, nowMs)}`,
    `Login           ${loginText(finding)}`,
    `Systems         ${systems === undefined ? '-' : systems.map(systemText).join(' · ') || '-'}`,
  ];
}

const trustTexts: Readonly<Record<NonNullable<Finding['trust']>, string>> = {
  ca: 'a CA vouches for it',
  pinned: 'the one recorded at onboarding',
  'first-use': 'first seen: will be pinned',
};

function certificateText({ scheme, fingerprint, certificateEnds, trust }: Finding, nowMs: number): string {
  if (scheme === 'http') return 'none: plain HTTP';
  const days = certificateEnds === undefined ? undefined : Math.floor((Date.parse(certificateEnds) - nowMs) / dayMs);
  const ends = days === undefined ? 'ends -' : days < 0 ? `expired ${-days} days ago` : `expires in ${days} days`;
  const pin = fingerprint === undefined ? '-' : `${(fingerprint.slice(0, 16).match(/../g) ?? []).join(':')}:…`;
  return `${ends}  sha256 ${pin}  ${trust === undefined ? 'not trusted' : trustTexts[trust]}`;
}

const dayMs = 86_400_000;

function loginText({ credential, systems, status, why }: Finding): string {
  if (credential === undefined) return status === 'new' ? 'none was made' : `none was made${why ? `: ${why}` : ''}`;
  return systems === undefined ? (why ?? `refused with ${credential}`) : `ok with ${credential}`;
}

const systemText = ({ uri, model, memoryGiB, power }: NonNullable<Finding['systems']>[number]): string =>
  [uri.split('/').at(-1), model, memoryGiB === undefined ? undefined : `${memoryGiB}Gi`, `power ${power ?? '-'}`]
    .filter(Boolean)
    .join('  ');
