/** The Cluster port over HTTP: reads are repeated when they fail; writes also, once it is known what became of them. */
import { type Key, type KindDef, type KubeObject, keyOf } from '../api/kind.js';
import { ConflictError, isMetalError, PermanentError } from '../errors/classes.js';
import type { Clock } from '../ports/clock.js';
import type { Cluster, DeleteOptions, PatchType, WriteOptions } from '../ports/cluster.js';
import type { Log } from '../ports/log.js';
import { createBudget } from './budget.js';
import { type About, type Answer, type Call, subjectOf } from './call.js';
import { aboutKey, createCall, deleteCall, getCall, only, patchCall, replaceCall } from './calls.js';
import type { KubeContext } from './context.js';
import { isVoid } from './holds.js';
import { listAll } from './list.js';
import { groupPath, type Query } from './paths.js';
import { type RetryOptions, retrying } from './retry.js';
import { createTransport, type RequestRecord, type Transport } from './transport.js';
import { watchOnce } from './watch.js';
import { judgeChange, judgeCreate, judgeDelete, sendWrite, type Write } from './write.js';

export interface ClusterOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Limit of one request, and of the time in which it is repeated; default 30,000. */
  readonly requestTimeoutMs?: number;
  readonly userAgent: string;
  /** Called once per request sent, with status 0 when no answer came. */
  readonly onRequest?: (record: RequestRecord) => void;
  /** Requests per second on the long run, and at once; default 50 and 100. Leases are exempt. */
  readonly qps?: number;
  readonly burst?: number;
  /** 0 ≤ x < 1; tests fix it. */
  readonly random?: () => number;
}

/** `/version` as served. */
export interface ServerVersion {
  readonly gitVersion: string;
  readonly major: string;
  readonly minor: string;
  readonly platform?: string;
}

export interface RawOptions {
  readonly query?: Query;
  readonly body?: unknown;
  readonly accept?: string;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Names the call in failures and metrics. */
  readonly about?: About;
}

/** The port, and what commands ask of a cluster beyond it. */
export interface KubeCluster extends Cluster {
  version(signal?: AbortSignal): Promise<ServerVersion>;
  /** Whether the cluster serves this group, version and plural. Asked anew each time. */
  served(kind: KindDef, signal?: AbortSignal): Promise<boolean>;
  /** One request to any path; failures are classified as everywhere. GETs are repeated, other methods are not. */
  raw(method: Call['method'], path: string, options?: RawOptions): Promise<Answer>;
  /** Closes connections; running requests fail. */
  close(): Promise<void>;
}

const defaultTimeoutMs = 30_000;

/** Opens a cluster. Nothing is sent before the first call. */
export function createCluster(context: KubeContext, options: ClusterOptions): KubeCluster {
  const requests = openRequests(context, options);
  for (const warning of context.warnings) options.log.log('warn', warning);
  return {
    ...reads(requests),
    ...writes(requests),
    version: async (signal) => (await requests.read({ ...ask('/version'), ...only({ signal }) })).body as ServerVersion,
    served: (kind, signal) => isServed(requests, kind, signal),
    raw: (method, path, { about, ...how } = {}) => {
      const call: Call = { method, path, about: about ?? { verb: 'raw' }, ...only(how) };
      return method === 'GET' ? requests.read(call) : requests.transport.send(call);
    },
    close: () => requests.transport.close(),
  };
}

/** How calls are sent: once, repeated, or repeated with reading back. */
interface Requests {
  readonly transport: Transport;
  read(call: Call): Promise<Answer>;
  write<R>(write: Write<R>): Promise<R>;
  watch: Cluster['watch'];
}

function openRequests(context: KubeContext, options: ClusterOptions): Requests {
  const { clock, log } = options;
  const requestTimeoutMs = options.requestTimeoutMs ?? defaultTimeoutMs;
  const random = options.random ?? Math.random;
  const budget = createBudget(clock, options.qps, options.burst);
  const transport = createTransport(context, { ...options, requestTimeoutMs, budget });
  const retry = (signal?: AbortSignal): RetryOptions => ({ clock, giveUpAfterMs: requestTimeoutMs, random, signal });
  const onUnknown = (event: string): void => log.log('debug', 'unknown watch event ignored', { event });
  const { server } = context;
  return {
    transport,
    read: (call) =>
      retrying(
        () => transport.send(call),
        () => true,
        retry(call.signal),
      ),
    write: (write) => sendWrite(transport.send, write, retry(write.call.signal)),
    watch: (kind, how) => watchOnce({ transport, clock, random, server, onUnknown }, kind, how),
  };
}

type Reads = Pick<Cluster, 'get' | 'list' | 'watch'>;
type Writes = Pick<Cluster, 'create' | 'patch' | 'replace' | 'delete'>;

