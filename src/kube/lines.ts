/** Bytes of a watch into lines: one JSON document each, split at line feeds, whole across chunks and characters. */
import { TransientError } from '../errors/classes.js';

const lineFeed = 0x0a;
/** Ten times the largest object an API server stores. */
const maxLineBytes = 16 * 1024 * 1024;

/**
 * Yields every complete, non-empty line as text. Decoding waits for the whole line, so characters cut by a chunk border
 * stay whole.
 * @throws TransientError API_UNREACHABLE when the stream ends within a line · API_ERROR for an endless line
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes = maxLineBytes,
): AsyncGenerator<string, void, undefined> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(lineFeed, from); at !== -1; at = chunk.indexOf(lineFeed, from)) {
      parts.push(chunk.subarray(from, at));
      const line = Buffer.concat(parts).toString('utf8');
      parts = [];
      size = 0;
      from = at + 1;
      if (line.trim() !== '') yield line;
    }
    if (from === chunk.length) continue;
    parts.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > maxBytes) throw new TransientError('API_ERROR', `a watch event is longer than ${maxBytes} bytes`);
  }
  if (size > 0) throw new TransientError('API_UNREACHABLE', 'a watch ended in the middle of an event');
}
