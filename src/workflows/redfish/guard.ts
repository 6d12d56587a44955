/**
 * Which requests a person may not send by accident: those that decide who may enter a BMC, and those that take data or
 * settings away for good. Judged by the path alone, spelled in every way services accept it.
 */

/** Segments behind which accounts, sessions, certificates and keys are. */
const sensitive = new Set([
  'accountservice',
  'sessionservice',
  'certificateservice',
  'accounts',
  'sessions',
  'certificates',
  'keyservice',
  'securityservice',
]);

const destructive =
  /(resettodefaults|resetbios|secureerase|securesystemerase|systemerase|sanitize|decommission|initialize|cryptographicerase|factoryreset|resetfactory|clearforeign|resetkeys)/i;

/** The service a changing request must not reach without being allowed to; undefined when it may pass. */
export function sensitiveSegment(path: string): string | undefined {
  return segmentsOf(path).find((segment) => sensitive.has(segment.toLowerCase().replace(/^#?([a-z]+)\..*$/, '$1')));
}

/** Whether a request erases or resets something: an action of that name, or the deletion of a volume. */
export function isDestructive(method: string, path: string): boolean {
  const segments = segmentsOf(path);
  if (method === 'DELETE') return segments.some((segment) => /^(volumes|storagepools)$/i.test(segment));
  return method === 'POST' && destructive.test((segments.at(-1) ?? '').replaceAll(/[^a-z]/gi, ''));
}

/** Decoded until nothing is left to decode; the query and the fragment name nothing that is changed. */
function segmentsOf(path: string): string[] {
  let text = path.split(/[?#]/, 1)[0] ?? '';
  for (let round = 0; round < 5 && text.includes('%'); round += 1) {
    try {
      const decoded = decodeURIComponent(text);
      if (decoded === text) break;
      text = decoded;
    } catch {
      break;
    }
  }
  return text.split(/[/\\;]/).filter((segment) => segment !== '');
}
