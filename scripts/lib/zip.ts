/** Takes one file out of a ZIP archive (PKWARE APPNOTE 6.3.10, stored and deflated entries, no ZIP64). */
import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;

/** Bytes of the first entry whose name matches. @throws Error when there is none, or the archive is not sound */
export function entryOfZip(zip: Buffer, name: RegExp): Buffer {
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== END) end -= 1;
  if (end < 0) throw new Error('not a ZIP archive');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== CENTRAL) throw new Error('the ZIP directory is damaged');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    if (name.test(zip.toString('utf8', at + 46, at + 46 + nameLength))) return contentOf(zip, at);
    at += 46 + nameLength + extraLength + commentLength;
  }
  throw new Error(`the ZIP archive has no ${name}`);
}

/** Lengths come from the directory; the entry's own header only says where its bytes begin. */
function contentOf(zip: Buffer, at: number): Buffer {
  const method = zip.readUInt16LE(at + 10);
  const compressed = zip.readUInt32LE(at + 20);
  const header = zip.readUInt32LE(at + 42);
  const begin = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const bytes = zip.subarray(begin, begin + compressed);
  if (method === 0) return Buffer.from(bytes);
  if (method === 8) return inflateRawSync(bytes);
  throw new Error(`ZIP method ${method} is not known`);
}
