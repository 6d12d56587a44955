/** Says what a finding is beside the cluster's objects: new, known, moved or in conflict. Pure. */
import { compareAddresses } from '../../lib/ip.js';
import type { Finding, FoundSystem } from './finding.js';
import { placeOf } from './finding.js';
import type { KnownBmc, KnownInventory } from './inventory.js';

export interface Verdict {
  readonly status: 'new' | 'known' | 'moved' | 'conflict';
  readonly why?: string;
  readonly object?: string;
  readonly was?: string;
}

interface Located {
  readonly address: string;
  readonly port: number;
  readonly systems?: readonly FoundSystem[];
}

/** Compares one BMC. Without a login there are no systems, and only the address can be recognised. */
export function compare(found: Located, inventory: KnownInventory): Verdict {
  const here = inventory.atAddress(found.address, found.port);
  if (here.length > 1) return conflict(`${listed(here)} stand for this address`, here[0]);
  const owners = distinct((found.systems ?? []).flatMap(({ uuid }) => (uuid ? inventory.withSystem(uuid) : [])));
  if (owners.length > 1) return conflict(`${listed(owners)} claim its systems`, owners[0]);
  return compareIdentity(found, here[0], owners[0]);
}

function compareIdentity(found: Located, here: KnownBmc | undefined, owner: KnownBmc | undefined): Verdict {
  if (owner === undefined) return compareAddress(found, here);
  if (here?.name === owner.name) return { status: 'known', object: `bmc/${owner.name}` };
  if (here !== undefined)
    return conflict(`its systems belong to bmc/${owner.name}, its address to bmc/${here.name}`, owner);
  return { status: 'moved', object: `bmc/${owner.name}`, ...(owner.address ? { was: placeOfKnown(owner) } : {}) };
}

function compareAddress({ systems }: Located, here: KnownBmc | undefined): Verdict {
  if (here === undefined) return { status: 'new' };
  const isAnother = systems?.some(({ uuid }) => uuid !== undefined) && here.systemUUIDs.length > 0;
  if (isAnother) return conflict(`another machine answers at the address of bmc/${here.name}`, here);
  return { status: 'known', object: `bmc/${here.name}` };
}

const conflict = (why: string, bmc: KnownBmc | undefined): Verdict => ({
  status: 'conflict',
  why,
  ...(bmc ? { object: `bmc/${bmc.name}` } : {}),
});

const listed = (bmcs: readonly KnownBmc[]): string => bmcs.map(({ name }) => `bmc/${name}`).join(' and ');
const distinct = <T>(items: readonly T[]): T[] => [...new Set(items)];
const placeOfKnown = ({ address = '', port }: KnownBmc): string => placeOf({ address, port, scheme: 'https' });

/**
 * Marks findings that are one machine at several addresses, which only the whole sweep shows, and sorts by address.
 * Systems are compared by UUID, services (without a login) by UUID together with their certificate: some vendors give
 * every service the same UUID.
 */
export function settleFindings(findings: readonly Finding[]): Finding[] {
  const places = new Map<string, string[]>();
  for (const finding of findings) {
    for (const id of identitiesOf(finding)) places.set(id, [...(places.get(id) ?? []), placeOf(finding)]);
  }
  return [...findings]
    .sort((a, b) => compareAddresses(a.address, b.address) || a.port - b.port)
    .map((finding) => withTwins(finding, places));
}

function withTwins(finding: Finding, places: ReadonlyMap<string, readonly string[]>): Finding {
  const here = placeOf(finding);
  const twins = identitiesOf(finding).flatMap((id) => (places.get(id) ?? []).filter((place) => place !== here));
  if (twins.length === 0) return finding;
  return { ...finding, status: 'conflict', why: `the same machine answers at ${distinct(twins).join(', ')}` };
}

function identitiesOf({ systems, serviceUUID, fingerprint }: Finding): string[] {
  const uuids = (systems ?? []).flatMap(({ uuid }) => (uuid ? [`system ${uuid.toLowerCase()}`] : []));
  return serviceUUID && fingerprint ? [...uuids, serviceIdentity(serviceUUID, fingerprint)] : uuids;
}

/** Identity of a Redfish service before any login. */
export const serviceIdentity = (uuid: string, fingerprint: string): string => `service ${uuid} ${fingerprint}`;
