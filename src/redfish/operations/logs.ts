/** Log services wherever a BMC keeps them; entries sorted here, because no two vendors list them in one order. */
import type { LogEntry, LogInfo, Logs, SystemUri } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { Chassis, LogEntry as Entry, LogService } from '../schema/health.js';
import { Manager } from '../schema/manager.js';
import type { JsonObject } from '../transport/json.js';
import { chassisLinksOf } from './chassis.js';
import { present } from './present.js';
import type { Reach } from './reach.js';
import { unsupported } from './unsupported.js';

const linksMs = 3_600_000;
const usually = 100;

/** Logs of the systems of a BMC. */
export function logsOf(reach: Reach): Logs {
  const { resources } = reach;
  return {
    logs: (uri) => list(reach, uri),
    logEntries: (log, most = usually) => entries(resources, log, most),
    clearLog: (log) => clear(resources, log),
  };
}

async function list(reach: Reach, uri: SystemUri): Promise<LogInfo[]> {
  const { resources } = reach;
  const { LogServices: ofSystem } = await reach.links(uri);
  const { LogServices: ofManager } = Manager.parse((await reach.managerResource(linksMs)).json);
  const ofChassis = (await chassisLinksOf(reach, uri)).map((json) => Chassis.parse(json).LogServices);
  const places = [
    [ofSystem, 'system'],
    [ofManager, 'manager'],
    ...ofChassis.map((link) => [link, 'chassis'] as const),
  ] as const;
  const found = await Promise.all(
    places.map(async ([link, owner]) => {
      const members = await resources.members(link, { tolerant: true });
      return members.map((json) => toInfo(json, owner));
    }),
  );
  // Some list one log below two owners.
  const all = found.flat();
  return all.filter((log, index) => all.findIndex(({ uri: known }) => known === log.uri) === index);
}

function toInfo(json: JsonObject, owner: LogInfo['owner']): LogInfo {
  const service = LogService.parse(json);
  const canBeCleared = service.Actions?.['#LogService.ClearLog']?.target !== undefined;
  const uri = String(json['@odata.id']);
  return { uri, id: service.Id ?? '', ...present({ name: service.Name }), owner, canBeCleared };
}

async function readService(resources: Resources, log: string) {
  await resources.service.known();
  const path = resources.service.path(log);
  return { path, service: LogService.parse((await resources.get(path, linksMs)).json) };
}

async function entries(resources: Resources, log: string, most: number): Promise<LogEntry[]> {
  const { service } = await readService(resources, log);
  const all = (await resources.members(service.Entries, { tolerant: true })).map(toEntry);
  const newestFirst = (a: LogEntry, b: LogEntry): number =>
    (b.at ?? '').localeCompare(a.at ?? '') || Number(b.id) - Number(a.id) || 0;
  return all.sort(newestFirst).slice(0, most);
}

function toEntry(json: JsonObject): LogEntry {
  const entry = Entry.parse(json);
  const facts = present({
    at: toTime(entry.EventTimestamp ?? entry.Created),
    severity: entry.Severity,
    messageId: entry.MessageId,
  });
  return { id: entry.Id ?? '', message: entry.Message ?? '', ...facts };
}

/** In UTC, so that text sorts as time does. iDRAC writes offsets without a colon. */
function toTime(text: string | undefined): string | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().replace('.000Z', 'Z');
}

async function clear(resources: Resources, log: string): Promise<void> {
  const { path, service } = await readService(resources, log);
  const target = service.Actions?.['#LogService.ClearLog']?.target;
  if (target === undefined) throw unsupported(resources, 'clearing a log', `${path} cannot be cleared`);
  await resources.service.send({ method: 'POST', path: resources.service.path(target), kind: 'action', body: {} });
}
