/** `discover -i`: the view stands at once; the sweep, and all that it needs, is loaded behind it. */
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import type { DiscoverEnd } from '../../ui/discover/state.js';
import { prepared } from '../../ui/shared/feed.js';
import { inLines, isAccessible } from './claim-dialogue.js';
import type { DiscoverRun } from './discover-report.js';
import type { DiscoverSession } from './discover-session.js';
import { heldTalk } from './held-talk.js';
import { hostOf } from './kit/view-host.js';
import { logged } from './kit/view-log.js';

export async function discoverInView(run: DiscoverRun): Promise<ExitName | undefined> {
  if (!run.isInteractive) {
    throw new UserError('NEEDS_INPUT', 'the discover view needs a terminal', {
      hint: [
        'Leave out -i: the findings are printed.',
        'metalctl onboard --from last --status new   creates what the view would',
      ],
    });
  }
  const load = () => import('./discover-session.js');
  if (isAccessible(run)) {
    const spoken = inLines(run);
    const { converseDiscover } = await import('./discover-dialogue.js');
    return converseDiscover(spoken, await (await load()).openDiscover(spoken));
  }
  const { runDiscover } = await import('../../ui/discover/run.js');
  const { talk, release } = heldTalk(run.talk);
  let session: DiscoverSession | undefined;
  // Whoever left may be before a sweep that has not begun: then nothing was found, and nothing is to be said.
  const there = (): DiscoverSession => {
    if (session === undefined) throw new UserError('NEEDS_INPUT', 'the sweep has not begun yet');
    return session;
  };
  let end: DiscoverEnd | undefined;
  try {
    end = await runDiscover(
      { ranges: [...run.flags.cidr, ...run.flags.target].join(' '), style: run.talk.style, keys: run.keys },
      prepared(async (send, fail) => {
        session = await (await load()).openDiscover({ ...run, talk });
        return session.begin(logged(run, 'discover', send), fail);
      }),
      {
        onPreview: async (chosen) => there().preview(chosen),
        onTemplate: async (template, chosen) => there().namesOf(template, chosen),
        onCreate: async (chosen, tell) => there().create(chosen, tell),
        onStop: () => session?.stop(),
        onCancel: () => session?.leave(),
        onReport: async (path) => there().writeTo(path),
        onLogin: async (places, username, password) => there().login(places, username, password),
        commandOf: (chosen) => there().commandOf(chosen),
      },
      run.signal,
      hostOf(run),
    );
  } finally {
    release();
  }
  if (session !== undefined) return session.finish(end?.interrupted);
  if (end?.interrupted === undefined) return undefined;
  run.talk.note('interrupted: nothing was asked, nothing is in flight; the same command begins again');
  return 'SIGINT';
}
