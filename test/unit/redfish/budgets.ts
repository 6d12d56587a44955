/**
 * What every unit of work may cost in requests, and how it is done through the client. Counts are the emulator's own; the
 * login is counted once, by itself.
 */
import type { Bmc, SystemUri } from '../../../src/ports/bmc.js';

/** What the machine at hand has. */
export interface Shape {
  readonly expands: boolean;
  /** Members of the collection that is read. */
  readonly members: number;
  /** Collections beside it that must be read, such as volumes. */
  readonly more?: number;
  /** A tag has to be read before a write (AMI, Fujitsu, Huawei), or is refused once when it is fresh (iDRAC10). */
  readonly tagReads: number;
}

export interface Work {
  /** The most it may cost, and the same in words: with `$expand`, and without. */
  readonly words: readonly [expanded: string, plain: string];
  readonly budget: (shape: Shape) => number;
  readonly run: (bmc: Bmc, uri: SystemUri) => Promise<unknown>;
}

const list = ({ expands, members }: Shape): number => (expands ? 1 : 1 + members);

/** In this order, because each finds what the ones before it have read. */
export const works = {
  'first contact': { words: ['2', '2'], budget: () => 2, run: (bmc) => bmc.authenticate() },
  'identity of the BMC': {
    words: ['1', '1 + managers'],
    budget: ({ expands, members }) => (expands ? 1 : 1 + members),
    run: (bmc) => bmc.manager(),
  },
  'identity of systems': {
    words: ['1', '1 + systems'],
    budget: ({ expands, members }) => (expands ? 1 : 1 + members),
    run: (bmc) => bmc.systems(),
  },
  processors: { words: ['1', '1 + members'], budget: list, run: (bmc, uri) => bmc.processors(uri) },
  memory: { words: ['1', '1 + members'], budget: list, run: (bmc, uri) => bmc.memory(uri) },
  'network interfaces': { words: ['1', '1 + members'], budget: list, run: (bmc, uri) => bmc.networkInterfaces(uri) },
  storage: {
    words: ['1 + controllers and their volumes', '1 + members, drives and volumes'],
    budget: ({ expands, members, more = 0 }) => (expands ? 1 : 1 + members) + more,
    run: (bmc, uri) => bmc.storages(uri),
  },
  'firmware inventory': {
    words: ['1, and 1 for the update service', '1 + members, and 1 for the update service'], // The update service itself is read once a minute.
    budget: (shape) => 1 + list(shape),
    run: (bmc) => bmc.firmwareInventory(),
  },
  'pending firmware': { words: ['1', '1 + members'], budget: list, run: (bmc) => bmc.pendingFirmware('BIOS') },
  'steady state of a server': { words: ['1', '1'], budget: () => 1, run: (bmc, uri) => bmc.system(uri) },
  'steady state of a BMC': { words: ['1', '1'], budget: () => 1, run: (bmc) => bmc.manager() },
  'network boot': {
    words: ['2, and tags that must be read', '2, and tags that must be read'],
    budget: ({ tagReads }) => 2 + tagReads,
    run: (bmc, uri) => bmc.setBootOnce(uri, 'Pxe'),
  },
  'power on': { words: ['2', '2'], budget: () => 2, run: (bmc, uri) => bmc.setPower(uri, 'On', 'graceful') },
} satisfies Record<string, Work>;

export type WorkName = keyof typeof works;
