/**
 * What a failed request means: HTTP status and Kubernetes Status, or the error of a socket, to a MetalError in the
 * user's words, the server's own message quoted last. One table for answers, one for broken connections.
 * Source: k8s.io/apimachinery api/errors, and answers recorded from kube-apiserver 1.35.
 */
import type { ErrorCode } from '../errors/catalogue.js';
import { ConflictError, type MetalError, PermanentError, TransientError } from '../errors/classes.js';
import { neutralise } from '../lib/sanitize.js';
import { type About, type Call, cannot, resourceOf, subjectOf } from './call.js';

/** Longest foreign text that is quoted. */
const maxQuote = 2000;

/** `kind: Status` as far as it is read. */
export interface Status {
  readonly kind: 'Status';
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    readonly name?: string;
    readonly kind?: string;
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly { readonly field?: string; readonly reason?: string; readonly message?: string }[];
  };
}

/** How far a failed request may have got. `maybe` must be read back before it is repeated. */
export type Reached = 'no' | 'maybe';

export const isStatus = (value: unknown): value is Status =>
  typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'Status';

/** Class of an answer with a status that is not 2xx. `body` is a Status, or text from something in between. */
export function classifyAnswer(call: Call, code: number, body: unknown, retryAfterMs?: number): MetalError {
  const status = isStatus(body) ? body : undefined;
  const said = quote(status?.message ?? (typeof body === 'string' ? body : undefined));
  const wait = retryAfterMs ?? secondsToMs(status?.details?.retryAfterSeconds);
  const context = contextOf(call.about, { status: code, ...(status?.reason ? { reason: status.reason } : {}) });
  const known = refusals[code];
  if (known !== undefined) return known({ call, status, said, wait, context });
  if (code >= 500) return failed({ call, status, said, wait, context }, code);
  return new PermanentError('API_INVALID', cannot(call.about), {
    why: because(`the API server answered ${code}`, said),
    context,
  });
}

interface Refusal {
  readonly call: Call;
  readonly status: Status | undefined;
  readonly said: string;
  readonly wait: number | undefined;
  readonly context: Record<string, unknown>;
}

const refusals: Readonly<Record<number, (refusal: Refusal) => MetalError>> = {
  400: invalid,
  401: ({ call, said, context }) =>
    new PermanentError('API_UNAUTHORIZED', cannot(call.about), {
      why: because('the credentials of this context are not accepted', said),
      context,
    }),
  403: forbidden,
  404: missing,
  409: conflict,
  410: ({ call, said, context }) =>
    new TransientError('WATCH_EXPIRED', cannot(call.about), {
      why: because('the version asked for is older than the history kept', said),
      context,
    }),
  413: invalid,
  422: invalid,
  429: ({ call, said, wait, context }) =>
    new TransientError('API_THROTTLED', cannot(call.about), {
      why: because('the API server asks to slow down', said),
      context: { ...context, reached: 'no' satisfies Reached },
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
    }),
};

/**
 * 5xx. Only a 503 that names a time to wait is known to have been turned away at the door (a server that starts or
 * stops); any other may have been carried out.
 */
