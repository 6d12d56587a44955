/**
 * Admission webhooks: the rules of `src/api/admission`, asked by the API server (AdmissionReview v1 over TLS).
 * Upstream's three paths and `/validate` for all of them; the rule is chosen by the kind in the request, so that one
 * path is as good as another. What cannot be judged is refused: failurePolicy Fail, in every case.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type AdmissionReader, type FieldProblem, type Operation, validate } from '../../api/admission/index.js';
import type { KubeObject } from '../../api/kind.js';
import type { ClusterReads } from '../../ports/cluster.js';
import type { Log } from '../../ports/log.js';
import { fieldsOf, parseJson, readBody, say, sayJson } from '../http.js';
import { type Listening, listen, type Place } from '../listener.js';

export interface AdmissionOptions extends Place {
  /** PEM. */
  readonly tls: { readonly cert: string; readonly key: string };
  readonly cluster: ClusterReads;
  readonly log: Log;
}

const paths = new Set([
  '/validate',
  '/validate-metal-ironcore-dev-v1alpha1-endpoint',
  '/validate-metal-ironcore-dev-v1alpha1-bmcsecret',
  '/validate-metal-ironcore-dev-v1alpha1-server',
]);
/** The API servers alone are meant to ask, at whatever pace objects are written: only a flood is cut. */
const rate = { perSecond: 500, burst: 2_000 };
const operations = new Set(['CREATE', 'UPDATE', 'DELETE']);

/** @throws UserError PORT_IN_USE · USAGE for a certificate that cannot be used */
export function startAdmission(options: AdmissionOptions): Promise<Listening> {
  const { host, port, tls } = options;
  const remedy = '--webhook-address 127.0.0.1:0';
  const handler = admissionHandler(options);
  return listen({ host, port, tls, rate, what: 'the admission webhook', remedy, handler });
}

/** The handler without its socket. */
export function admissionHandler({ cluster, log }: Pick<AdmissionOptions, 'cluster' | 'log'>): RequestListener {
  const reader: AdmissionReader = { list: async (kind) => (await cluster.list(kind)).items };
  return (request, response) => {
    answer(request, response, reader).catch((error: unknown) => {
      log.log('warn', 'an admission request failed', { cause: error instanceof Error ? error.message : String(error) });
      response.destroy();
    });
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, reader: AdmissionReader): Promise<void> {
  if (!paths.has((request.url ?? '').split('?')[0] ?? '')) return say(response, 404, '404 page not found');
  if (request.method !== 'POST') return say(response, 405, 'POST only', { Allow: 'POST' });
  const body = await readBody(request);
  if (body === undefined) return say(response, 413, 'the review is larger than 1 MiB', { Connection: 'close' });
  const review = reviewOf(body);
  if (review === undefined) return say(response, 400, 'the body is no AdmissionReview of admission.k8s.io/v1');
  const verdict = await judge(review, reader);
  sayJson(response, {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid: review.uid, ...verdict },
  });
}

interface Review {
  readonly uid: string;
  readonly kind: { readonly group: string; readonly kind: string };
  readonly name: string;
  readonly operation: Operation;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
}

function reviewOf(body: string): Review | undefined {
  const review = fieldsOf(tryJson(body));
  const request = fieldsOf(review.request);
  const { group, kind } = fieldsOf(request.kind);
  const { uid, operation, name } = request;
  if (review.kind !== 'AdmissionReview' || review.apiVersion !== 'admission.k8s.io/v1') return undefined;
  if (typeof uid !== 'string' || typeof group !== 'string' || typeof kind !== 'string') return undefined;
  if (typeof operation !== 'string' || !operations.has(operation)) return undefined;
  const [before, after] = [objectOf(request.oldObject), objectOf(request.object)];
  return { uid, kind: { group, kind }, operation: operation as Operation, name: String(name ?? ''), before, after };
}

function tryJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

const objectOf = (value: unknown): KubeObject | undefined =>
  typeof fieldsOf(fieldsOf(value).metadata).name === 'string' ? (value as KubeObject) : undefined;

interface Verdict {
  readonly allowed: boolean;
  readonly status?: Readonly<Record<string, unknown>>;
}

async function judge(review: Review, reader: AdmissionReader): Promise<Verdict> {
  const { kind, operation, before, after } = review;
  try {
    const problems = await validate(kind, operation, before, after, reader);
    return problems.length === 0 ? { allowed: true } : { allowed: false, status: invalid(review, problems) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      allowed: false,
      status: { code: 500, reason: 'InternalError', message: `the rules could not be asked: ${why}` },
    };
  }
}

/** Status 422 as the API machinery's own validation gives it. */
function invalid({ kind, name }: Review, problems: readonly FieldProblem[]): Readonly<Record<string, unknown>> {
  const said = problems.map(({ path, type, message }) => ({
    reason: `FieldValue${type}`,
    field: path,
    message: type === 'Forbidden' ? `Forbidden: ${message}` : message,
  }));
  const lines = said.map(({ field, message }) => `${field}: ${message}`);
  const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  return {
    status: 'Failure',
    code: 422,
    reason: 'Invalid',
    message: `${kind.kind}.${kind.group} "${name}" is invalid: ${text}`,
    details: { name, ...kind, causes: said },
  };
}
