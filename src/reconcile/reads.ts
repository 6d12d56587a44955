/**
 * What a reconciler may look at. Reads are calls; nothing here can change anything.
 */
import type { Key, KindDef, KubeObject } from '../api/kind.js';
import type { SshKey } from '../lib/ssh-key.js';
import type { Accounts, BmcAccess, Inspection, Subscriptions } from '../ports/bmc.js';
import type { ProbeReads } from '../ports/probes.js';
import type { DnsRecordTemplate } from './bmc/dns-template.js';

/** What a BMC may be asked without changing it. */
export type BmcReads = Inspection &
  Pick<Accounts, 'accounts' | 'passwordRules' | 'admits'> &
  Pick<Subscriptions, 'subscriptions'>;

export interface Reads {
  /** From the cache: may lag behind the API by a moment. */
  get<T extends KubeObject>(kind: KindDef<T>, key: Key): T | undefined;
  list<T extends KubeObject>(kind: KindDef<T>): readonly T[];
  /** Through a declared index. */
  by<T extends KubeObject>(kind: KindDef<T>, index: string, value: string): readonly T[];
  /** From the API itself: for everything that gates something irreversible, and for kinds that are not cached. */
  fresh<T extends KubeObject>(kind: KindDef<T>, key: Key): Promise<T | undefined>;
  /** The read half of a BMC. Opening sends nothing. */
  bmc(access: BmcAccess): BmcReads;
  readonly probes: ProbeReads;
}

/** Random values, as a parameter. */
export interface IdSource {
  /** 256 random bits from the CSPRNG, base64url. */
  token(): string;
  /** SHA-256, lower-case hex. */
  hash(text: string): string;
  /** A whole number from 0 up to, and without, `limit`: each as likely as any other, from the CSPRNG. */
  below(limit: number): number;
  /** A new SSH key pair. */
  sshKey(): SshKey;
}

/** What every input of a machine has. */
export interface Visit {
  readonly read: Reads;
  readonly now: Date;
  readonly ids: IdSource;
  readonly settings: Settings;
}

/** Settings of the reconcilers; names and defaults follow upstream's manager flags where it has them. */
export interface Settings {
  /** Namespace of discovery boot configurations, their Secrets and the leases. */
  readonly managerNamespace: string;
  /** Names this process in intents: what another process wrote is judged from evidence only. */
  readonly instance: string;
  readonly discoveryTimeoutMs: number;
  /** Ranges that addresses of a discovered machine must lie in; none: any. */
  readonly discoveryPrefixes: readonly string[];
  /** Periodic check of a Server that needs nothing. */
  readonly serverResyncMs: number;
  /** Periodic check of a BMC that needs nothing. */
  readonly bmcResyncMs: number;
  /** Quiet time after a restart of a BMC. */
  readonly bmcResetWaitMs: number;
  /** How long a deletion waits for a BMC that does not answer before it leaves behind what is on it. */
  readonly deletionGraceMs: number;
  /** How long a manager's details count as fresh. */
  readonly managerMaxAgeMs: number;
  /** How long a list of a BMC's systems counts as fresh; a manager with other firmware ends it. */
  readonly systemsMaxAgeMs: number;
  /** A power-on that shows no effect for this long is sent again. */
  readonly powerConfirmMs: number;
  /** Time a graceful shutdown is given. */
  readonly powerGraceMs: number;
  /** Spacing of reads while a power change is under way. */
  readonly powerPollMs: number;
  /** Force off when a graceful shutdown was not honoured. */
  readonly enforcePowerOff: boolean;
  /** Power off machines found running in Initial instead of waiting for a person. */
  readonly enforceFirstBoot: boolean;
  readonly probeImage: string;
  readonly probeOsImage: string;
  /** Template of the ignition machines are discovered with; absent: our own. */
  readonly discoveryIgnition?: string;
  /** What a boot configuration whose ignition is not valid means: a condition, or that its machine is not switched on. */
  readonly ignitionValidation: 'warn' | 'enforce';
  /** Keep the last report of each machine in a ConfigMap. */
  readonly persistInventory: boolean;
  readonly defaultScheme: 'https' | 'http';
  /** Whether credentials may be sent over plain HTTP. */
  readonly allowPlainHttp: boolean;
  /** False: a person said that certificates which are not pinned need not be verified. */
  readonly verifiesTls: boolean;
  readonly macPrefixes: readonly MacPrefix[];
  /** A BMC that has not answered for this long is restarted, once each time; 0: never. */
  readonly bmcFailureResetDelayMs: number;
  /** Makes a DNS record of each BMC; absent: none is made, and none looked for. */
  readonly dnsRecord?: DnsRecordTemplate;
  /** URL a BMC of this name sends its events to, with the secret in its path; absent: nobody listens. */
  readonly eventUrl?: (bmc: string, format: 'Event' | 'MetricReport') => string;
}

/** One entry of the MAC prefix database. */
export interface MacPrefix {
  readonly macPrefix: string;
  readonly type: string;
  readonly protocol: string;
  readonly protocolScheme?: 'http' | 'https';
  readonly port: number;
  readonly defaultCredentials: readonly { readonly username: string; readonly password: string }[];
  readonly console?: { readonly type: string; readonly port: number };
}

export const defaultSettings: Settings = {
  managerNamespace: 'metalctl-system',
  instance: 'metalctl',
  discoveryTimeoutMs: 30 * 60_000,
  discoveryPrefixes: [],
  serverResyncMs: 120_000,
  bmcResyncMs: 120_000,
  bmcResetWaitMs: 120_000,
  deletionGraceMs: 600_000,
  managerMaxAgeMs: 600_000,
  systemsMaxAgeMs: 3_600_000,
  powerConfirmMs: 15_000,
  powerGraceMs: 300_000,
  powerPollMs: 2_000,
  enforcePowerOff: false,
  enforceFirstBoot: false,
  probeImage: 'ghcr.io/ironcore-dev/metalprobe:latest',
  probeOsImage: 'ghcr.io/ironcore-dev/os-images/gardenlinux:latest',
  ignitionValidation: 'warn',
  persistInventory: true,
  defaultScheme: 'https',
  allowPlainHttp: false,
  verifiesTls: true,
  macPrefixes: [],
  bmcFailureResetDelayMs: 0,
};
