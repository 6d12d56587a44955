/** Checks of this machine: the Node that runs us, its OpenSSH, and what the terminal can show. */
import { isMetalError } from '../../errors/classes.js';
import { checkSsh } from '../../ssh/program.js';
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
    id: 'D061',
    title: 'OpenSSH',
    area: 'tools',
    probe: async () => {
      try {
        await checkSsh();
        return ok('recent enough for consoles and restarts over SSH');
      } catch (error) {
        if (!isMetalError(error)) throw error;
        const evidence = `${error.message}: ${error.why ?? ''}`;
        return { verdict: 'warning', evidence, fix: 'install OpenSSH 8.4 or later: console and --over-ssh need it' };
      }
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
