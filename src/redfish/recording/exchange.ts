/** One exchange as the transport saw it, and the line a recording keeps of it. */
import { BadBody, parseBody } from '../transport/json.js';
import { type Redaction, redacted } from './redaction.js';

/** Everything there is to know about one request and its answer. Holds secrets: only `recorded` may look at it. */
export interface SeenExchange {
  readonly bmc: string;
  readonly at: Date;
  readonly durationMs: number;
  readonly method: string;
  readonly path: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** JSON as sent; an upload only by its size. */
  readonly requestBody?: string;
  readonly uploadBytes?: number;
  readonly answer?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  };
  /** Why no answer came. */
  readonly failure?: string;
  /** Texts the transport conceals from errors. */
  readonly secrets: Iterable<string>;
}

/** A line of a recording. */
export interface RecordedExchange {
  readonly at: string;
  readonly ms: number;
  readonly request: { readonly method: string; readonly path: string } & Content;
  readonly response?: { readonly status: number } & Content;
  readonly failure?: string;
}

interface Content {
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: unknown;
  /** Anything else that is text. */
  readonly text?: string;
  /** Anything else, by its size. */
  readonly bytes?: number;
}

/** Headers that carry whom to let in. */
const credentials = ['authorization', 'x-auth-token', 'cookie', 'set-cookie'];
/** The others worth keeping; what is not listed is not written. */
const kept =
  /^(accept|accept-encoding|content-type|if-match|if-none-match|odata-version|etag|location|retry-after|allow|link|server|www-authenticate|last-event-id)$/;
/** Deeper bodies are kept as text. */
const depth = 64;

/** The exchange as it may be written. */
export function recorded(seen: SeenExchange, redaction: Redaction): RecordedExchange {
  const request = parsed(seen.requestBody);
  const response = seen.answer === undefined ? undefined : parsed(seen.answer.body);
  for (const secret of seen.secrets) redaction.learn(secret);
  learnHeaders(seen.requestHeaders, redaction);
  learnHeaders(seen.answer?.headers ?? {}, redaction);
  for (const content of [request, response]) redaction.learnFrom(content?.json);
  return {
    at: seen.at.toISOString(),
    ms: Math.round(seen.durationMs),
    request: {
      method: seen.method,
      path: redaction.text(seen.path),
      headers: headersOf(seen.requestHeaders, redaction),
      ...bodyOf(request, redaction),
      ...(seen.uploadBytes === undefined ? {} : { bytes: seen.uploadBytes }),
    },
    ...(seen.answer === undefined
      ? {}
      : {
          response: {
            status: seen.answer.status,
            headers: headersOf(seen.answer.headers, redaction),
            ...bodyOf(response, redaction),
          },
        }),
    ...(seen.failure === undefined ? {} : { failure: redaction.text(seen.failure) }),
  };
}

function learnHeaders(headers: Readonly<Record<string, string>>, redaction: Redaction): void {
  for (const name of credentials) {
    const value = headers[name];
    if (value === undefined) continue;
    redaction.learn(value);
    if (name.includes('cookie'))
      for (const part of value.split(/[;,]\s*/)) redaction.learn(part.replace(/^[^=]*=/, ''));
    const [, basic] = /^basic\s+(\S+)/i.exec(value) ?? [];
    if (basic !== undefined) learnBasic(basic, redaction);
  }
}

function learnBasic(encoded: string, redaction: Redaction): void {
  redaction.learn(encoded);
  const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  redaction.learnUser(user);
  redaction.learn(password);
}

function headersOf(headers: Readonly<Record<string, string>>, redaction: Redaction): Record<string, string> {
  const pairs = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    if (credentials.includes(name)) return [[name, /^basic /i.test(value) ? `Basic ${redacted}` : redacted]];
    if (!kept.test(name)) return [];
    return [[name, name === 'location' ? pathOf(value, redaction) : redaction.text(value)]];
  });
  return Object.fromEntries(pairs);
}

/** A Location on the BMC itself may be absolute; its path is what a replay needs. */
function pathOf(location: string, redaction: Redaction): string {
  const url = /^https?:\/\//i.test(location) && URL.canParse(location) ? new URL(location) : undefined;
  return redaction.text(url === undefined ? location : url.pathname + url.search);
}

type Parsed = { readonly json: unknown; readonly raw: Buffer } | undefined;

function parsed(body: string | Uint8Array | undefined): Parsed {
  if (body === undefined || body.length === 0) return undefined;
  const raw = Buffer.from(body as Uint8Array);
  try {
    return { json: parseBody(raw, depth), raw };
  } catch (error) {
    if (!(error instanceof BadBody)) throw error;
    return { json: undefined, raw };
  }
}

function bodyOf(content: Parsed, redaction: Redaction): Pick<Content, 'body' | 'text' | 'bytes'> {
  if (content === undefined) return {};
  if (content.json !== undefined) return { body: redaction.json(content.json) };
  const text = content.raw.toString('utf8');
  // What is no text cannot be searched for secrets, so it is not written.
  return Buffer.from(text, 'utf8').equals(content.raw) && !text.includes('\0')
    ? { text: redaction.text(text) }
    : { bytes: content.raw.length };
}
