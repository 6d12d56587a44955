/** Events of all vendors in one form: `Events` or `Alerts`, origins as links or text, odd times, missing members. */
import type { BmcEvent } from '../../ports/bmc.js';
import { plain } from '../messages.js';
import { present } from '../operations/present.js';
import { isObject, type JsonObject } from '../transport/json.js';

const most = 1000;

/** The events of an Event document; none where it is something else. Never throws. */
export function eventsIn(json: unknown): BmcEvent[] {
  if (!isObject(json)) return [];
  const list = [json.Events, json.Alerts].find(Array.isArray) ?? [];
  return list.slice(0, most).filter(isObject).map(toEvent);
}

function toEvent(raw: JsonObject): BmcEvent {
  const text = (value: unknown): string | undefined =>
    typeof value === 'string' && value !== '' ? plain(value) : undefined;
  return present({
    id: text(raw.EventId) ?? text(raw.MemberId),
    at: timeOf(text(raw.EventTimestamp)),
    messageId: text(raw.MessageId),
    message: text(raw.Message),
    severity: text(raw.MessageSeverity) ?? text(raw.Severity),
    origin: text(isObject(raw.OriginOfCondition) ? raw.OriginOfCondition['@odata.id'] : raw.OriginOfCondition),
  });
}

function timeOf(text: string | undefined): string | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().replace('.000Z', 'Z');
}
