/**
 * The only redirects that are followed: to the same origin, at most three; reads by 301, 302, 307, 308, writes with
 * their body by 307 and 308. iLO 5 needs the latter for its trailing slashes. Anything else could carry a token away.
 */
import { PermanentError } from '../../errors/classes.js';
import { locationPath, type Path } from './link.js';

export const mostRedirects = 3;
const forReads = [301, 302, 307, 308];
const forWrites = [307, 308];

/**
 * Where to ask instead, or undefined when the answer is no redirect to follow.
 * @throws PermanentError BMC_HOSTILE_LINK when it leaves the origin · BMC_PLAIN_HTTP when it only moves to HTTPS
 */
export function redirectOf(
  method: string,
  answer: { status: number; headers: Readonly<Record<string, string>> },
  from: { origin: string; path: Path },
): Path | undefined {
  const followed = method === 'GET' || method === 'HEAD' ? forReads : forWrites;
  const { location } = answer.headers;
  if (location === undefined || !followed.includes(answer.status)) return undefined;
  if (isUpgrade(from.origin, location)) {
    throw new PermanentError('BMC_PLAIN_HTTP', 'asking the BMC', {
      why: 'the BMC sends plain HTTP to HTTPS',
      hint: `Use its HTTPS address: ${new URL(location).origin}`,
    });
  }
  return locationPath(location, from.origin);
}

function isUpgrade(origin: string, location: string): boolean {
  if (!origin.startsWith('http:') || !location.toLowerCase().startsWith('https:')) return false;
  try {
    return new URL(location).hostname === new URL(origin).hostname;
  } catch {
    return false;
  }
}
