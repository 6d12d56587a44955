/** Sensors that follow power and load, and a log that grows with every event. */
import { UserError } from '../../../errors/classes.js';
import type { Happening } from '../events/event.js';
import { type Answer, actionDone } from '../http/answer.js';
import { isObject, type Json, type JsonObject } from '../json.js';
import type { Machine } from '../machine/machine.js';
import { root } from '../tree/builder.js';
import { type SensorFacts, sensors } from '../tree/monitoring.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import { wander } from '../wander.js';
import type { Behaviour, Write } from './behaviour.js';
import { stamp } from './computer-system.js';

/** What a sensor shows now: what it was made to, or what the machine gives it; undefined where there is none of that name. */
export function readingOf(bmc: VirtualBmc, path: string, id: string): number | undefined {
  const fact = sensors.find((known) => known.id === id);
  const at = bmc.profile.systems.findIndex(({ chassisId }) => path.includes(`/Chassis/${chassisId}/`));
  const machine = bmc.machines[at];
  if (!fact || !machine) return undefined;
  return bmc.readings.get(id) ?? given(bmc, fact, machine, `bmc${bmc.index}/s${at}`);
}

/** Power first, load next, and a little that is the sensor's own. */
function given({ world }: VirtualBmc, fact: SensorFacts, machine: Machine, owner: string): number {
  const strays = (label: string): number => wander(world.seed, `${owner}/${label}`, world.hardwareMs());
  const [on, off] = fact.jitter;
  if (machine.power === 'Off') return off === 0 ? fact.off : Math.round(fact.off + off * strays(fact.id));
  // Firmware keeps every core busy until an operating system lets them rest.
  const load = machine.progress === 'OSRunning' ? strays('load') : 0;
  return Math.round(fact.on + fact.withLoad * load + on * strays(fact.id));
}

const isCritical = (bmc: VirtualBmc, id: string): boolean => {
  const { critical } = sensors.find((known) => known.id === id) ?? {};
  return critical !== undefined && (bmc.readings.get(id) ?? 0) >= critical;
};

/** Makes a sensor show a value, or again what the machine gives it. @throws UserError NOT_FOUND */
export function setReading(bmc: VirtualBmc, id: string, reading: number | undefined): void {
  if (!sensors.some((known) => known.id === id)) {
    const hint = sensors.map((known) => known.id).join(', ');
    throw new UserError('NOT_FOUND', `no sensor is called "${id}"`, { hint });
  }
  const was = isCritical(bmc, id);
  if (reading === undefined) bmc.readings.delete(id);
  else bmc.readings.set(id, reading);
  const is = isCritical(bmc, id);
  if (was !== is) bmc.events.publish(crossing(bmc, id, is));
}

/** The event of a threshold crossed, by the SensorEvent registry (DSP8011). */
function crossing(bmc: VirtualBmc, id: string, isAbove: boolean): Happening {
  const key = isAbove ? 'ReadingAboveUpperCriticalThreshold' : 'ReadingNoLongerCritical';
  return {
    messageId: `SensorEvent.1.0.${key}`,
    message: `The reading of ${id} is ${isAbove ? 'above its upper critical threshold' : 'no longer critical'}.`,
    args: [id, String(bmc.readings.get(id) ?? '')],
    severity: isAbove ? 'Critical' : 'OK',
    origin: `${root}/Chassis/${bmc.profile.systems[0]?.chassisId ?? ''}`,
  };
}

export const sensor: Behaviour = {
  compute(bmc, path, doc) {
    const id = path.split('/').at(-1) ?? '';
    doc.Reading = readingOf(bmc, path, id) ?? doc.Reading ?? null;
    if (isCritical(bmc, id)) doc.Status = { State: 'Enabled', Health: 'Critical' };
  },
};

/** Thermal and Power: lists of readings under names of their own, numbers or text as they were. */
export const oldSensors: Behaviour = {
  compute(bmc, path, doc) {
    for (const value of Object.values(doc)) {
      if (Array.isArray(value)) for (const entry of value) if (isObject(entry)) follow(bmc, path, entry);
    }
  },
};

function follow(bmc: VirtualBmc, path: string, entry: JsonObject): void {
  const id = String(entry.Name);
  const reading = readingOf(bmc, path, id);
  if (isCritical(bmc, id)) entry.Status = { State: 'Enabled', Health: 'Critical' };
  const name = ['ReadingCelsius', 'Reading', 'PowerConsumedWatts'].find((known) => known in entry);
  if (reading !== undefined && name) entry[name] = typeof entry[name] === 'string' ? String(reading) : reading;
}

export const logEntries: Behaviour = {
  compute(bmc, path, doc) {
    const members: Json[] = bmc.events.journal.map((event) => ({
      '@odata.id': `${path}/${event.id}`,
      '@odata.type': '#LogEntry.v1_13_0.LogEntry',
      Id: String(event.id),
      Name: `Log Entry ${event.id}`,
      EntryType: 'Event',
      Created: stamp(event.at),
      Severity: event.severity ?? 'OK',
      Message: event.message,
      MessageId: event.messageId,
      Links: { OriginOfCondition: { '@odata.id': event.origin } },
    }));
    doc.Members = members;
    doc['Members@odata.count'] = members.length;
  },
  member(bmc, path) {
    const doc: JsonObject = {};
    logEntries.compute?.(bmc, path.slice(0, path.lastIndexOf('/')), doc);
    const members = Array.isArray(doc.Members) ? doc.Members : [];
    return members.filter(isObject).find((entry) => entry['@odata.id'] === path);
  },
};

export const logService: Behaviour = { privilege: 'ConfigureManager', actions: { 'LogService.ClearLog': clearLog } };

function clearLog({ bmc }: Write): Answer {
  bmc.events.clearJournal();
  return actionDone(bmc.profile.quirks);
}
