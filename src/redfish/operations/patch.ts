/**
 * PATCH with the ETag ladder: If-Match with what is known; after 412 the strong form of a weak tag, then a freshly read
 * one, then none; after 428 a freshly read one, then its strong form. Each vendor fails on another rung.
 */
import { etagOf, type Service } from '../service.js';
import type { Path } from '../transport/link.js';
import { type Answer, isSuccess, type Request } from '../transport/transport.js';

/**
 * Changes a resource.
 * @throws ConflictError BMC_CONFLICT when no rung holds
 */
export async function patch(service: Service, path: Path, body: unknown, etag?: string): Promise<Answer> {
  const { vendor } = await service.known();
  let tag = vendor.ifMatch === 'never' ? undefined : etag;
  const tried = new Set<string | undefined>();
  for (;;) {
    tried.add(tag);
    const request = toRequest(path, body, tag);
    const answer = await service.ask(request);
    if (isSuccess(answer.status)) {
      service.demandDone(answer, request);
      return answer;
    }
    const next = await nextRung(service, path, answer.status, tag, tried);
    if (next === 'none left') throw service.failed(answer, request);
    service.options.stats.etagRepairs += 1;
    tag = next;
  }
}

type Rung = string | undefined | 'none left';

async function nextRung(service: Service, path: Path, status: number, tag: string | undefined, tried: Set<unknown>) {
  if (status !== 412 && status !== 428) return 'none left';
  const isNew = (rung: Rung): boolean => !tried.has(rung);
  const strong = tag?.replace(/^W\//, '');
  if (strong !== undefined && isNew(strong)) return strong;
  const fresh = await freshEtag(service, path);
  if (fresh !== undefined && isNew(fresh)) return fresh;
  return status === 412 && isNew(undefined) ? undefined : 'none left';
}

async function freshEtag(service: Service, path: Path): Promise<string | undefined> {
  const answer = await service.send({ method: 'GET', path, kind: 'read' });
  return etagOf(answer);
}

const toRequest = (path: Path, body: unknown, etag: string | undefined): Request => ({
  method: 'PATCH',
  path,
  kind: 'update',
  body,
  ...(etag === undefined ? {} : { headers: { 'if-match': etag } }),
});
