/** Sensors that follow the power, and a log that grows with every event. */
import { UserError } from '../../../errors/classes.js';
import type { Happening } from '../events/event.js';
import { type Answer, actionDone } from '../http/answer.js';
import { isObject, type Json, type JsonObject } from '../json.js';
import { root } from '../tree/builder.js';
import { sensors } from '../tree/monitoring.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import type { Behaviour, Write } from './behaviour.js';
import { stamp } from './computer-system.js';

/** What a sensor shows at the moment; the machine decides, not the clock, so that equal states look equal. */
function readingOf(bmc: VirtualBmc, path: string, id: string): number | undefined {
  const fact = sensors.find((known) => known.id === id);
  const system = bmc.profile.systems.find(({ chassisId }) => path.includes(`/Chassis/${chassisId}/`));
  const machine = system && bmc.machine(system.id);
  if (!fact || !machine) return undefined;
  const made = bmc.readings.get(id);
  if (made !== undefined) return made;
  return machine.power === 'Off' ? fact.off : fact.on;
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
