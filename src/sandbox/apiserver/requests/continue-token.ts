/** The opaque token that continues a list: a version and the first key of the rest. */
import { badRequest } from '../status.js';

export interface ContinueToken {
  /** -1: whatever is current, after the original version was forgotten. */
  readonly version: number;
  readonly start: string;
}

export const encodeContinue = ({ version, start }: ContinueToken): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start })).toString('base64url');

/** @throws StatusError 400 for a token that is not one of ours */
export function decodeContinue(token: string): ContinueToken {
  const text = Buffer.from(token, 'base64url').toString('latin1');
  let value: { v?: unknown; rv?: unknown; start?: unknown };
  try {
    value = JSON.parse(Buffer.from(token, 'base64url').toString()) as typeof value;
  } catch {
    const first = text.charCodeAt(0);
    const shown = first > 126 || first < 32 ? `\\u${first.toString(16).padStart(4, '0')}` : text[0];
    throw badRequest(
      `continue key is not valid: invalid character '${shown}' looking for beginning of value`.replace(
        /^/,
        'invalid continue token: ',
      ),
    );
  }
  if (value?.v !== 'meta.k8s.io/v1' || !Number.isSafeInteger(value.rv)) {
    throw notValid(`server does not recognize this encoded version ${String(value?.v ?? '')}`.trim());
  }
  if (typeof value.start !== 'string' || value.start === '') {
    throw notValid('encoded start key empty or missing start or resourceVersion');
  }
  // Keys are paths in a real server's store: one that climbs out of its folder was not made by it.
  if (value.start.split('/').includes('..')) throw notValid(value.start);
  return { version: value.rv as number, start: value.start };
}

const notValid = (why: string) => badRequest(`invalid continue token: continue key is not valid: ${why}`);
