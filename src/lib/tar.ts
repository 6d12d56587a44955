/**
 * Writes and reads tar archives of plain files (POSIX.1-1988 ustar, as `tar` makes and takes them). What is no plain file
 * is refused, because nothing here is ever unpacked to a disk: entries are texts in memory.
 */

export interface TarEntry {
  readonly path: string;
  readonly data: Buffer;
}

const block = 512;
/** Longer paths would need a second kind of header; whoever writes names shorter ones. */
export const longestTarPath = 100;

/** The archive. @param seconds time of every entry, so that the same content makes the same bytes */
export function writeTar(entries: readonly TarEntry[], seconds: number): Buffer {
  const pieces = entries.flatMap(({ path, data }) => [
    headerOf(path, data.length, seconds),
    data,
    padding(data.length),
  ]);
  return Buffer.concat([...pieces, Buffer.alloc(2 * block)]);
}

const padding = (size: number): Buffer => Buffer.alloc((block - (size % block)) % block);
const octal = (value: number, width: number): string =>
  `${Math.floor(value)
    .toString(8)
    .padStart(width - 1, '0')}\0`;

function headerOf(path: string, size: number, seconds: number): Buffer {
  if (Buffer.byteLength(path) > longestTarPath) throw new RangeError(`${path} is too long for an archive`);
  const header = Buffer.alloc(block);
  const fields: readonly (readonly [at: number, text: string])[] = [
    [0, path],
    [100, octal(0o600, 8)],
    [108, octal(0, 8)],
    [116, octal(0, 8)],
    [124, octal(size, 12)],
    [136, octal(seconds, 12)],
    [148, ' '.repeat(8)],
    [156, '0'],
    [257, 'ustar\x0000'],
  ];
  for (const [at, text] of fields) header.write(text, at, 'latin1');
  if (/[^ -~]/.test(path)) header.write(path, 0, 'utf8');
  header.write(`${octal(sumOf(header), 7)} `, 148, 'latin1');
  return header;
}

/** All bytes of the header, those of the sum itself counted as blanks. */
const sumOf = (header: Buffer): number =>
  header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);

/** The plain files of an archive, in its order. @throws RangeError saying what is wrong with it */
export function readTar(archive: Buffer, mostEntries: number): TarEntry[] {
  const entries: TarEntry[] = [];
  for (let at = 0; ; ) {
    const header = archive.subarray(at, at + block);
    if (header.length < block) throw new RangeError('it ends in the middle');
    if (header.every((byte) => byte === 0)) return entries;
    const { path, size, type } = fieldsOf(header);
    const data = archive.subarray(at + block, at + block + size);
    if (data.length < size) throw new RangeError(`it ends within ${path}`);
    if (isFile(type)) entries.push({ path, data });
    else if (!passedOver.has(type)) throw new RangeError(`${path} is no plain file`);
    if (entries.length > mostEntries) throw new RangeError(`it has more than ${mostEntries} files`);
    at += block + size + padding(size).length;
  }
}

const isFile = (type: string): boolean => type === '0' || type === '\0';
/** Folders, and what other programs say about times and owners. */
const passedOver: ReadonlySet<string> = new Set(['5', 'x', 'g']);

function fieldsOf(header: Buffer): { path: string; size: number; type: string } {
  const text = (from: number, to: number): string => header.toString('utf8', from, to).replace(/\0[\s\S]*$/, '');
  const number = (from: number, to: number): number => {
    const digits = text(from, to).trim();
    if (!/^[0-7]{1,11}$/.test(digits)) throw new RangeError('it has a header that is none');
    return Number.parseInt(digits, 8);
  };
  if (number(148, 156) !== sumOf(header)) throw new RangeError('a checksum of it is wrong');
  const prefix = text(257, 262) === 'ustar' ? text(345, 500) : '';
  const name = text(0, 100);
  return {
    path: (prefix === '' ? name : `${prefix}/${name}`).replace(/^(\.\/)+/, ''),
    size: number(124, 136),
    type: header.toString('latin1', 156, 157),
  };
}
