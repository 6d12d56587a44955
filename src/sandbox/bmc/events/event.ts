/** What a BMC has to say, and the documents it says it in: Event for subscribers, each in the words of its profile. */
import type { Json, JsonObject } from '../json.js';
import type { EventRules } from '../profile.js';

/** Something that happened, before a profile gives it its form. */
export interface Happening {
  /** `ResourceEvent.1.3.ResourcePoweredOn`. */
  readonly messageId: string;
  readonly message: string;
  readonly args?: readonly string[];
  readonly severity?: 'OK' | 'Warning' | 'Critical';
  /** `@odata.id` of the resource it happened to. */
  readonly origin: string;
}

export interface NumberedEvent extends Happening {
  readonly id: number;
  readonly at: Date;
}

/** `2026-01-02T03:04:05+00:00`, or with an offset that lacks its colon (iDRAC). */
export function timeOf({ offset }: EventRules, at: Date): string {
  const text = at.toISOString().slice(0, 19);
  return `${text}${offset === 'bare' ? '+0000' : '+00:00'}`;
}

/** The Event document with these events (Event schema, DSP0266 12.5). */
export function eventDocument(rules: EventRules, events: readonly NumberedEvent[], context: string | null): JsonObject {
  const id = String(events.at(-1)?.id ?? 0);
  return {
    '@odata.type': '#Event.v1_7_0.Event',
    Id: id,
    Name: 'Event Array',
    ...(context === null ? {} : { Context: context }),
    [rules.listKey]: events.map((event) => recordOf(rules, event)),
  };
}

function recordOf(rules: EventRules, event: NumberedEvent): JsonObject {
  const { id, at, messageId, message, args = [], severity = 'OK', origin } = event;
  const record: Record<string, Json> = {
    EventId: String(id),
    EventType: 'Alert',
    EventTimestamp: timeOf(rules, at),
    Severity: severity,
    MessageSeverity: severity,
    MessageId: messageId,
    Message: message,
    MessageArgs: [...args],
    MemberId: String(id),
    OriginOfCondition: rules.origin === 'text' ? origin : { '@odata.id': origin },
  };
  for (const name of rules.lacks ?? []) delete record[name];
  return record;
}

const powerKeys: Readonly<Record<string, string>> = {
  On: 'ResourcePoweredOn',
  Off: 'ResourcePoweredOff',
  PoweringOn: 'ResourcePoweringOn',
  PoweringOff: 'ResourcePoweringOff',
};

/** A change of PowerState, by the ResourceEvent registry (DSP8011). */
export const powerHappening = (system: string, to: string): Happening => ({
  messageId: `ResourceEvent.1.3.${powerKeys[to] ?? 'ResourceStatusChangedOK'}`,
  message: `The resource ${system} is ${to} now.`,
  args: [system],
  origin: system,
});
