/** Faults that spoil an answer after the service gave it: stale, flapping, wrong tags, cut pages, broken bodies. */

import { gzipSync } from 'node:zlib';
import type { Answer, BmcRequest } from '../http/answer.js';
import { messageBody } from '../http/messages.js';
import { isObject, type Json, type JsonObject } from '../json.js';
import { root } from '../tree/builder.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import type { BodyFault, FaultMoment } from './rules.js';
import { momentKey } from './rules.js';

/** An answer on its way out, as bytes once a fault has broken its JSON. */
export interface Spoiled {
  readonly answer: Answer;
  readonly raw?: Buffer;
  readonly faults: readonly string[];
}

type Step = (bmc: VirtualBmc, spoiled: Spoiled, moment: FaultMoment, request: BmcRequest) => Spoiled;

/** What the rules make of an answer. */
export function strikeAfter(bmc: VirtualBmc, answer: Answer, moment: FaultMoment, request: BmcRequest): Spoiled {
  const steps: readonly Step[] = [stale, flap, tag, expansion, paging, body];
  return steps.reduce<Spoiled>((spoiled, step) => step(bmc, spoiled, moment, request), { answer, faults: [] });
}

const isRead = ({ method }: BmcRequest): boolean => method === 'GET' || method === 'HEAD';

const struck = (spoiled: Spoiled, fault: string, answer: Answer): Spoiled => ({
  ...spoiled,
  answer,
  faults: [...spoiled.faults, fault],
});

const stale: Step = (bmc, spoiled, moment, request) => {
  if (!isRead(request) || spoiled.answer.status !== 200) return spoiled;
  const [strike] = bmc.faults.strikes('state', moment, ['stale']);
  if (!strike) return spoiled;
  const key = momentKey(strike.id, bmc.name, `${request.path}?${request.query}`);
  const before = bmc.faults.memory.get(key) as Answer | undefined;
  if (!before) bmc.faults.memory.set(key, spoiled.answer);
  return before ? struck(spoiled, strike.id, before) : spoiled;
};

const flap: Step = (bmc, spoiled, moment, request) => {
  const { body: doc } = spoiled.answer;
  if (!isRead(request) || !isObject(doc) || doc.PowerState === undefined) return spoiled;
  const [strike] = bmc.faults.strikes('state', moment, ['powerFlap']);
  if (!strike) return spoiled;
  const other = doc.PowerState === 'On' ? 'Off' : 'On';
  return struck(spoiled, strike.id, { ...spoiled.answer, body: { ...doc, PowerState: other } });
};

const tag: Step = (bmc, spoiled, moment) => {
  const etag = spoiled.answer.headers?.ETag;
  if (etag === undefined) return spoiled;
  const [strike] = bmc.faults.strikes('etag', moment);
  if (!strike) return spoiled;
  const { ETag: _, ...others } = spoiled.answer.headers ?? {};
  const { how } = strike.action;
  const changed = how === 'missing' ? undefined : otherTag(how, etag, strike.random);
  const doc = spoiled.answer.body;
  const answer: Answer = { ...spoiled.answer, headers: changed === undefined ? others : { ...others, ETag: changed } };
  if (!isObject(doc) || !('@odata.etag' in doc)) return struck(spoiled, strike.id, answer);
  const { '@odata.etag': __, ...rest } = doc;
  return struck(spoiled, strike.id, {
    ...answer,
    body: changed === undefined ? rest : { ...rest, '@odata.etag': changed },
  });
};

