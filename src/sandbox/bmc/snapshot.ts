/**
 * The state of a BMC as data, to go back to: what was written to its resources, firmware in force, what waits for a reset,
 * boot settings, media, and whether machines run. Left out: accounts, because a snapshot is kept in files and holds no
 * secret; sessions, tasks and subscriptions, because a restart of the BMC ends them too.
 */
import type { Medium } from './behaviours/virtual-media.js';
import { isObject, type JsonObject } from './json.js';
import type { BootOverride, BootSettings } from './machine/boot-settings.js';
import type { Machine } from './machine/machine.js';
import type { VirtualBmc } from './virtual-bmc.js';

export interface Snapshot {
  readonly profile: string;
  readonly patches: Readonly<Record<string, JsonObject>>;
  readonly extras: Readonly<Record<string, JsonObject>>;
  readonly removed: readonly string[];
  readonly numbers: Readonly<Record<string, number>>;
  readonly pending: Readonly<Record<string, JsonObject>>;
  readonly applied: Readonly<Record<string, JsonObject>>;
  /** Image by slot. */
  readonly media: Readonly<Record<string, string>>;
  readonly readings: Readonly<Record<string, number>>;
  readonly machines: readonly MachineState[];
}

interface MachineState {
  readonly power: 'On' | 'Off';
  readonly override: BootOverride;
  readonly order?: readonly string[];
  readonly pending?: BootSettings['pending'];
}

/** A machine between two states is taken as where it goes. */
const settled = ({ power }: Machine): MachineState['power'] =>
  power === 'On' || power === 'PoweringOn' ? 'On' : 'Off';

const stateOf = (machine: Machine): MachineState => ({
  power: settled(machine),
  override: { ...machine.boot.override },
  ...(machine.boot.order === undefined ? {} : { order: [...machine.boot.order] }),
  ...(machine.boot.pending === undefined ? {} : { pending: structuredClone(machine.boot.pending) }),
});

/** Takes a snapshot; it shares nothing with the BMC. */
export function snapshotOf(bmc: VirtualBmc): Snapshot {
  const { patches, extras, removed, numbers } = bmc.own.all;
  const whole = {
    profile: bmc.profile.name,
    patches: Object.fromEntries(patches),
    extras: Object.fromEntries([...extras].filter(([path]) => !isFleeting(path))),
    removed: [...removed],
    numbers: Object.fromEntries(numbers),
    pending: Object.fromEntries(bmc.pending),
    applied: Object.fromEntries(bmc.applied),
    media: Object.fromEntries(
      [...bmc.media].flatMap(([slot, { image, untilMs }]) => (untilMs === undefined ? [[slot, image]] : [])),
    ),
    readings: Object.fromEntries(bmc.readings),
    machines: bmc.machines.map(stateOf),
  };
  return structuredClone(whole);
}

const isFleeting = (path: string): boolean => /\/(Sessions|TaskService|EventService)\//.test(path);

/** Puts a BMC back. What is under way ends: tasks are forgotten, sessions are over. @throws TypeError (another profile) */
export function restoreInto(bmc: VirtualBmc, given: Snapshot): void {
  const { profile, patches, extras, removed, numbers, ...rest } = structuredClone(given);
  if (profile !== bmc.profile.name) throw new TypeError(`it is of a ${profile}, and ${bmc.name} a ${bmc.profile.name}`);
  for (const work of new Set(bmc.works.values())) work.forget();
  bmc.sessions.endAll();
  bmc.own.replace({
    patches: new Map(Object.entries(patches)),
    extras: new Map(Object.entries(extras)),
    removed: new Set(removed),
    numbers: new Map(Object.entries(numbers)),
  });
  refill(bmc.pending, rest.pending);
  refill(bmc.applied, rest.applied);
  refill(bmc.readings, rest.readings);
  const fromMs = bmc.world.hardwareMs();
  refill<Medium>(
    bmc.media,
    Object.fromEntries(Object.entries(rest.media).map(([slot, image]) => [slot, { image, fromMs }])),
  );
  bmc.machines.forEach((machine, n) => {
    const state = rest.machines[n];
    if (state !== undefined) restoreMachine(machine, state);
  });
}

function refill<T>(map: Map<string, T>, entries: Readonly<Record<string, T>>): void {
  map.clear();
  for (const [key, value] of Object.entries(entries)) map.set(key, value);
}

function restoreMachine(machine: Machine, { power, override, order, pending }: MachineState): void {
  machine.setPower(power, 'restore');
  machine.boot.override = override;
  machine.boot.order = order;
  machine.boot.pending = pending;
}

/** Whether it looks like a snapshot: it comes from a file. */
export const isSnapshot = (value: unknown): value is Snapshot =>
  isObject(value) &&
  typeof value.profile === 'string' &&
  ['patches', 'extras', 'numbers', 'pending', 'applied', 'media', 'readings'].every((part) => isObject(value[part])) &&
  Array.isArray(value.removed) &&
  Array.isArray(value.machines);
