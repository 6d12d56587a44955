/**
 * Results on stdout, in the form of `-o`. Every object is cleaned of secrets first, every cell neutralised. The forms are
 * made in `out/`: whole values, tables, chosen columns, names; here they are only written.
 */
import { isMachine } from '../../../lib/output/format.js';
import { toYaml } from '../../../lib/yaml.js';
import { bareText, changesText, documentText } from './out/documents.js';
import { objectsText, streamed } from './out/objects.js';
import { liveText, rowsText } from './out/tables.js';
import type { Out, OutOptions } from './out/types.js';
import { compact } from './out/whole.js';

export { qualified } from './out/names.js';
export type * from './out/types.js';

export function createOut(options: OutOptions): Out {
  const { stream, format, style, times, talk } = options;
  const hints = new Set<string>();
  const later = { ...options, talk: { ...talk, hint: (text: string) => void hints.add(text) } };
  /** Lines of the table that `redraw` drew last. */
  let drawn = 0;
  const write = async (text: string): Promise<void> => {
    await stream.write(text);
    // What a table leaves out is said below it, once, however many tables there are.
    for (const hint of hints) talk.hint(hint);
    hints.clear();
  };
  return {
    format,
    isMachine: isMachine(format),
    style,
    times,
    objects: async (groups, list = {}) => {
      const pieces = streamed(later, groups, list);
      if (pieces === undefined) return write(objectsText(later, groups, list));
      for (const piece of pieces) await stream.write(piece);
    },
    changes: async (changes) => write(changesText(later, changes)),
    document: async (document, text, names = []) => write(documentText(later, document, text, names)),
    value: async (value, text, names = []) => write(bareText(later, value, text, names)),
    text: async (text) => write(text),
    rows: async (rows, headers) => write(rowsText(later, rows, headers && options.headers !== false)),
    isLive: options.canRedraw === true && stream.isTTY && (format.kind === 'table' || format.kind === 'crd'),
    redraw: async (group, list, markOf) => {
      const text = liveText(later, group, list, markOf);
      const up = drawn === 0 ? '' : `\u001b[${drawn}A\r\u001b[J`;
      drawn = text.split('\n').length - 1;
      hints.clear();
      await stream.write(up + text);
    },
    pages: async (text) => {
      if (options.pager === undefined || !(await options.pager(text))) await write(text);
    },
    event: async (value) => write(format.kind === 'yaml' ? `---\n${toYaml(value)}` : compact(value)),
  };
}
