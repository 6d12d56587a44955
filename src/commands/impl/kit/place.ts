/** `HOST:PORT` of a flag. */
import { UserError } from '../../../errors/classes.js';

/** IPv6 hosts stand in brackets. Port 0 takes a free one. @throws UserError USAGE naming the flag */
export function placeOf(flag: string, text: string): { host: string; port: number } {
  const at = text.lastIndexOf(':');
  const digits = text.slice(at + 1);
  const [host, port] = [text.slice(0, at).replace(/^\[|\]$/g, ''), Number(digits)];
  if (at > 0 && /^\d{1,5}$/.test(digits) && port <= 65_535) return { host, port };
  throw new UserError('USAGE', `${flag} ${text} is not HOST:PORT`, { hint: `${flag} 127.0.0.1:0` });
}
