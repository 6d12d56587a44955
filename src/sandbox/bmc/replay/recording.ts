/** Recordings of `--trace-redfish` as files: one of JSON lines per BMC. Written by the client, read here on its own terms. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../../../errors/classes.js';
import { isObject, type JsonObject } from '../json.js';

/** What the BMC said to one request; undefined where it said nothing. */
export interface RecordedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** One exchange of a recording. */
export interface Line {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Request body as canonical text; empty without one. */
  readonly asked: string;
  readonly answer: RecordedAnswer | undefined;
}

export interface Recording {
  /** Name of the file, without its ending. */
  readonly name: string;
  readonly lines: readonly Line[];
}

/**
 * The recordings of a folder, or the one in a file.
 * @throws UserError FILE_NOT_FOUND · UserError MANIFEST_INVALID naming the line
 */
export async function readRecordings(path: string): Promise<readonly Recording[]> {
  const files = await filesOf(path);
  const found = await Promise.all(files.map(readOne));
  if (found.length > 0) return found;
  throw new UserError('FILE_NOT_FOUND', `${path} holds no recording`, {
    hint: `metalctl redfish record ${path} -- bmc info NAME`,
  });
}

async function filesOf(path: string): Promise<string[]> {
  try {
    if ((await stat(path)).isFile()) return [path];
    const names = await readdir(path);
    return names
      .filter((name) => name.endsWith('.jsonl'))
      .sort()
      .map((name) => join(path, name));
  } catch (cause) {
    throw new UserError('FILE_NOT_FOUND', `${path} cannot be read`, { cause, why: (cause as Error).message });
  }
}

async function readOne(path: string): Promise<Recording> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return { name: basename(path, '.jsonl'), lines: lines.flatMap((line, at) => toLine(line, `${path}:${at + 1}`)) };
}

/** Heads of recordings (one per run) carry no exchange. */
function toLine(text: string, place: string): Line[] {
  const value = parsed(text, place);
  if (value.recording !== undefined) {
    if (value.recording === 'metalctl-redfish' && value.version === 1) return [];
    throw invalid(place, 'it is no recording of this version');
  }
  const request = value.request;
  if (!isObject(request) || typeof request.method !== 'string' || typeof request.path !== 'string') {
    throw invalid(place, 'it has no request');
  }
  const response = isObject(value.response) ? value.response : undefined;
  return [
    {
      method: request.method,
      path: request.path,
      asked: request.body === undefined ? '' : JSON.stringify(request.body),
      answer: response === undefined ? undefined : answerOf(response, place),
    },
  ];
}

function parsed(text: string, place: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Told below: the line is not JSON, whatever the parser says about it.
  }
  throw invalid(place, 'it is not a JSON object');
}

const invalid = (place: string, why: string): UserError =>
  new UserError('MANIFEST_INVALID', `${place} cannot be replayed`, { why });

function answerOf(response: JsonObject, place: string): RecordedAnswer {
  const { status, headers, body, text } = response;
  if (typeof status !== 'number' || status < 100 || status > 599) throw invalid(place, 'its status is none');
  const content = body === undefined ? (typeof text === 'string' ? text : '') : JSON.stringify(body);
  const pairs = Object.entries(isObject(headers) ? headers : {}).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string' && !/[\r\n\0]/.test(pair[1]),
  );
  return { status, headers: Object.fromEntries(pairs), body: Buffer.from(content) };
}
