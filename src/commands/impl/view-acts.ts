/** Actions of views: the bodies of the commands themselves, their questions asked on the screen, their lines gathered. */
import { UserError } from '../../errors/classes.js';
import type { Act, OnAct, Question } from '../../ui/shared/acting.js';
import type { Confirm } from './kit/confirm.js';
import type { Change } from './kit/out.js';
import type { AnyRun } from './kit/run.js';

interface Bodied {
  default(run: unknown): Promise<unknown>;
}

/** Bodies by the action's name; each takes `servers` and the flags that choose servers. */
const bodies: Readonly<Record<string, () => Promise<Bodied>>> = {
  cordon: () => import('./cordon.js') as Promise<Bodied>,
  uncordon: () => import('./uncordon.js') as Promise<Bodied>,
  'power on': () => import('./power-on.js') as Promise<Bodied>,
  'power off': () => import('./power-off.js') as Promise<Bodied>,
  'power reset': () => import('./power-reset.js') as Promise<Bodied>,
  'power cycle': () => import('./power-cycle.js') as Promise<Bodied>,
  'power nmi': () => import('./power-nmi.js') as Promise<Bodied>,
  park: () => import('./park.js') as Promise<Bodied>,
  unpark: () => import('./unpark.js') as Promise<Bodied>,
};

const flags = { selector: undefined, field: [], all: false, prefix: false, direct: false, force: false };

/** The command line of an action. */
export const actCommand = (program: string, { action, names }: Act): string =>
  `${program} ${action} ${names.join(' ')}`;

/** Runs actions for a view. Nothing is written to the terminal meanwhile. */
export function actsOf(run: AnyRun & { readonly ports: object }): OnAct {
  return async (act, ask) => {
    const body = await bodies[act.action]?.();
    if (body === undefined) throw new UserError('USAGE', `there is no action ${act.action}`);
    const lines: string[] = [];
    const silent = (): undefined => undefined;
    const out = {
      ...run.out,
      changes: async (changes: readonly Change[]) => void lines.push(...changes.map(({ line }) => line)),
      text: async (text: string) => void lines.push(text),
    };
    const talk = { ...run.talk, note: silent, hint: silent, warn: (text: string) => void lines.push(`! ${text}`) };
    await body.default({ ...run, args: { servers: act.names }, flags, out, talk, confirm: confirmBy(ask) });
    return lines.length > 1 ? `${lines[0]} and ${lines.length - 1} more` : (lines[0] ?? `${act.action}: done`);
  };
}

/** Level 1 is shown and confirmed too: nothing happens by pressing one letter. */
const confirmBy =
  (ask: (question: Question) => Promise<boolean>): Confirm =>
  async ({ what, plan, level, typed }) => {
    const isYes = await ask({ what, plan, ...(level === 3 && typed !== undefined ? { typed } : {}) });
    if (!isYes) throw new UserError('CONFIRM_REQUIRED', `${what}: nothing was done`);
  };
