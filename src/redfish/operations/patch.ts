/**
 * PATCH with the ETag ladder: If-Match with what is known; after 412 the strong form of a weak tag, then a freshly read
 * one, then none; after 428 a freshly read one, then its strong form. Each vendor fails on another rung.
 */
import { type MetalError, PermanentError } from '../../errors/classes.js';
import { sentenceOf } from '../messages.js';
import { etagOf, type Service } from '../service.js';
import type { Path } from '../transport/link.js';
import { type Answer, isSuccess, type Request } from '../transport/transport.js';

/**
 * Changes a resource.
 * @throws ConflictError BMC_CONFLICT when no rung holds · PermanentError BMC_REFUSED also for a 200 that carries a
 * critical message
 */
export async function patch(service: Service, path: Path, body: unknown, etag?: string): Promise<Answer> {
  const { vendor } = await service.known();
  let tag = vendor.ifMatch === 'never' ? undefined : etag;
  const tried = new Set<string | undefined>();
  for (;;) {
    tried.add(tag);
    const request = toRequest(path, body, tag);
    const answer = await service.ask(request);
    if (isSuccess(answer.status)) return accepted(answer, request, service);
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

function accepted(answer: Answer, request: Request, service: Service): Answer {
  const refusal = answer.messages.filter(({ severity }) => severity === 'Critical');
  if (refusal.length === 0) return answer;
  throw critical(answer, refusal[0]?.resolution, service.options.transport.circumstances(request));
}

function critical(
  answer: Answer,
  hint: string | undefined,
  { doing, context }: { doing: string; context: Readonly<Record<string, unknown>> },
): MetalError {
  const why = `HTTP ${answer.status}, and yet ${sentenceOf(answer.messages) ?? 'a critical message'}`;
  return new PermanentError('BMC_REFUSED', doing, { why, context, ...(hint === undefined ? {} : { hint }) });
}
