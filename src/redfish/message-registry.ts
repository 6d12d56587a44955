/**
 * Words of messages from the registries a BMC serves (DSP0266 9.5.11), for those that come without and are not in our own
 * cut. Kept over all BMCs of a factory, because thousands of machines share few versions. Never more than a help: whatever
 * goes wrong here leaves the message as it came.
 */
import { trailingSlashes } from '../lib/trailing-slashes.js';
import { bodyPath } from './attributes/store.js';
import { type Message, plain, substituted } from './messages.js';
import { isObject, type JsonObject } from './transport/json.js';
import { type Path, safePath } from './transport/link.js';

/** What a registry says of one key. */
export interface Entry {
  readonly text: string;
  readonly resolution?: string;
  readonly severity?: string;
}

type Entries = ReadonlyMap<string, Entry>;

const mostEntries = 5000;
const mostRegistries = 32;
/** A BMC whose registry could not be read is not asked for it at every error. */
const againMs = 3_600_000;

export class MessageStore {
  readonly #kept = new Map<string, { readonly entries: Promise<Entries | undefined>; readonly atMs: number }>();

  /** What is kept under the key, or what `load` finds. Failures are kept for an hour. */
  async get(key: string, nowMs: number, load: () => Promise<Entries | undefined>): Promise<Entries | undefined> {
    const known = this.#kept.get(key);
    if (known !== undefined && ((await known.entries) !== undefined || nowMs - known.atMs < againMs))
      return known.entries;
    const entries = load().catch(() => undefined);
    this.#kept.set(key, { entries, atMs: nowMs });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostRegistries && oldest !== undefined) this.#kept.delete(oldest);
    return entries;
  }
}

/** Whether a message has an id that a registry could explain, and no words yet. */
export const isWordless = ({ text, id, key }: Message): boolean =>
  text === undefined && key !== '' && /^[\w-]+(\.\d+){2,3}\.\w+$/.test(id);

/** The registry a message is of: `iLO.2.33` for `iLO.2.33.Something`. */
export const registryOfMessage = ({ id }: Message): string => id.split('.').slice(0, -1).join('.');

/** The message with the words of its registry. */
export function worded(message: Message, entries: Entries | undefined): Message {
  const entry = entries?.get(message.key);
  if (entry === undefined || !isWordless(message)) return message;
  const { resolution, severity } = entry;
  return {
    ...(resolution === undefined ? {} : { resolution }),
    ...(severity === undefined ? {} : { severity }),
    ...message,
    text: substituted(entry.text, message.args) ?? entry.text,
  };
}

export type ReadQuietly = (path: Path) => Promise<JsonObject | undefined>;

/** Collection, file, body: the registry whose link names it, with its version or without. */
export async function loadMessages(
  name: string,
  registries: string,
  origin: string,
  read: ReadQuietly,
): Promise<Entries | undefined> {
  const members = (await read(safePath(registries, origin)))?.Members;
  const links = (Array.isArray(members) ? members : []).flatMap((member) =>
    isObject(member) && typeof member['@odata.id'] === 'string' ? [member['@odata.id']] : [],
  );
  const link = bestLink(links, name);
  const file = link === undefined ? undefined : await read(safePath(link, origin));
  const place = file === undefined ? undefined : bodyPath(file, (found) => safePath(found, origin));
  const body = place === undefined ? undefined : await read(place);
  return isObject(body?.Messages) ? entriesIn(body.Messages) : undefined;
}

function bestLink(links: readonly string[], name: string): string | undefined {
  const last = (link: string): string => link.replace(trailingSlashes, '').split('/').at(-1)?.toLowerCase() ?? '';
  const [prefix = ''] = name.toLowerCase().split('.');
  const ofPrefix = links.filter((link) => last(link) === prefix || last(link).startsWith(`${prefix}.`));
  return ofPrefix.find((link) => last(link).startsWith(name.toLowerCase())) ?? ofPrefix[0];
}

function entriesIn(messages: JsonObject): Entries {
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? plain(value) : undefined);
  const found = new Map<string, Entry>();
  for (const [key, raw] of Object.entries(messages).slice(0, mostEntries)) {
    if (!isObject(raw)) continue;
    const words = text(raw.Message);
    if (words === undefined || words === '') continue;
    const resolution = text(raw.Resolution);
    const severity = text(raw.MessageSeverity) ?? text(raw.Severity);
    found.set(key, {
      text: words,
      ...(resolution === undefined || /^none\.?$/i.test(resolution) ? {} : { resolution }),
      ...(severity === undefined ? {} : { severity }),
    });
  }
  return found;
}
