/**
 * A BMC whose every text was written by somebody who hates terminals: what an honest one answers, with a hostile text behind
 * each string that is no link and no word the client decides by.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostileTexts } from './hostile-texts.js';

export interface PoisonedBmc {
  readonly url: string;
  /** Texts that went out so far. */
  readonly poisoned: () => number;
  close(): Promise<void>;
}

/** Texts that decide what is read at all; everything else is only shown. */
const decisive = /^(@odata\..*|RedfishVersion|PowerState|UserName|MediaTypes|ProcessorType|RoleId|CertificateType)$/;

export async function poisonedBmc(upstream: string): Promise<PoisonedBmc> {
  let poisoned = 0;
  const spoil = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((each) => spoil(each, key));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, spoil(child, name)]));
    if (typeof value !== 'string' || decisive.test(key) || /^(\/|https?:)/.test(value)) return value;
    poisoned += 1;
    return value + hostileTexts[poisoned % hostileTexts.length];
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = 'GET', url = '/' } = request;
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const answer = await fetch(upstream + url, {
      method,
      headers: headers as Record<string, string>,
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    });
    const text = await answer.text();
    const isJson = (answer.headers.get('content-type') ?? '').includes('json') && text !== '';
    const kept = ['content-type', 'x-auth-token', 'location', 'etag'].flatMap((name) => {
      const found = answer.headers.get(name);
      return found === null ? [] : [[name, found] as const];
    });
    response.writeHead(answer.status, Object.fromEntries(kept));
    response.end(isJson ? JSON.stringify(spoil(JSON.parse(text), '')) : text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    poisoned: () => poisoned,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
