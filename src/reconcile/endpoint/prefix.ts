/** The MAC prefix database: which entry an address belongs to. */
import type { MacPrefix } from '../reads.js';

const bare = (mac: string): string => mac.toLowerCase().replace(/[^0-9a-f]/g, '');

/** The database entry with the longest matching prefix, whatever separators and case either side uses. */
export function longestPrefix(mac: string, database: readonly MacPrefix[]): MacPrefix | undefined {
  const matching = database.filter(
    ({ type, macPrefix }) => type === 'bmc' && macPrefix !== '' && bare(mac).startsWith(bare(macPrefix)),
  );
  return matching.sort((a, b) => bare(b.macPrefix).length - bare(a.macPrefix).length)[0];
}
