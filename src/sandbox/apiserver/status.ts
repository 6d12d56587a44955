/** Answers that are not the object asked for: `kind: Status`, in the wording clients match on. */
import type { JsonObject } from './types.js';

/** One field that is wrong; becomes a cause of a 422 (k8s.io/apimachinery field.Error). */
export interface FieldError {
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** A failed request. Thrown anywhere while answering; the listener turns it into an HTTP answer. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string | undefined;
  readonly details: StatusDetails | undefined;
  /** `metadata.continue`, given with an expired continue token. */
  readonly continueToken: string | undefined;
  /** Texts for `Warning` headers that belong to the failure. */
  warnings: readonly string[] = [];

  constructor(code: number, reason: string | undefined, message: string, details?: StatusDetails, next?: string) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.continueToken = next;
  }

  toJSON(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.continueToken === undefined ? {} : { continue: this.continueToken },
      status: 'Failure',
      message: this.message,
      ...(this.reason === undefined ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details as JsonObject }),
      code: this.code,
    };
  }
}

/** An answer that is plain text, as the outer layers of a real server give. */
export class TextError extends Error {
  readonly code: number;
  constructor(code: number, text: string) {
    super(text);
    this.code = code;
  }
}

/** What a Status names: the resource (`widgets`) or the kind (`Widget`) and its group. */
export interface Named {
  readonly group: string;
  readonly kind: string;
}

const qualified = ({ group, kind }: Named) => (group === '' ? kind : `${kind}.${group}`);
const detailsOf = ({ group, kind }: Named, name = ''): StatusDetails => ({
  ...(name === '' ? {} : { name }),
  ...(group === '' ? {} : { group }),
  kind,
});

export const notFound = (what: Named, name: string) =>
  new StatusError(404, 'NotFound', `${qualified(what)} "${name}" not found`, detailsOf(what, name));

export const pageNotFound = () => new TextError(404, '404 page not found\n');

/** The answer of a real server for paths below groups it knows nothing of. */
export const resourceNotFound = () =>
  new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});

export const alreadyExists = (what: Named, name: string, prefix = '') =>
  new StatusError(409, 'AlreadyExists', `${prefix}${qualified(what)} "${name}" already exists`, detailsOf(what, name));

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

export const conflict = (what: Named, name: string, why: string = MODIFIED) =>
  new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(what)} "${name}": ${why}`,
    detailsOf(what, name),
  );

export const badRequest = (message: string) => new StatusError(400, 'BadRequest', message);
export const internal = (message: string) => new StatusError(500, undefined, message);

export const forbidden = (what: Named, name: string, why: string, causes?: readonly StatusCause[]) =>
  new StatusError(403, 'Forbidden', `${qualified(what)}${name === '' ? '' : ` "${name}"`} is forbidden: ${why}`, {
    ...detailsOf(what, name),
    ...(causes === undefined ? {} : { causes }),
  });

export const unauthorized = () => new StatusError(401, 'Unauthorized', 'Unauthorized');

export const methodNotAllowed = () =>
  new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

export const verbNotSupported = (what: Named, verb: string) =>
  new StatusError(
    405,
    'MethodNotAllowed',
    `${verb} is not supported on resources of kind "${qualified(what)}"`,
    detailsOf(what),
  );

const MEDIA_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

export const notAcceptable = (accepted: readonly string[] = MEDIA_TYPES) =>
  new StatusError(406, 'NotAcceptable', `only the following media types are accepted: ${accepted.join(', ')}`);

export const unsupportedMediaType = (accepted: readonly string[]) =>
  new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );

export const tooLarge = (why: string) =>
  new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: ${why}`);

export const expired = (message: string, next?: string) => new StatusError(410, 'Expired', message, undefined, next);

export const futureVersion = (wanted: number, current: number) =>
  new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });

/** 422 with one cause per field. The message lists each text once; the causes keep repetitions. */
export function invalid(what: Named, name: string, errors: readonly FieldError[]): StatusError {
  const texts = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const causes = errors.map(({ reason, message, field }) => ({ reason, message, field }));
  const details = { ...detailsOf(what, name), causes };
  return new StatusError(422, 'Invalid', `${qualified(what)} "${name}" is invalid: ${list}`, {
    ...details,
    ...(what.kind === '' ? { kind: undefined } : {}),
  });
}

/** The Status of a deletion that left nothing behind. */
export const deleted = (what: Named, name: string, uid: string): JsonObject => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details: { ...detailsOf(what, name), uid } as unknown as JsonObject,
});