function otherTag(how: 'mismatch' | 'volatile' | 'swap' | 'gzip', etag: string, random: () => number): string {
  if (how === 'swap') return etag.startsWith('W/') ? etag.slice(2) : `W/${etag}`;
  if (how === 'gzip') return etag.replace(/"$/, '-gzip"');
  if (how === 'volatile') return `"${Math.floor(random() * 1e12).toString(16)}"`;
  return '"0000000000000000"';
}

const membersOf = (answer: Answer): readonly Json[] | undefined => {
  const members = isObject(answer.body) ? answer.body.Members : undefined;
  return Array.isArray(members) ? members : undefined;
};

const withMembers = (answer: Answer, members: readonly Json[], more: JsonObject = {}): Answer => ({
  ...answer,
  body: { ...(isObject(answer.body) ? answer.body : {}), Members: members, ...more },
});

const expansion: Step = (bmc, spoiled, moment, request) => {
  const members = membersOf(spoiled.answer);
  if (!members || !request.query.has('$expand')) return spoiled;
  const [strike] = bmc.faults.strikes('expand', moment, ['partial', 'embeddedErrors']);
  if (!strike) return spoiled;
  const spoil = (member: Json): Json => {
    const id = isObject(member) ? (member['@odata.id'] ?? null) : null;
    if (strike.action.how === 'partial') return { '@odata.id': id };
    return {
      '@odata.id': id,
      error: { '@Message.ExtendedInfo': [messageBody(bmc.profile.quirks, { key: 'InternalError' })] },
    };
  };
  const half = members.map((member, i) => (i % 2 === 0 ? spoil(member) : member));
  return struck(spoiled, strike.id, withMembers(spoiled.answer, half));
};

const paging: Step = (bmc, spoiled, moment, request) => {
  const members = membersOf(spoiled.answer);
  if (!members || !isRead(request)) return spoiled;
  const [strike] = bmc.faults.strikes('paging', moment);
  if (!strike) return spoiled;
  const next = { 'Members@odata.nextLink': `${request.path}?$skip=0` };
  const { how } = strike.action;
  if (how === 'loop') return struck(spoiled, strike.id, withMembers(spoiled.answer, members, next));
  if (how === 'missingNext') return struck(spoiled, strike.id, withMembers(spoiled.answer, members.slice(0, 1)));
  if (how === 'strayMembers') {
    const stray = { '@odata.id': `${root}/Chassis/${bmc.profile.systems[0]?.chassisId}` };
    return struck(spoiled, strike.id, withMembers(spoiled.answer, [stray, ...members]));
  }
  const dead = [...members, { '@odata.id': `${request.path}/gone` }];
  return struck(spoiled, strike.id, withMembers(spoiled.answer, dead, { 'Members@odata.count': dead.length }));
};

const body: Step = (bmc, spoiled, moment) => {
  const doc = spoiled.answer.body;
  if (!isObject(doc)) return spoiled;
  const [strike] = bmc.faults.strikes('body', moment);
  if (!strike) return spoiled;
  const { how, megabytes = 1 } = strike.action;
  const shaped = shapes[how]?.(doc);
  if (shaped) return struck(spoiled, strike.id, { ...spoiled.answer, body: shaped });
  const broken = breakText(how, doc, megabytes);
  const headers = { ...spoiled.answer.headers, ...broken.headers };
  return { answer: { ...spoiled.answer, headers }, raw: broken.raw, faults: [...spoiled.faults, strike.id] };
};

/** Faults that leave valid JSON of a wrong shape. */
const shapes: Partial<Record<BodyFault, (doc: JsonObject) => JsonObject>> = {
  stringNumbers: (doc) => mapValues(doc, (value) => (typeof value === 'number' ? String(value) : value)),
  nullMembers: (doc) => ('Members' in doc ? { ...doc, Members: null } : mapTop(doc, () => null)),
  missingRequired: ({ Id: _, Name: __, '@odata.id': ___, '@odata.type': ____, ...doc }) => doc,
  unknownEnums: (doc) =>
    mapValues(doc, (value, key) =>
      /State$|Type$|Health$|^BootSource/.test(key) && value !== null ? 'Strange' : value,
    ),
};

const mapTop = (doc: JsonObject, change: () => Json): JsonObject =>
  Object.fromEntries(Object.entries(doc).map(([key, value]) => [key, key.startsWith('@') ? value : change()]));

/** Changes scalars at any depth. */
function mapValues(doc: JsonObject, change: (value: Json, key: string) => Json): JsonObject {
  const visit = (value: Json, key: string): Json => {
    if (Array.isArray(value)) return value.map((item: Json) => visit(item, key));
    return isObject(value) ? mapValues(value, change) : change(value, key);
  };
  return Object.fromEntries(Object.entries(doc).map(([key, value]) => [key, visit(value ?? null, key)]));
}

const html = '<!DOCTYPE html><html><head><title>Login</title></head><body>Please log in.</body></html>';

/** Faults below JSON. */
function breakText(
  how: BodyFault,
  doc: JsonObject,
  megabytes: number,
): { raw: Buffer; headers?: Record<string, string> } {
  const text = JSON.stringify(doc);
  switch (how) {
    case 'truncated':
      return { raw: Buffer.from(text.slice(0, Math.floor(text.length / 2))) };
    case 'empty':
      return { raw: Buffer.alloc(0) };
    case 'html':
      return { raw: Buffer.from(html), headers: { 'Content-Type': 'text/html' } };
    case 'contentType':
      return { raw: Buffer.from(text), headers: { 'Content-Type': 'text/plain' } };
    case 'bom':
      return { raw: Buffer.from(`\uFEFF${text}`) };
    case 'gzip':
      return { raw: gzipSync(text), headers: { 'Content-Encoding': 'gzip' } };
    case 'duplicateKeys':
      return { raw: Buffer.from(`{"Id":"first","Id":"second",${text.slice(1)}`) };
    case 'huge':
      return { raw: Buffer.from(`{"Padding":"${'x'.repeat(megabytes * 1024 * 1024)}",${text.slice(1)}`) };
    case 'nan':
      return { raw: Buffer.from(`{"Reading":NaN,"Limit":Infinity,${text.slice(1)}`) };
    default:
      return { raw: Buffer.from(`${text.slice(0, -1)},}}`) };
  }
}