function failed({ call, said, wait, context }: Refusal, code: number): MetalError {
  const reached: Reached = code === 503 && wait !== undefined ? 'no' : 'maybe';
  const name: ErrorCode = code === 504 ? 'API_TIMEOUT' : 'API_ERROR';
  return new TransientError(name, cannot(call.about), {
    why: because(`the API server answered ${code}`, said),
    context: { ...context, reached },
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

function invalid({ call, status, said, context }: Refusal): MetalError {
  // One field may break several rules, each a cause of its own.
  const fields = [...new Set((status?.details?.causes ?? []).flatMap(({ field }) => (field ? [field] : [])))];
  const first = fields.length === 0 ? 'the API server refused it' : `refused because of ${fields.join(', ')}`;
  return new PermanentError('API_INVALID', cannot(call.about), {
    why: because(first, said),
    context: fields.length === 0 ? context : { ...context, fields },
  });
}

/** 403 is RBAC, an admission webhook that said no, or a namespace on its way out: three different things to do. */
function forbidden(refusal: Refusal): MetalError {
  const { call, status, said, context } = refusal;
  if (status?.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating')) {
    return new PermanentError('API_INVALID', cannot(call.about), {
      why: because('the namespace is being deleted', said),
      context,
    });
  }
  if (/^admission webhook /.test(said)) return invalid(refusal);
  const { what, verb, flags } = permission(call);
  return new PermanentError('API_FORBIDDEN', cannot(call.about), {
    why: because(`RBAC does not allow "${verb}" on ${what}`, said),
    hint: `kubectl auth can-i ${verb} ${flags}`,
    context,
  });
}

/** The permission a call needs, as RBAC rules and `kubectl auth can-i` spell it. */
function permission(call: Call): { verb: string; what: string; flags: string } {
  const { kind, namespace } = call.about;
  if (kind === undefined) return { verb: call.method.toLowerCase(), what: call.path, flags: call.path };
  const [, part] = /\/(status|log)$/.exec(call.path) ?? [];
  const where = namespace === undefined ? '' : ` -n ${namespace}`;
  return {
    verb: call.about.verb,
    what: `${resourceOf(kind)}${part === undefined ? '' : `/${part}`}`,
    flags: `${resourceOf(kind)}${part === undefined ? '' : ` --subresource=${part}`}${where}`,
  };
}

/** 404 of an object names it in `details`; 404 of a group, version or plural does not, or is plain text. */
function missing({ call, status, said, context }: Refusal): MetalError {
  const { kind } = call.about;
  const isObject = status?.details?.name !== undefined && status.details.name !== '';
  if (kind !== undefined && !isObject) {
    return new PermanentError('CRD_MISSING', `the cluster does not serve ${resourceOf(kind)}`, {
      why: because(`${kind.kind} of ${kind.group || 'the core group'}/${kind.version} is unknown to it`, said),
      context,
    });
  }
  const namespace = status?.details?.kind === 'namespaces' ? status.details.name : undefined;
  const what = namespace === undefined ? `${subjectOf(call.about)} not found` : `namespace "${namespace}" not found`;
  return new PermanentError('NOT_FOUND', what, { why: said || 'the API server has no such object', context });
}

function conflict({ call, status, said, context }: Refusal): MetalError {
  if (status?.reason === 'AlreadyExists') {
    return new ConflictError('ALREADY_EXISTS', `${subjectOf(call.about)} already exists`, { why: said, context });
  }
  return new ConflictError('CONFLICT', cannot(call.about), {
    why: because('it changed since it was read', said),
    context,
  });
}

/** Errors of connections that never carried the request. */
const notSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at',
  ENOTFOUND: 'there is no host by the name of',
  EAI_AGAIN: 'the name server did not answer for',
  EHOSTUNREACH: 'there is no route to',
  ENETUNREACH: 'there is no route to',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time to',
  ECONNRESET: 'the connection was cut by',
  EPIPE: 'the connection was cut by',
  UND_ERR_SOCKET: 'the connection was cut by',
};

/** Class of a request that got no (whole) answer. `server` is the address of the context. */
export function classifyBroken(call: Call, server: string, error: unknown): MetalError {
  const code = codeOf(error);
  if (isTlsRefusal(code)) return untrusted(call, server, code);
  const reached: Reached = notSent.has(code) ? 'no' : 'maybe';
  const isSlow = /TIMEOUT|TIMEDOUT/.test(code);
  return new TransientError(isSlow ? 'API_TIMEOUT' : 'API_UNREACHABLE', cannot(call.about), {
    why: `${words[code] ?? (isSlow ? 'no answer in time from' : 'the connection failed to')} ${server} (${code})`,
    context: contextOf(call.about, { cause: code, reached }),
  });
}

/** A certificate that does not verify does not heal by trying again. */
function untrusted(call: Call, server: string, code: string): MetalError {
  return new PermanentError('API_TLS', cannot(call.about), {
    why: `the certificate of ${server} is not trusted (${code})`,
    context: contextOf(call.about, { cause: code }),
  });
}

const isTlsRefusal = (code: string): boolean =>
  /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH|INVALID_CA)/.test(code);

/** The code of an error or of what caused it; messages are not passed on, they may quote headers. */
function codeOf(error: unknown): string {
  for (let at = error; typeof at === 'object' && at !== null; at = (at as { cause?: unknown }).cause) {
    const code = (at as { code?: unknown }).code;
    if (typeof code === 'string' && code !== '') return code;
  }
  return error instanceof Error ? error.name : 'unknown';
}

/** Whether a failure leaves open if the request was carried out. */
export const reachedOf = (error: unknown): Reached | undefined =>
  error instanceof TransientError ? (error.context.reached as Reached | undefined) : undefined;

const because = (first: string, said: string): string => (said === '' ? first : `${first}: ${said}`);

const secondsToMs = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1000;

function contextOf(about: About, more: Record<string, unknown>): Record<string, unknown> {
  return {
    verb: about.verb,
    ...(about.kind === undefined ? {} : { resource: resourceOf(about.kind) }),
    ...(about.name === undefined ? {} : { name: about.name }),
    ...(about.namespace === undefined ? {} : { namespace: about.namespace }),
    ...more,
  };
}

/** Foreign text for one line: nothing in it acts on a terminal, length limited. */
function quote(text: string | undefined): string {
  const flat = neutralise((text ?? '').trim());
  return flat.length > maxQuote ? `${flat.slice(0, maxQuote)}…` : flat;
}
