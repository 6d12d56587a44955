/** Reads request bodies, up to the limit of a real server. */
import type { IncomingMessage } from 'node:http';
import { tooLarge } from '../status.js';

const LIMIT = 3 * 1024 * 1024;

export const NO_BODY: Buffer = Buffer.alloc(0);

/** The whole body. Listens to events: an iterator over the request costs as much as parsing it. @throws StatusError 413 */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LIMIT) chunks.push(chunk); // the rest is read and dropped, so that the answer gets through
    });
    request.on('end', () => {
      if (size > LIMIT) reject(tooLarge(`limit is ${LIMIT}`));
      else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    });
    request.on('error', reject);
    request.on('close', () => reject(new Error('the client went away'))); // after the end it changes nothing
  });
}
