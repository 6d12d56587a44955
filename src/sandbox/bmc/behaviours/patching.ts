/** PATCH by rules: sorts a body into what may be set and what is refused, and answers in the profile's form. */
import { type Answer, noContent, ok, refusal, success } from '../http/answer.js';
import { type Message, messageBody } from '../http/messages.js';
import type { Json, JsonObject } from '../json.js';
import type { VirtualBmc } from '../virtual-bmc.js';

/** A message if the value will not do. */
export type Check = (value: Json, property: string) => Message | undefined;
export type WriteRules = Readonly<Record<string, Check>>;

export const isString: Check = (value, property) =>
  typeof value === 'string' ? undefined : wrongType(value, property);

export const isBoolean: Check = (value, property) =>
  typeof value === 'boolean' ? undefined : wrongType(value, property);

export const oneOf =
  (values: readonly string[]): Check =>
  (value, property) => {
    if (typeof value !== 'string') return wrongType(value, property);
    return values.includes(value) ? undefined : notInList(value, property);
  };

export const wrongType = (value: Json, property: string): Message => ({
  key: 'PropertyValueTypeError',
  args: [JSON.stringify(value), lastOf(property)],
  property: `#/${property}`,
});

export const notInList = (value: string, property: string): Message => ({
  key: 'PropertyValueNotInList',
  args: [value, lastOf(property)],
  property: `#/${property}`,
});

const lastOf = (property: string): string => property.split('/').at(-1) ?? property;

export interface SortedPatch {
  readonly accepted: JsonObject;
  readonly refused: readonly Message[];
}

/** Top-level sorting: known rules are asked, properties of the document are read-only, others unknown. */
export function sortPatch(doc: JsonObject, body: JsonObject, rules: WriteRules): SortedPatch {
  const accepted: JsonObject = {};
  const refused: Message[] = [];
  for (const [property, value] of Object.entries(body)) {
    if (property.startsWith('@') || value === undefined) continue;
    const message = checkOne(doc, property, value, rules);
    if (message) refused.push(message);
    else accepted[property] = value;
  }
  return { accepted, refused };
}

function checkOne(doc: JsonObject, property: string, value: Json, rules: WriteRules): Message | undefined {
  if (!(property in doc)) return { key: 'PropertyUnknown', args: [property], property: `#/${property}` };
  const rule = rules[property];
  return rule ? rule(value, property) : { key: 'PropertyNotWritable', args: [property], property: `#/${property}` };
}

/** 400 when nothing was accepted, 200 with a note per property when some was, else the profile's form of success. */
export function patchAnswer(bmc: VirtualBmc, path: string, sorted: SortedPatch): Answer {
  const { quirks } = bmc.profile;
  const accepted = Object.keys(sorted.accepted).length;
  if (sorted.refused.length > 0) {
    if (accepted === 0) return refusal(quirks, 400, sorted.refused);
    return ok({ ...bmc.show(path), ...notes(bmc, sorted.refused) });
  }
  if (accepted === 0) return refusal(quirks, 400, [{ key: 'NoOperation' }]);
  if (quirks.patchAnswer === 'message') return success(quirks);
  const doc = quirks.patchAnswer === 'body' ? bmc.show(path) : undefined;
  if (!doc) return noContent;
  const etag = bmc.etag(bmc.read(path) ?? {});
  return ok(doc, etag ? { ETag: etag } : undefined);
}

function notes(bmc: VirtualBmc, refused: readonly Message[]): JsonObject {
  return Object.fromEntries(
    refused.map((message) => [
      `${message.property?.split('/')[1] ?? ''}@Message.ExtendedInfo`,
      [messageBody(bmc.profile.quirks, message)],
    ]),
  );
}
