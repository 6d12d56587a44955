/** Requests as people write them. They pass the same queue, breaker, link check and session as everything else. */
import type { MetalError } from '../../errors/classes.js';
import type { Raw, RawAnswer, RawRequest } from '../../ports/bmc.js';
import { etagOf, type Service } from '../service.js';
import type { RequestKind } from '../transport/retry.js';
import { type Answer, isSuccess, type Request } from '../transport/transport.js';
import { present } from './present.js';
import type { Reach } from './reach.js';
import { workIn } from './tasks.js';

const carriesCredentials = ['x-auth-token', 'set-cookie', 'authorization'];

export function rawOf({ resources }: Reach): Raw {
  const { service } = resources;
  return {
    raw: async (raw) => {
      await service.known();
      const request = toRequest(service, raw);
      const answer = raw.anonymous ? await service.options.transport.request(request) : await service.ask(request);
      if (raw.method !== 'GET' && raw.method !== 'HEAD') resources.forget(request.path);
      return toAnswer(service, request, answer);
    },
    ownSession: () => service.ownSession,
    traffic: () => {
      const { requests, bytesIn } = service.options.stats;
      return { requests, bytesIn };
    },
  };
}

const kinds: Readonly<Record<RawRequest['method'], RequestKind>> = {
  GET: 'read',
  HEAD: 'read',
  POST: 'action',
  PATCH: 'update',
  PUT: 'update',
  DELETE: 'update',
};

function toRequest(service: Service, { method, path, body, etag }: RawRequest): Request {
  return {
    method,
    path: service.path(path),
    kind: kinds[method],
    ...(body === undefined ? {} : { body }),
    ...(etag === undefined ? {} : { headers: { 'if-match': etag } }),
  };
}

function toAnswer(service: Service, request: Request, answer: Answer): RawAnswer {
  const headers = Object.entries(answer.headers).filter(([name]) => !carriesCredentials.includes(name));
  return {
    status: answer.status,
    headers: Object.fromEntries(headers),
    bytes: answer.bytes ?? 0,
    ...present({
      json: answer.json,
      etag: etagOf(answer),
      task: answer.status === 202 ? workIn(service, answer) : undefined,
      problem: problemOf(service, request, answer),
    }),
  };
}

function problemOf(service: Service, request: Request, answer: Answer): MetalError | undefined {
  if (!isSuccess(answer.status)) return service.failed(answer, request);
  try {
    service.demandDone(answer, request);
    return undefined;
  } catch (error) {
    return error as MetalError;
  }
}
