/** Resources of a BMC as commands read and change them by hand: JSON, links, and a change with the tag that was read. */
import type { Bmc } from '../../ports/bmc.js';

export type Json = Record<string, unknown>;

/** What a read tells, with its tag. @throws MetalError of a refusal */
export async function readResource(bmc: Bmc, path: string): Promise<{ json: Json; etag?: string }> {
  const { json, etag, problem } = await bmc.raw({ method: 'GET', path });
  if (problem !== undefined) throw problem;
  return { json: (json ?? {}) as Json, ...(etag === undefined ? {} : { etag }) };
}

/**
 * Changes a resource that was just read. A tag that the BMC does not know again (iDRAC10 has a new one for every request) is
 * left out the second time.
 * @throws MetalError of a refusal
 */
export async function changeResource(bmc: Bmc, path: string, body: Json, etag: string | undefined): Promise<void> {
  const change = { method: 'PATCH', path, body } as const;
  const first = await bmc.raw({ ...change, ...(etag === undefined ? {} : { etag }) });
  const { problem } = first.status === 412 && etag !== undefined ? await bmc.raw(change) : first;
  if (problem !== undefined) throw problem;
}

/** `@odata.id` of a reference. */
export const linkOf = (value: unknown): string | undefined => {
  const link = (value as Json | undefined)?.['@odata.id'];
  return typeof link === 'string' ? link : undefined;
};

export const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.flatMap((item) => textIn(item) ?? []) : [];
