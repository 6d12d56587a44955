/** `claim -i`, and `claim` without a choice on a terminal: the view stands at once, servers and the claim are loaded behind it. */
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { type Form, formOfFlags } from '../../ui/claim/form.js';
import type { ClaimEvent, ClaimWait } from '../../ui/claim/model.js';
import { prepared } from '../../ui/shared/feed.js';
import { inLines, isAccessible } from './claim-dialogue.js';
import type { ClaimRun } from './claim-request.js';
import { isMany } from './claim-selection.js';
import type { ClaimSession } from './claim-session.js';
import { hostOf } from './kit/view-host.js';
import { logged } from './kit/view-log.js';
import { tellSource } from './kit/view-source.js';

export async function claimInView(run: ClaimRun): Promise<ExitName | undefined> {
  if (run.flags.count === 0) throw new UserError('USAGE', '--count 0 claims nothing', { hint: '--count 3' });
  if (!run.isInteractive) {
    throw new UserError('NEEDS_INPUT', 'the claim view needs a terminal', {
      hint: ['--server NAME, -l SELECTOR or a hardware filter   instead of choosing', '--image IMG'],
    });
  }
  const load = () => import('./claim-session.js');
  if (isAccessible(run)) return (await (await load()).openClaim(inLines(run))).converse();
  const { runClaim } = await import('../../ui/claim/run.js');
  const { flags, args, globals } = run;
  const given = {
    // The name it will have is known when the flags and the context have been read.
    claim: [globals.namespace, args.name].filter((part) => part !== undefined).join('/'),
    image: flags.image ?? '',
    ignition: flags.ignition ?? '',
    power: flags.power === 'on' ? 'On' : 'Off',
    wait: waitOf(flags.wait),
    wanted: flags.count,
    isMany: isMany(run),
    isAtomic: flags.atomic,
    spread: flags.spread ?? '',
    style: run.talk.style,
    keys: run.keys,
    form: formOfFlags(flags),
  } as const;
  let session: ClaimSession | undefined;
  let form: Form = given.form;
  let tolerations: readonly string[] = [];
  const there = (): ClaimSession => {
    if (session === undefined) throw new UserError('NEEDS_INPUT', 'the servers are not there yet');
    return session;
  };
  const watch = prepared<ClaimEvent>(async (send, fail) => {
    tellSource(run, send);
    session = await (await load()).openClaim(run);
    send({ type: 'named', claim: session.name });
    const stop = session.live.watch(send, fail);
    session.live.require(form, tolerations);
    return stop;
  });
  const end = await runClaim(
    given,
    { watch: (send, fail) => watch(logged(run, 'claim', send), fail) },
    {
      onForm: (typed, tolerated) => {
        form = typed;
        tolerations = tolerated;
        session?.live.require(typed, tolerated);
      },
      commandOf: (choice, typed) => session?.commandOf(choice, typed) ?? 'one moment: the servers are not there yet',
      onClaim: async (choice, onStep) => there().claim(choice, form, onStep),
    },
    run.signal,
    hostOf(run),
  );
  if (session !== undefined) return session.finish(end);
  if (end?.is !== 'interrupted') {
    run.talk.note('nothing was claimed');
    return undefined;
  }
  run.talk.note('interrupted: nothing was written, nothing is in flight; the same command begins again');
  return 'SIGINT';
}

const waitOf = (flag: string | undefined): ClaimWait => (flag === 'power' || flag === 'bound' ? flag : undefined);
