/**
 * Phase 2 of discovery, for one address that answered: decide whether its certificate may see a credential, log in
 * once where a credential is assigned, and read who it is.
 */
import type { ErrorCode } from '../../errors/catalogue.js';
import { isMetalError, type MetalError } from '../../errors/classes.js';
import type { BmcFactory, ManagerInfo, ProbeAnswer, SystemInfo } from '../../ports/bmc.js';
import { compare } from './compare.js';
import type { Credential, CredentialRef } from './credentials.js';
import type { Finding, FindingStatus, FoundSystem } from './finding.js';
import type { KnownInventory } from './inventory.js';
import type { Probe } from './sweep.js';
import { type Target, targetUrl } from './targets.js';
import { judgeTrust, type PinPolicy, type Trust } from './trust.js';

export interface ExamineTools {
  readonly bmcs: BmcFactory;
  readonly inventory: KnownInventory;
  readonly pin: PinPolicy;
  /** The credential assigned to this BMC, or undefined: then there is no login. */
  credentialFor(bmc: { host: string; vendor?: string; row?: Target['row'] }): CredentialRef | undefined;
  load(ref: CredentialRef): Promise<Credential>;
  /** True exactly once per service: one BMC met at two addresses gets one attempt. */
  mayLogIn(answer: ProbeAnswer): boolean;
}

/** Turns a probe that answered or failed into a finding. Never throws for what a BMC does. */
export async function examine(probe: Probe, tools: ExamineTools): Promise<Finding> {
  const { target, answer, error } = probe;
  if (answer === undefined) return failedProbe(target, error);
  const base = { ...placed(target), ...identified(answer) };
  const unfit = whyUnsupported(answer);
  if (unfit !== undefined) return { ...base, status: 'unsupported', why: unfit };
  const [known] = tools.inventory.atAddress(target.host, target.port);
  const trust = trustOf(target, answer, known?.pin, tools.pin);
  const object = known ? { object: `bmc/${known.name}` } : {};
  if (trust.by === 'nothing') return { ...base, ...object, status: 'tls', why: trust.why };
  const trusted = target.scheme === 'https' ? { ...base, trust: trust.by } : base;
  const ref = tools.credentialFor({
    host: target.host,
    ...rowOf(target),
    ...(answer.vendor ? { vendor: answer.vendor } : {}),
  });
  if (ref === undefined || !tools.mayLogIn(answer)) return { ...trusted, ...compare(locate(target), tools.inventory) };
  const credential = await tools.load(ref);
  if (known?.refused === credential.version) return { ...trusted, ...object, ...refusedBefore(credential) };
  return logIn(target, trusted, trust, credential, tools);
}

/** A reconciler tried this very secret and was refused: a second try here would count towards a lockout. */
const refusedBefore = ({ source, secretName }: Credential) => ({
  status: 'auth' as const,
  credential: source,
  ...(secretName ? { secret: secretName } : {}),
  why: `401 with ${source} when it was last tried; not tried again until it changes`,
});

async function logIn(
  target: Target,
  base: Omit<Finding, 'status'>,
  trust: Trust,
  credential: Credential,
  { bmcs, inventory }: ExamineTools,
): Promise<Finding> {
  const used = {
    ...base,
    credential: credential.source,
    ...(credential.secretName ? { secret: credential.secretName } : {}),
  };
  try {
    const bmc = bmcs.open({
      id: `discover ${targetUrl(target)}`,
      url: targetUrl(target),
      username: credential.username,
      password: credential.password,
      credentialVersion: credential.version,
      ...('pin' in trust ? { tlsPin: trust.pin } : {}),
      ...(target.scheme === 'http' ? { allowPlainHttp: true } : {}),
    });
    await bmc.authenticate();
    const manager = await bmc.manager();
    const systems = (await bmc.systems()).filter((system) => system.isBootable);
    if (systems.length === 0) return { ...used, status: 'unsupported', why: 'it has no bootable system' };
    const read = { ...used, ...described(manager, systems) };
    return { ...read, ...compare({ ...locate(target), systems: read.systems }, inventory) };
  } catch (error) {
    if (!isMetalError(error)) throw error;
    return {
      ...used,
      ...compareByAddress(target, inventory),
      status: statusOf(error.code),
      why: whyOf(error, credential),
    };
  }
}

