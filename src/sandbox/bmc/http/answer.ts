/** What a request becomes on its way through the service, and the answers it can get. */
import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '../json.js';
import type { Quirks } from '../profile.js';
import { errorBody, type Message, type MessageKey, messageBody } from './messages.js';

export interface Principal {
  readonly username: string;
  readonly role: string;
  readonly auth: 'basic' | 'token';
  /** `@odata.id` of the session, with auth `token`. */
  readonly session?: string;
}

export interface BmcRequest {
  readonly id: string;
  readonly method: string;
  /** Normalised: no query, no trailing slash. */
  readonly path: string;
  /** As sent, without query. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  /** In front of every path on the wire, where BMCs are told apart by it; taken off here. */
  readonly prefix?: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** When it came and on which connection, for the log. */
  readonly arrival: { readonly atMs: number; readonly connection: number; readonly isReused: boolean };
  /** Time of the BMC as HTTP writes it. */
  readonly date: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: JsonObject | string;
  /** The body as it goes over the wire, already written; then there is no `body`. */
  readonly content?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Who asked, for the log; set by the service. */
  readonly auth?: 'basic' | 'token';
  /** Ends the connection of the client after (or, with status 0, instead of) the answer. */
  readonly endsConnection?: boolean;
  /** Hardware time the BMC takes for it. */
  readonly afterMs?: number;
  /** The answer is the event stream of the BMC. */
  readonly isStream?: boolean;
}

export const ok = (body: JsonObject, headers?: Record<string, string>): Answer => ({
  status: 200,
  body,
  ...(headers ? { headers } : {}),
});

/** A refusal of a password, as late as the profile gives it. */
export const slowly = ({ sessions: { refusalMs } }: Quirks, answer: Answer): Answer =>
  refusalMs === undefined ? answer : { ...answer, afterMs: refusalMs };

export const noContent: Answer = { status: 204 };

export const created = (body: JsonObject, location: string, headers: Record<string, string> = {}): Answer => ({
  status: 201,
  body,
  headers: { Location: location, ...headers },
});

/** A failure with one message. */
export const problem = (
  quirks: Quirks,
  status: number,
  key: MessageKey | (string & {}),
  args: readonly string[] = [],
  more: Partial<Message> = {},
): Answer => refusal(quirks, status, [{ key, args, ...more }]);

/** A failure with several messages. */
export const refusal = (quirks: Quirks, status: number, messages: readonly Message[]): Answer => ({
  status,
  body: errorBody(quirks, messages),
});

/** Success as a message: what iLO, iDRAC and Supermicro answer where others send the resource. */
export function success(quirks: Quirks): Answer {
  if (quirks.errors === 'ilo') return { status: 200, body: errorBody(quirks, [{ key: 'Success' }]) };
  return ok({ '@Message.ExtendedInfo': [messageBody(quirks, { key: 'Success' })] });
}

/** Answer to an action that was carried out, in the profile's form. */
export const actionDone = (quirks: Quirks): Answer => (quirks.actionAnswer === 'message' ? success(quirks) : noContent);
