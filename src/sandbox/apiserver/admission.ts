/** Rules that programs add to the server: plain functions, run where a real server calls admission webhooks. */
import { type FieldError, invalid, type Named, StatusError } from './status.js';
import type { KubeObject } from './types.js';

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE';

/** Reads of the cluster as it stands before the write, that of the open group included. */
export interface AdmissionReader {
  /** One object, or undefined. `namespace` is '' for cluster-scoped kinds. */
  get(group: string, plural: string, namespace: string, name: string): KubeObject | undefined;
  list(group: string, plural: string, namespace?: string): readonly KubeObject[];
}

/** What a rule found. Nothing found means the write is allowed. */
export interface AdmissionVerdict {
  /** Wrong fields: the write fails with 422 Invalid. */
  readonly errors?: readonly FieldError[];
  /** A refusal in words: the write fails with 403 Forbidden, worded as a webhook's. */
  readonly denied?: string;
  /** Texts for `Warning` headers. */
  readonly warnings?: readonly string[];
}

export interface AdmissionHook {
  /** Shown in refusals, e.g. `vserver-v1alpha1.kb.io`. */
  readonly name: string;
  readonly group: string;
  readonly kind: string;
  readonly operations: readonly AdmissionOperation[];
  /** Without side effects: it may be asked more than once. `next` is undefined on DELETE, `old` on CREATE. */
  validate(
    operation: AdmissionOperation,
    old: KubeObject | undefined,
    next: KubeObject | undefined,
    reader: AdmissionReader,
  ): AdmissionVerdict | undefined | Promise<AdmissionVerdict | undefined>;
}

export interface AdmissionRequest {
  readonly operation: AdmissionOperation;
  readonly what: Named;
  readonly old: KubeObject | undefined;
  readonly next: KubeObject | undefined;
  readonly reader: AdmissionReader;
}

/** What all requests share: the hooks, and the order in which guarded writes happen. */
export class Admissions {
  readonly #hooks: readonly AdmissionHook[];
  #last: Promise<unknown> = Promise.resolve();

  constructor(hooks: readonly AdmissionHook[]) {
    this.#hooks = hooks;
  }

  /** The hooks as one request meets them. */
  begin(): Admission {
    return new Admission(this.#hooks, (work) => this.#inTurn(work));
  }

  /** One guarded write after another, so that what a rule has read still holds when the object is stored. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

/** Thrown out of a write, before it stages anything, that needs to ask hooks first. */
class Unasked extends Error {
  readonly ask: () => Promise<void>;
  constructor(ask: () => Promise<void>) {
    super('hooks were not asked yet');
    this.ask = ask;
  }
}

interface Answer {
  readonly warnings: readonly string[];
  readonly refusal: StatusError | undefined;
}

/**
 * One request and its hooks. Hooks may take their time, a write may not: it is computed in one turn of the event loop.
 * So a write that meets hooks is given up, the hooks are asked, and it is computed again, now with their answer.
 */
export class Admission {
  readonly #hooks: readonly AdmissionHook[];
  readonly #inTurn: Turn;
  readonly #answers = new Map<string, Answer>();

  constructor(hooks: readonly AdmissionHook[], inTurn: Turn) {
    this.#hooks = hooks;
    this.#inTurn = inTurn;
  }

  /** Gives warnings; called within a write. @throws StatusError 403 or 422 when a hook refuses */
  admit(request: AdmissionRequest): readonly string[] {
    const hooks = this.#hooks.filter((hook) => concerns(hook, request));
    if (hooks.length === 0) return [];
    const key = identityOf(request);
    const answer = this.#answers.get(key);
    if (answer === undefined) {
      throw new Unasked(async () => {
        this.#answers.set(key, await ask(hooks, request));
      });
    }
    if (answer.refusal !== undefined) throw answer.refusal;
    return answer.warnings;
  }

  /** Carry out a write whose computation calls `admit`. */
  async settle<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof Unasked)) throw error;
      return this.#inTurn(() => askAndWrite(error, write));
    }
  }
}

type Turn = <T>(work: () => Promise<T>) => Promise<T>;

/** For what the server does to its own objects, where a real one asks no webhook. */
export const unguarded = new Admission([], (work) => work());

/** Asks again when the object was changed meanwhile, or when the write goes on to another one. */
async function askAndWrite<T>(first: Unasked, write: () => Promise<T>): Promise<T> {
  for (let open = first; ; ) {
    await open.ask();
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof Unasked)) throw error;
      open = error;
    }
  }
}

const concerns = (hook: AdmissionHook, { what, operation }: AdmissionRequest): boolean =>
  hook.group === what.group && hook.kind === what.kind && hook.operations.includes(operation);

/** An answer is about one version of one object; a request makes one new object at most. */
function identityOf({ operation, old }: AdmissionRequest): string {
  const { namespace = '', name = '', resourceVersion = '' } = old?.metadata ?? {};
  return `${operation} ${namespace}/${name} ${resourceVersion}`;
}

/** Ask hooks in their order, up to the first that refuses; one that fails refuses, as with failurePolicy Fail. */
async function ask(hooks: readonly AdmissionHook[], request: AdmissionRequest): Promise<Answer> {
  const { operation, old, next, reader } = request;
  const warnings: string[] = [];
  for (const hook of hooks) {
    try {
      const verdict = await hook.validate(operation, old, next, reader);
      const refusal = refusalOf(hook, request, verdict);
      if (refusal !== undefined) return { warnings, refusal };
      warnings.push(...(verdict?.warnings ?? []));
    } catch (error) {
      return { warnings, refusal: failed(hook, error) };
    }
  }
  return { warnings, refusal: undefined };
}

function refusalOf(
  hook: AdmissionHook,
  { what, old, next }: AdmissionRequest,
  verdict: AdmissionVerdict | undefined,
): StatusError | undefined {
  const denial = `admission webhook ${JSON.stringify(hook.name)} denied the request: `;
  if (verdict?.denied !== undefined) return new StatusError(403, 'Forbidden', denial + verdict.denied);
  if (verdict?.errors === undefined || verdict.errors.length === 0) return undefined;
  const { message, details } = invalid(what, (next ?? old)?.metadata.name ?? '', verdict.errors);
  return new StatusError(422, 'Invalid', denial + message, details);
}

function failed(hook: AdmissionHook, error: unknown): StatusError {
  const why = error instanceof Error ? error.message : String(error);
  const text = `failed calling webhook ${JSON.stringify(hook.name)}: ${why}`;
  return new StatusError(500, 'InternalError', `Internal error occurred: ${text}`, { causes: [{ message: text }] });
}
