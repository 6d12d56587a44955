/**
 * What an answer or a failure of a BMC means: the one table from HTTP status and MessageId to error class and code.
 * The first row that matches decides. Status alone is not enough: a full session table comes as 400, 403 or 503.
 */
import type { ErrorCode } from '../errors/catalogue.js';
import {
  ConflictError,
  type ErrorDetails,
  type MetalError,
  PermanentError,
  TransientError,
} from '../errors/classes.js';
import { type Message, says, sentenceOf } from './messages.js';
import { ConnectFailure } from './transport/connect.js';
import type { ExchangeFailure } from './transport/exchange.js';
import type { Condition } from './transport/retry.js';

type ErrorClass = 'transient' | 'permanent' | 'conflict';

interface Row {
  readonly statuses?: readonly number[];
  /** MessageId keys, or vendor codes found anywhere in a MessageId. */
  readonly keys?: readonly string[];
  readonly mutatingOnly?: true;
  readonly class: ErrorClass;
  readonly code: ErrorCode;
  /** Which row of the retry table, if the transport may try again. */
  readonly retry?: Condition;
}

/** Messages of a full session table: standard, iDRAC (RAC0218), AMI. */
export const sessionLimitKeys = ['SessionLimitExceeded', 'RAC0218', 'CreateLimitReachedForResource'];
/** The host is in POST, or a job is pending: SYS518 is iDRAC, the others iLO. */
const busyKeys = ['SYS518', 'InvalidOperationForSystemState', 'UnableToModifyDuringSystemPOST'];
/** A licence of the maker's is missing: standard, Supermicro's two, iLO. */
const licenceKeys = ['LicenseRequired', 'OemLicenseNotPassed', 'SupermicroLicense', 'LicenseKeyRequired'];
const inUseKeys = ['ActionParameterValueConflict', 'ResourceInUse'];

const rows: readonly Row[] = [
  { keys: ['PasswordChangeRequired'], statuses: [401, 403], class: 'permanent', code: 'BMC_PASSWORD_CHANGE_REQUIRED' },
  { keys: sessionLimitKeys, statuses: [400, 403, 409, 503], class: 'transient', code: 'BMC_SESSION_LIMIT' },
  { keys: busyKeys, statuses: [400, 409, 503], class: 'transient', code: 'BMC_BUSY', retry: 'busy' },
  { keys: inUseKeys, statuses: [400, 409], class: 'transient', code: 'BMC_BUSY', retry: 'in-use' },
  { keys: licenceKeys, statuses: [400, 403, 405, 501], class: 'permanent', code: 'LICENSE_REQUIRED' },
  { statuses: [401], class: 'permanent', code: 'BMC_AUTH_FAILED' },
  { statuses: [403], class: 'permanent', code: 'BMC_FORBIDDEN' },
  { statuses: [404, 410], class: 'permanent', code: 'BMC_NOT_FOUND' },
  { statuses: [408], class: 'transient', code: 'BMC_TIMEOUT' },
  { statuses: [409, 412, 428], class: 'conflict', code: 'BMC_CONFLICT' },
  { statuses: [429, 503], class: 'transient', code: 'BMC_BUSY', retry: 'throttled' },
  { statuses: [502, 504], mutatingOnly: true, class: 'transient', code: 'OUTCOME_UNKNOWN' },
  { statuses: [500, 502, 504, 507], class: 'transient', code: 'BMC_ERROR', retry: 'server-error' },
  { statuses: [501], class: 'permanent', code: 'BMC_REFUSED' },
];

/** For anything else: 5xx heals, 4xx does not, and 2xx or 3xx that came here made no sense. */
function fallback(status: number): Row {
  if (status >= 500) return { class: 'transient', code: 'BMC_ERROR' };
  if (status >= 400) return { class: 'permanent', code: 'BMC_REFUSED' };
  return { class: 'transient', code: 'BMC_BAD_RESPONSE' };
}

/** Row of an answer that is not a success. */
export function rowFor(status: number, messages: readonly Message[], mutating: boolean): Row {
  const matches = (row: Row): boolean =>
    (row.statuses === undefined || row.statuses.includes(status)) &&
    (row.keys === undefined || says(messages, row.keys)) &&
    (!row.mutatingOnly || mutating);
  return rows.find(matches) ?? fallback(status);
}

export interface Circumstances {
  /** What was being done: `reading /redfish/v1/Systems/1`. */
  readonly doing: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly mutating: boolean;
  /** What its maker sells for what is refused without a licence. */
  readonly licence?: string | undefined;
}

/** Error of an answer that is not a success. The service's words come as `why`, its resolution as hint. */
export function classifyAnswer(
  answer: { status: number; messages: readonly Message[]; excerpt?: string; retryAfterMs?: number },
  about: Circumstances,
): MetalError {
  const row = rowFor(answer.status, answer.messages, about.mutating);
  const said = sentenceOf(answer.messages) ?? answer.excerpt;
  const sold = row.code === 'LICENSE_REQUIRED' ? about.licence : undefined;
  const resolution = answer.messages.find((message) => message.resolution !== undefined)?.resolution;
  const hint = sold === undefined ? resolution : `The BMC needs ${sold}.`;
  return make(row.class, row.code, about, {
    why: said === undefined ? `HTTP ${answer.status}` : `HTTP ${answer.status} ${said}`,
    ...(hint === undefined ? {} : { hint }),
    context: { ...about.context, status: answer.status, ...messageId(answer.messages) },
    ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
  });
}

/** Error of a request without an answer. A mutating request that was sent may have been executed. */
export function classifyFailure(failure: ExchangeFailure, about: Circumstances): MetalError {
  const details = { why: failure.message, context: about.context, cause: failure };
  if (failure.kind === 'connect') return classifyConnect(failure, about, details);
  if (about.mutating) return make('transient', 'OUTCOME_UNKNOWN', about, details);
  if (failure.kind === 'too-large') return make('permanent', 'BMC_RESPONSE_TOO_LARGE', about, details);
  return make('transient', failure.kind === 'timeout' ? 'BMC_TIMEOUT' : 'BMC_UNREACHABLE', about, details);
}

function classifyConnect(failure: ExchangeFailure, about: Circumstances, details: ErrorDetails): MetalError {
  const kind = failure.cause instanceof ConnectFailure ? failure.cause.kind : 'unreachable';
  if (kind === 'untrusted' || kind === 'not-tls') return make('permanent', 'BMC_TLS', about, details);
  return make('transient', 'BMC_UNREACHABLE', about, details);
}

const messageId = (messages: readonly Message[]): { messageId?: string } =>
  messages[0] === undefined || messages[0].id === '' ? {} : { messageId: messages[0].id };

function make(
  kind: ErrorClass,
  code: ErrorCode,
  { doing }: Circumstances,
  details: ErrorDetails & { retryAfterMs?: number },
): MetalError {
  if (kind === 'transient') return new TransientError(code, doing, details);
  if (kind === 'conflict') return new ConflictError(code, doing, details);
  return new PermanentError(code, doing, details);
}