/** Over plain HTTP, which a person allowed, there is no certificate to judge. */
const trustOf = (target: Target, answer: ProbeAnswer, pin: string | undefined, policy: PinPolicy): Trust =>
  target.scheme === 'http' ? { by: 'ca' } : judgeTrust(answer, pin, policy);

const compareByAddress = (target: Target, inventory: KnownInventory): { object?: string } => {
  const { object } = compare(locate(target), inventory);
  return object ? { object } : {};
};

const locate = ({ host, port }: Target): { address: string; port: number } => ({ address: host, port });
const rowOf = ({ row }: Target): { row?: NonNullable<Target['row']> } => (row ? { row } : {});

const placed = ({ host, port, scheme, row }: Target) => ({
  address: host,
  port,
  scheme,
  ...pick({ mac: row?.mac, location: row?.location, rack: row?.rack, shelf: row?.shelf }),
});

const identified = (answer: ProbeAnswer) =>
  pick({
    vendor: answer.vendor,
    redfish: answer.redfishVersion,
    serviceUUID: answer.serviceUUID,
    fingerprint: answer.fingerprint,
    certificateEnds: answer.certificateEnds,
  });

function described(manager: ManagerInfo, systems: readonly SystemInfo[]) {
  const [first] = systems;
  return {
    ...pick({
      vendor: first?.manufacturer ?? manager.manufacturer,
      model: first?.model,
      serial: first?.serialNumber,
      power: first?.powerState,
      manager: manager.model,
      firmware: manager.firmwareVersion,
    }),
    systems: systems.map(toFoundSystem),
  };
}

const toFoundSystem = (system: SystemInfo): FoundSystem => ({
  uri: system.uri,
  ...pick({ uuid: system.uuid, model: system.model, serial: system.serialNumber, power: system.powerState }),
  ...(system.memoryGiB === undefined ? {} : { memoryGiB: system.memoryGiB }),
});

/** Without the members that have no value. */
const pick = <T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value)) as { [K in keyof T]?: string };

/** Redfish 1.6 is the oldest protocol version accepted (cli.md §16.1). */
function whyUnsupported({ redfishVersion, hasSystems }: ProbeAnswer): string | undefined {
  const [major = 0, minor = 0] = (redfishVersion ?? '').split('.').map(Number);
  if (redfishVersion !== undefined && (major < 1 || (major === 1 && minor < 6))) {
    return `it speaks Redfish ${redfishVersion}; 1.6 or later is needed`;
  }
  return hasSystems ? undefined : 'it offers no Systems';
}

function failedProbe(target: Target, error: MetalError | undefined): Finding {
  const status = error && tlsCodes.has(error.code) ? 'tls' : 'silent';
  return { ...placed(target), status, ...(error ? { why: error.why ?? error.message } : {}) };
}

const tlsCodes: ReadonlySet<ErrorCode> = new Set(['BMC_TLS', 'BMC_PLAIN_HTTP']);
const authCodes: ReadonlySet<ErrorCode> = new Set(['BMC_AUTH_FAILED', 'BMC_FORBIDDEN', 'BMC_PASSWORD_CHANGE_REQUIRED']);

function statusOf(code: ErrorCode): FindingStatus {
  if (authCodes.has(code)) return 'auth';
  if (tlsCodes.has(code)) return 'tls';
  return code === 'BMC_REFUSED' || code === 'BMC_NOT_FOUND' ? 'unsupported' : 'silent';
}

const whyOf = (error: MetalError, { source }: Credential): string => {
  const said = error.why ? `${error.message}: ${error.why}` : error.message;
  return error.code === 'BMC_AUTH_FAILED' ? `401 with ${source} (1 attempt made, none left)` : said;
};
