/** What a service says in words: `@Message.ExtendedInfo` in all the shapes found in the field (DSP0266 8.6). */
import { knownTexts } from './message-texts.js';
import { isObject, type JsonObject } from './transport/json.js';

export interface Message {
  /** As sent: `Base.1.8.PropertyValueNotInList`. */
  readonly id: string;
  /** Registry prefix and key, the parts that mean something: `Base` and `PropertyValueNotInList`. */
  readonly prefix: string;
  readonly key: string;
  readonly text?: string;
  readonly resolution?: string;
  readonly severity?: string;
  readonly args?: readonly string[];
}

const longest = 1024;
const mostMessages = 20;

/** All messages of a body, in order: error, top level, then per property. The error's own text fills a missing one. Never throws. */
export function messagesOf(body: unknown): Message[] {
  if (!isObject(body)) return [];
  const error = isObject(body.error) ? body.error : undefined;
  const lists = [error?.['@Message.ExtendedInfo'], body['@Message.ExtendedInfo'], ...perProperty(body)];
  const found = lists.flatMap(listed).filter(isObject).slice(0, mostMessages).map(toMessage);
  if (error === undefined) return found;
  const [first, ...others] = found.length > 0 ? found : [toMessage({ MessageId: error.code })];
  const text = textOf(error.message);
  return first === undefined ? [] : [{ ...optional('text', text), ...first }, ...others];
}

/** Old iDRAC and AMI send a single object where an array belongs. */
const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

const perProperty = (body: JsonObject): unknown[] =>
  Object.keys(body)
    .filter((key) => key.endsWith('@Message.ExtendedInfo') && key !== '@Message.ExtendedInfo')
    .map((key) => body[key]);

function toMessage(raw: JsonObject): Message {
  const id = textOf(raw.MessageId) ?? '';
  const parts = id.split('.');
  const text = substituted(textOf(raw.Message) ?? knownTexts[parts.at(-1) ?? ''], raw.MessageArgs);
  return {
    id,
    prefix: parts[0] ?? '',
    key: parts.at(-1) ?? '',
    ...argsOf(raw.MessageArgs),
    ...optional('text', text),
    ...optional('resolution', meaningful(textOf(raw.Resolution))),
    ...optional('severity', textOf(raw.MessageSeverity) ?? textOf(raw.Severity)),
  };
}

const optional = <K extends string>(key: K, value: string | undefined): { [P in K]?: string } =>
  (value === undefined || value === '' ? {} : { [key]: value }) as { [P in K]?: string };

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? plain(value) : undefined);

/** Foreign text on its way into errors: bounded, and without control characters, which could drive a terminal. */
export const plain = (text: string): string =>
  text
    .slice(0, longest)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed.
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ')
    .trim();

function argsOf(raw: unknown): { args?: readonly string[] } {
  const args = Array.isArray(raw) ? raw.flatMap((arg) => textOf(arg) ?? []) : [];
  return args.length > 0 ? { args } : {};
}

/** `%1` and so on replaced by what the message brings. */
export function substituted(text: string | undefined, args: unknown): string | undefined {
  if (text === undefined || !Array.isArray(args)) return text;
  return text.replace(/%(\d)/g, (whole, index: string) => textOf(args[Number(index) - 1]) ?? whole);
}

const meaningful = (text: string | undefined): string | undefined =>
  text === undefined || /^none\.?$/i.test(text) ? undefined : text;

/** One line for people: the key, and what the service says about it. */
export function sentenceOf(messages: readonly Message[]): string | undefined {
  const worst = messages.find(({ severity }) => severity === 'Critical') ?? messages[0];
  if (worst === undefined) return undefined;
  return [worst.key, worst.text].filter((part) => part !== undefined && part !== '').join(': ') || undefined;
}

/** Whether one of the messages has one of the keys, whatever registry and version it comes from. */
export const says = (messages: readonly Message[], keys: readonly string[]): boolean =>
  messages.some(({ key, id }) => keys.includes(key) || keys.some((wanted) => id.includes(wanted)));
