/** A multipart/form-data body of parameters and one file, streamed with its length known beforehand (RFC 7578). */
import { randomUUID } from 'node:crypto';
import type { Upload } from '../transport/upload.js';

export interface FilePart {
  readonly name: string;
  readonly bytes: number;
  open(): AsyncIterable<Uint8Array>;
}

/** Parts `UpdateParameters` and `UpdateFile`, in this order (DSP0268 UpdateService.MultipartHttpPushUri). */
export function updateForm(parameters: unknown, file: FilePart): Upload {
  const boundary = `----metalctl-${randomUUID()}`;
  const head = [
    `--${boundary}`,
    'Content-Disposition: form-data; name="UpdateParameters"',
    'Content-Type: application/json',
    '',
    JSON.stringify(parameters),
    `--${boundary}`,
    `Content-Disposition: form-data; name="UpdateFile"; filename="${quotable(file.name)}"`,
    'Content-Type: application/octet-stream',
    '',
    '',
  ].join('\r\n');
  const before = Buffer.from(head);
  const after = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: before.length + file.bytes + after.length,
    async *open() {
      yield before;
      yield* file.open();
      yield after;
    },
  };
}

/** File names end up inside quotes of a header. */
const quotable = (name: string): string => name.replace(/[^\w.+-]/g, '_').slice(-128);
