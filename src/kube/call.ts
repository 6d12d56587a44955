/** One request to the API server, as the layers of this folder hand it to each other. */
import type { KindDef } from '../api/kind.js';
import type { Query } from './paths.js';

/** RBAC verbs, plus `version` and the like for paths that are no resources. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'raw';

/** What a request is about, for messages, metrics and logs. */
export interface About {
  readonly verb: Verb;
  readonly kind?: KindDef;
  readonly name?: string;
  readonly namespace?: string;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
  /** Below the server address, without a query. */
  readonly path: string;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
  readonly about: About;
}

/** A successful answer: status 2xx. `body` is parsed when it is JSON, text otherwise, undefined when empty. */
export interface Answer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** `servers.metal.ironcore.dev`, `secrets`; what RBAC rules and CRDs are named after. */
export const resourceOf = (kind: KindDef): string => (kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`);

/** The object or collection in a user's words: `server "a"`, `claim "b" in namespace "c"`, `servers`. */
export function subjectOf(about: About): string {
  const { kind, name, namespace } = about;
  if (kind === undefined) return 'the API server';
  const where = kind.scope === 'Namespaced' && namespace !== undefined ? ` in namespace "${namespace}"` : '';
  return name === undefined ? `${kind.plural}${where}` : `${kind.singular} "${name}"${where}`;
}

const gerunds: Record<Verb, string> = {
  get: 'read',
  list: 'list',
  watch: 'watch',
  create: 'create',
  update: 'update',
  patch: 'change',
  delete: 'delete',
  raw: 'ask',
};

/** `cannot list servers`: the first line of a failure. */
export const cannot = (about: About): string => `cannot ${gerunds[about.verb]} ${subjectOf(about)}`;
