/** Parts that fail or are taken out while a machine runs: what the documents show of it, and the event that tells. */
import type { Happening } from '../events/event.js';
import { isObject, type Json, type JsonObject, objectAt, stringAt } from '../json.js';
import { root } from '../tree/builder.js';
import { typeOf } from '../tree/template.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import { type FaultAction, type HardwareFault, matchesGlob } from './rules.js';

type Broken = Extract<FaultAction, { kind: 'hardware' }>;

/** A document as broken hardware leaves it; undefined when the part is gone. */
export function withBrokenParts(bmc: VirtualBmc, path: string, doc: JsonObject): JsonObject | undefined {
  const broken = bmc.faults.hardware(bmc);
  return broken.reduce<JsonObject | undefined>((shown, fault) => shown && breakPart(bmc, path, shown, fault), doc);
}

function breakPart(bmc: VirtualBmc, path: string, doc: JsonObject, fault: Broken): JsonObject | undefined {
  const type = typeOf(doc);
  if (isPart(type, doc, fault)) return partShown(doc, fault.how);
  if (fault.how === 'psuLost' && type === 'Power') return { ...doc, PowerSupplies: lostSupplies(doc, fault) };
  if (fault.how === 'drivePulled' && type === 'Storage') return withoutDrives(bmc, doc, fault);
  return isAbove(bmc, path, type, fault) ? withRollup(doc) : doc;
}

const typeOfPart: Readonly<Record<HardwareFault, string>> = {
  driveFailed: 'Drive',
  drivePulled: 'Drive',
  dimmFailed: 'Memory',
  psuLost: 'PowerSupply',
};

const isPart = (type: string, doc: JsonObject, { how, part = '*' }: Broken): boolean =>
  type === typeOfPart[how] && matchesGlob(part, stringAt(doc, 'Id') ?? '');

function partShown(doc: JsonObject, how: HardwareFault): JsonObject | undefined {
  if (how === 'drivePulled') return undefined;
  const state = how === 'driveFailed' ? 'Enabled' : how === 'dimmFailed' ? 'Disabled' : 'UnavailableOffline';
  const failed = { ...doc, Status: { ...objectAt(doc, 'Status'), State: state, Health: 'Critical' } };
  return how === 'driveFailed' ? { ...failed, FailurePredicted: true } : failed;
}

const lostSupplies = (doc: JsonObject, { part = '*' }: Broken): readonly Json[] =>
  (Array.isArray(doc.PowerSupplies) ? doc.PowerSupplies : []).map((supply: Json) =>
    isObject(supply) && matchesGlob(part, stringAt(supply, 'Name') ?? '')
      ? { ...supply, Status: { State: 'UnavailableOffline', Health: 'Critical' } }
      : supply,
  );

function withoutDrives(bmc: VirtualBmc, doc: JsonObject, fault: Broken): JsonObject {
  const drives = Array.isArray(doc.Drives) ? doc.Drives : [];
  const left = drives.filter((known: Json) => {
    const drive = isObject(known) ? bmc.stored(stringAt(known, '@odata.id') ?? '') : undefined;
    return !drive || !isPart('Drive', drive, fault);
  });
  return withRollup({ ...doc, Drives: left, 'Drives@odata.count': left.length });
}

/** Whether what broke is part of this resource, whose rolled-up health tells of it. */
function isAbove(bmc: VirtualBmc, path: string, type: string, { how }: Broken): boolean {
  if (type === 'ComputerSystem') return bmc.machineAt(path)?.isSettings === false;
  if (type === 'Chassis') return how === 'psuLost';
  return type === 'Storage' && how === 'driveFailed';
}

const withRollup = (doc: JsonObject): JsonObject => ({
  ...doc,
  Status: { ...objectAt(doc, 'Status'), HealthRollup: 'Critical' },
});

/** The event of a part that broke, or of one that is well again. */
export function hardwareHappening(bmc: VirtualBmc, { how }: Broken, isHealed: boolean): Happening {
  const system = `${root}/Systems/${bmc.profile.systems[0]?.id ?? ''}`;
  const what = how === 'drivePulled' ? (isHealed ? 'ResourceCreated' : 'ResourceRemoved') : undefined;
  const key = what ?? (isHealed ? 'ResourceStatusChangedOK' : 'ResourceStatusChangedCritical');
  return {
    messageId: `ResourceEvent.1.3.${key}`,
    message: `A ${typeOfPart[how]} of ${system} ${isHealed ? 'is well again' : 'failed or was taken out'}.`,
    args: [system],
    severity: isHealed ? 'OK' : 'Critical',
    origin: system,
  };
}
