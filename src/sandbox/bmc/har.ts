/** The request log as an HTTP archive (HAR 1.2), for the programs that draw one. Bodies and headers were never kept. */
import type { JsonObject } from './json.js';
import type { RequestEntry } from './log.js';

/** An archive of these requests; `urlOf` gives the address of a BMC. */
export function archiveOf(entries: readonly RequestEntry[], urlOf: (bmc: string) => string): JsonObject {
  return {
    log: {
      version: '1.2',
      creator: { name: 'metalctl sandbox', version: '1' },
      entries: entries.map((entry) => archived(entry, urlOf(entry.bmc))),
    },
  };
}

function archived(
  { at, method, path, status, bytes, tookMs, connection, fault }: RequestEntry,
  base: string,
): JsonObject {
  const url = new URL(base + path);
  const queryString = [...url.searchParams].map(([name, value]) => ({ name, value }));
  const message = { httpVersion: 'HTTP/1.1', headers: [], cookies: [], headersSize: -1 };
  return {
    startedDateTime: new Date(at.getTime() - tookMs).toISOString(),
    time: tookMs,
    request: { ...message, method, url: url.href, queryString, bodySize: -1 },
    response: {
      ...message,
      status,
      statusText: '',
      redirectURL: '',
      bodySize: bytes,
      content: { size: bytes, mimeType: 'application/json' },
    },
    cache: {},
    timings: { send: 0, wait: tookMs, receive: 0 },
    connection: String(connection),
    ...(fault === undefined ? {} : { comment: `fault ${fault}` }),
  };
}
