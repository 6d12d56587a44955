/** What the changing verbs of `redfish` share: body, guard, question, ETag, answer and task. */
import { ConflictError, PermanentError, UserError } from '../../errors/classes.js';
import { redactFields } from '../../lib/output/clean.js';
import type { Bmc, RawAnswer, RawMethod } from '../../ports/bmc.js';
import { isDestructive, sensitiveSegment } from '../../workflows/redfish/guard.js';
import type { ArgsOf, FlagsOf } from '../define.js';
import type { redfishPatchCommand } from '../redfish-change.js';
import { readText, stdinText } from './discover-credentials.js';
import { type BmcPlace, ownersOf } from './kit/bmc-places.js';
import type { AnyRun } from './kit/run.js';
import { reachBmc, redfishPath } from './redfish-reach.js';
import { resourceRows } from './redfish-rows.js';
import { followTask, taskEnd } from './redfish-task.js';

type ChangeRun = AnyRun & {
  readonly args: ArgsOf<typeof redfishPatchCommand>;
  readonly flags: FlagsOf<typeof redfishPatchCommand>;
};

type ChangeMethod = Exclude<RawMethod, 'GET' | 'HEAD'>;

/** Sends one change after it was asked about. */
export async function changeResource(run: ChangeRun, method: ChangeMethod): Promise<void> {
  const path = redfishPath(run.args.path);
  refuseSensitive(path, method, run.flags.allowSensitive);
  const body = await bodyOf(run.flags.data, method);
  const place = await reachBmc(run, run.flags);
  const isFatal = isDestructive(method, path);
  // What was given to change an account must not come back on the screen.
  const shown = redactFields(body);
  const plan = [
    `${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(shown)}`}`,
    ...(await ownersOf(run, place)),
  ];
  if (run.globals.dryRun !== 'none') {
    await run.out.document(
      { kind: 'RedfishRequest', method, path, ...(body === undefined ? {} : { body: shown }) },
      () => `${plan[0]}\n`,
    );
    return;
  }
  const what = `${method} ${path} on ${place.name}`;
  await run.confirm({ level: isFatal ? 3 : 2, what, plan, ...(isFatal ? { typed: place.name } : {}) });
  run.signal.throwIfAborted();
  await tell(run, place, method, path, await sent(place.bmc, method, path, body, run.flags.etag));
}

/** @throws PermanentError REDFISH_SENSITIVE */
function refuseSensitive(path: string, method: string, isAllowed: boolean): void {
  const segment = sensitiveSegment(path);
  if (segment === undefined || isAllowed) return;
  throw new PermanentError('REDFISH_SENSITIVE', `${method} ${path} is refused`, {
    why: `"${segment}" decides who may enter the BMC`,
    hint: ['metalctl bmc users, bmc credentials, bmc sessions and bmc cert do this with care', 'add --allow-sensitive'],
  });
}

async function bodyOf(data: string | undefined, method: ChangeMethod): Promise<unknown> {
  if (data === undefined) {
    if (method === 'PATCH' || method === 'PUT') {
      throw new UserError('USAGE', `${method} needs a body`, { hint: `-d '{"AssetTag":"A-1"}', -d @FILE or -d -` });
    }
    return method === 'POST' ? {} : undefined;
  }
  const text = data === '-' ? await stdinText() : data.startsWith('@') ? await readText(data.slice(1), '--data') : data;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError('USAGE', '--data is not JSON', { why: (error as Error).message });
  }
}

/** POST names no state that could have changed (redfish.md 2.7): it carries a tag only when one was given. */
async function sent(bmc: Bmc, method: ChangeMethod, path: string, body: unknown, etag: string): Promise<RawAnswer> {
  const request = { method, path, ...(body === undefined ? {} : { body }) };
  if (etag !== 'auto') return bmc.raw(etag === 'none' ? request : { ...request, etag });
  if (method === 'POST') return bmc.raw(request);
  const known = await tagOf(bmc, path);
  const answer = await bmc.raw(known === undefined ? request : { ...request, etag: known });
  if (answer.status !== 412 || known === undefined) return answer;
  // Somebody changed it between the two requests, or this firmware compares tags wrongly: only the first is a conflict.
  const now = await tagOf(bmc, path);
  if (now !== known) throw outdated(method, path, known, now);
  const strong = known.replace(/^W\//, '');
  const again = strong === known ? answer : await bmc.raw({ ...request, etag: strong });
  return again.status === 412 ? bmc.raw(request) : again;
}

async function tagOf(bmc: Bmc, path: string): Promise<string | undefined> {
  const { etag, status, problem } = await bmc.raw({ method: 'GET', path });
  if (problem !== undefined && status !== 404 && status !== 405) throw problem;
  return etag;
}

const outdated = (method: string, path: string, before: string, now: string | undefined): ConflictError =>
  new ConflictError('REDFISH_412', `${method} ${path} was refused: 412 Precondition Failed`, {
    why: `the resource changed (ETag ${before} → ${now ?? 'none'})`,
    hint: 'rerun: metalctl reads a fresh ETag first',
  });

async function tell(run: ChangeRun, place: BmcPlace, method: string, path: string, answer: RawAnswer): Promise<void> {
  const { status, headers, json, task, problem } = answer;
  if (status === 412) throw tagRefused(method, path, answer);
  if (problem !== undefined) throw problem;
  const ended =
    task !== undefined && run.flags.waitTask ? await followTask(run, place.bmc, task, run.flags.timeout) : task;
  const document = {
    kind: 'RedfishAnswer' as const,
    method,
    path,
    status,
    ...(headers.location === undefined ? {} : { location: headers.location }),
    ...(json === undefined ? {} : { body: json }),
    ...(ended === undefined ? {} : { task: ended }),
  };
  const heading = `${method} ${path}: HTTP ${status}${headers.location === undefined ? '' : `, ${headers.location}`}`;
  run.talk.note(heading);
  await run.out.document(document, () => (json === undefined ? '' : resourceRows(json)));
  if (ended === undefined) return;
  if (run.flags.waitTask) taskEnd(ended);
  else run.talk.hint(`Next: metalctl redfish task wait ${ended.uri} ${whose(run.flags)}`);
}

const whose = ({ bmc, server, host }: ChangeRun['flags']): string =>
  bmc !== undefined ? `--bmc ${bmc}` : server !== undefined ? `--server ${server}` : `--host ${host}`;

function tagRefused(method: string, path: string, { problem }: RawAnswer): ConflictError {
  return new ConflictError('REDFISH_412', `${method} ${path} was refused: 412 Precondition Failed`, {
    why: problem?.why ?? 'the ETag given is not that of the resource',
    hint: '--etag auto reads a fresh one',
  });
}