const reads = (requests: Requests): Reads => ({
  get: (kind, key, signal) => readObject(requests, kind, key, signal),
  list: (kind, how = {}) => listAll(requests.read, kind, how),
  watch: requests.watch,
});

function writes(requests: Requests): Writes {
  return {
    create: (kind, object, how = {}) => {
      const call = createCall(kind, object, how);
      const judge = judgeCreate(call, object);
      return requests.write({
        call,
        resultOf: (answer) => answer.body as typeof object,
        judge,
        readBack: readBack(requests, kind, keyOf(object), how),
      });
    },
    patch: (kind, key, change, type, how = {}) =>
      type === 'merge' && isVoid(change)
        ? existing(requests, kind, key, how.signal)
        : sendPatch(requests, kind, key, change, type, how),
    replace: (kind, object, how = {}) => {
      const call = replaceCall(kind, object, how);
      const judge = judgeChange<typeof object>(call, object, object.metadata.resourceVersion);
      return requests.write({
        call,
        resultOf: (answer) => answer.body as typeof object,
        judge,
        readBack: readBack(requests, kind, keyOf(object), how),
      });
    },
    delete: (kind, key, how = {}) => remove(requests, kind, key, how),
  };
}

/** Reading back one object after a lost answer; a dry run stored nothing, so it is just repeated. */
const readBack = (requests: Requests, kind: KindDef, key: Key, how: WriteOptions | DeleteOptions) =>
  how.dryRun ? ('repeat' as const) : () => readObject(requests, kind, key, how.signal);

async function readObject<T extends KubeObject>(
  requests: Requests,
  kind: KindDef<T>,
  key: Key,
  signal?: AbortSignal,
): Promise<T | undefined> {
  return unlessAbsent(async () => (await requests.read(getCall(kind, key, signal))).body as T);
}

async function existing<T extends KubeObject>(requests: Requests, kind: KindDef<T>, key: Key, signal?: AbortSignal) {
  const live = await readObject(requests, kind, key, signal);
  if (live === undefined) throw new PermanentError('NOT_FOUND', `${subjectOf(aboutKey('get', kind, key))} not found`);
  return live;
}

async function sendPatch<T extends KubeObject>(
  requests: Requests,
  kind: KindDef<T>,
  key: Key,
  change: unknown,
  type: PatchType,
  how: WriteOptions,
): Promise<T> {
  const call = patchCall(kind, key, change, type, how);
  const lost = type === 'apply' ? 'repeat' : type === 'json' && !how.dryRun ? 'never' : undefined;
  try {
    return await requests.write<T>({
      call,
      resultOf: (answer) => answer.body as T,
      judge: judgeChange(call, change, versionOf(change)),
      readBack: lost ?? readBack(requests, kind, key, how),
    });
  } catch (error) {
    throw type === 'json' ? failedTest(error, change, call) : error;
  }
}

async function remove(requests: Requests, kind: KindDef, key: Key, how: DeleteOptions): Promise<boolean> {
  const write: Write<boolean> = {
    call: deleteCall(kind, key, how),
    resultOf: () => true,
    judge: judgeDelete(how.uid),
    readBack: readBack(requests, kind, key, how),
  };
  try {
    return (await unlessAbsent(() => requests.write(write))) ?? false;
  } catch (error) {
    // Another object bears the name by now: the one meant is absent.
    const mayBeOther = error instanceof ConflictError && how.uid !== undefined;
    if (mayBeOther && (await readObject(requests, kind, key, how.signal))?.metadata.uid !== how.uid) return false;
    throw error;
  }
}

async function isServed(requests: Requests, kind: KindDef, signal?: AbortSignal): Promise<boolean> {
  const call = { ...ask(groupPath(kind)), ...only({ signal }) };
  const found = await unlessAbsent(async () => (await requests.read(call)).body as ResourceList);
  return found?.resources?.some((resource) => resource.name === kind.plural) ?? false;
}

interface ResourceList {
  readonly resources?: readonly { readonly name: string }[];
}

const ask = (path: string): Call => ({ method: 'GET', path, about: { verb: 'raw' } });

const versionOf = (change: unknown): string | undefined =>
  (change as { metadata?: { resourceVersion?: string } } | undefined)?.metadata?.resourceVersion;

/** A JSON patch whose `test` failed is a lost race, though the server calls it invalid (422 without details). */
function failedTest(error: unknown, change: unknown, call: Call): unknown {
  const isTested = Array.isArray(change) && change.some((step) => (step as { op?: unknown }).op === 'test');
  const isBare = isMetalError(error) && error.code === 'API_INVALID' && error.context.status === 422;
  if (!isTested || !isBare || error.context.fields !== undefined) return error;
  return new ConflictError('CONFLICT', `cannot change ${subjectOf(call.about)}`, {
    why: 'a value the patch tests for is not there any more',
    cause: error,
  });
}

/** Absence as a value. A kind the cluster does not serve stays an error. */
async function unlessAbsent<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isMetalError(error) && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
