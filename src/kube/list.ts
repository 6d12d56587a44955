/** Complete lists, fetched in pages so that no single answer blocks the process for long. */
import type { KindDef, KubeObject } from '../api/kind.js';
import { apiVersionOf } from '../api/kind.js';
import { TransientError } from '../errors/classes.js';
import type { ListOptions, ListResult } from '../ports/cluster.js';
import type { Answer, Call } from './call.js';
import { collectionPath } from './paths.js';

const pageSize = 500;

interface Page<T> {
  readonly items?: readonly T[] | null;
  readonly metadata?: {
    readonly resourceVersion?: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
}

/**
 * Fetches all pages. All pages of one list show one version; when the server forgot that version half-way (410), the
 * list starts again, once, in a single answer that needs no token.
 */
export async function listAll<T extends KubeObject>(
  send: (call: Call) => Promise<Answer>,
  kind: KindDef<T>,
  options: ListOptions,
): Promise<ListResult<T>> {
  try {
    return await listPages(send, kind, options, chunkOf(options));
  } catch (error) {
    const isExpired = error instanceof TransientError && error.code === 'WATCH_EXPIRED';
    if (!isExpired) throw error;
    return listPages(send, kind, options, undefined);
  }
}

/** Kubernetes knows no limit of 0. */
const chunkOf = ({ chunkSize = pageSize }: ListOptions): number | undefined =>
  chunkSize === 0 ? undefined : chunkSize;

async function listPages<T extends KubeObject>(
  send: (call: Call) => Promise<Answer>,
  kind: KindDef<T>,
  options: ListOptions,
  limit: number | undefined,
): Promise<ListResult<T>> {
  const items: T[] = [];
  let token: string | undefined;
  for (;;) {
    const { body } = await send(pageCall(kind, options, limit, token));
    const page = body as Page<T>;
    for (const item of page.items ?? []) items.push(named(kind, item));
    token = page.metadata?.continue || undefined;
    if (token === undefined) return { items, resourceVersion: page.metadata?.resourceVersion ?? '' };
    const remaining = page.metadata?.remainingItemCount;
    options.onPart?.({ items, ...(remaining === undefined ? {} : { remaining }) });
  }
}

function pageCall(kind: KindDef, options: ListOptions, limit: number | undefined, token: string | undefined): Call {
  return {
    method: 'GET',
    path: collectionPath(kind, options.namespace),
    query: {
      labelSelector: options.labelSelector,
      fieldSelector: options.fieldSelector,
      // A token carries its own version; naming one beside it is an error.
      resourceVersion: token === undefined ? options.resourceVersion : undefined,
      limit,
      continue: token,
    },
    about: { verb: 'list', kind, ...(options.namespace === undefined ? {} : { namespace: options.namespace }) },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
}

/** Items of built-in kinds come without their kind; an object is never without it here. */
function named<T extends KubeObject>(kind: KindDef<T>, item: T): T {
  if (item.kind !== undefined && item.apiVersion !== undefined) return item;
  return { ...item, apiVersion: apiVersionOf(kind), kind: kind.kind };
}
