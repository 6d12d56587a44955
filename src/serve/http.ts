/** Small things handlers share: bounded bodies, plain answers, the peer's address. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Largest body any listener reads. */
export const bodyLimitBytes = 1_048_576;

/** The body as text; undefined when it is larger than the limit, and the rest is not read. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimitBytes) return undefined;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > bodyLimitBytes) return undefined;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Answers in plain text with a line's end, as Go's `http.Error` does. */
export function say(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff', ...headers })
    .end(`${text}\n`);
}

/** Answers in JSON with a line's end. */
export function sayJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'X-Content-Type-Options': 'nosniff' });
  response.end(`${JSON.stringify(value)}\n`);
}

/** Address of the direct peer: no forwarded header counts. IPv4 is IPv4 on a dual-stack socket too; zones are dropped. */
export const peerOf = (request: IncomingMessage): string =>
  (request.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');

/** JSON without the keys that reach prototypes. @throws SyntaxError */
export const parseJson = (text: string): unknown =>
  JSON.parse(text, (key: string, value: unknown) =>
    key === '__proto__' || key === 'constructor' || key === 'prototype' ? undefined : value,
  );

/** A JSON object's members; empty for anything else. */
export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
