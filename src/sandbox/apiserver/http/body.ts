/** Reads request bodies, up to the limit of a real server. */
import type { IncomingMessage } from 'node:http';
import { tooLarge } from '../status.js';

const LIMIT = 3 * 1024 * 1024;

/** The whole body. @throws StatusError 413 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= LIMIT) chunks.push(chunk as Buffer); // the rest is read and dropped, so that the answer gets through
  }
  if (size > LIMIT) throw tooLarge(`limit is ${LIMIT}`);
  return Buffer.concat(chunks);
}
