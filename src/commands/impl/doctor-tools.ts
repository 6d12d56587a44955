/** Checks of this machine: the Node that runs us, and what the terminal can show. */
import { type Check, ok, skipped } from '../../workflows/doctor/check.js';

const least = [20, 19] as const;

export const toolChecks: readonly Check[] = [
  {
    id: 'D060',
    title: 'Node',
    area: 'tools',
    probe: async () => {
      const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
      const evidence = `v${process.versions.node}`;
      const isEnough = major > least[0] || (major === least[0] && minor >= least[1]);
      return isEnough ? ok(evidence) : { verdict: 'failure', evidence, fix: `Node ${least.join('.')} or newer` };
    },
  },
  {
    id: 'D062',
    title: 'terminal',
    area: 'tools',
    probe: async () => {
      if (!process.stderr.isTTY) return skipped('none: results are for programs');
      const isUtf8 = /utf-?8/i.test(process.env.LC_ALL ?? process.env.LC_CTYPE ?? process.env.LANG ?? '');
      const { columns } = process.stderr;
      const evidence = `TERM=${process.env.TERM ?? '-'}, ${columns} columns, ${isUtf8 ? 'UTF-8' : 'no UTF-8'}, ${process.stderr.getColorDepth()} bits of colour`;
      if (process.env.TERM === 'dumb' || !isUtf8)
        return {
          verdict: 'warning',
          evidence,
          fix: 'views need a terminal that is not dumb; glyphs need a UTF-8 locale',
        };
      return ok(evidence);
    },
  },
];
