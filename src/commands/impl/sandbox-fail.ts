/** Body of `sandbox fail`: a fault rule for one machine or all, by the control plane of the running sandbox. */
import { UserError } from '../../errors/classes.js';
import { type FaultRule, readFault } from '../../sandbox/bmc/control-steps.js';
import { type RemoteControl, remoteControl } from '../../sandbox/remote.js';
import type { sandboxFailCommand } from '../sandbox.js';
import type { Run } from './kit/run.js';
import { runningSandbox } from './kit/sandbox.js';
import { victimOf } from './kit/sandbox-victim.js';

type FailRun = Run<typeof sandboxFailCommand>;

export default async function ({ args, flags, out }: FailRun): Promise<void> {
  const { server, fault } = victimOf(args, flags.all);
  if (fault === undefined) {
    throw new UserError('USAGE', 'which fault?', { hint: 'metalctl sandbox fail bmc-1 timeout' });
  }
  const asked = narrowed(readFault(fault), flags);
  const { folder, record } = await runningSandbox(flags);
  const control = await remoteControl(folder, record);
  const bmc = server === undefined ? undefined : await nameOf(control, server);
  const rule: FaultRule = {
    ...asked,
    id: `${asked.id ?? labelOf(fault, asked)}@${bmc ?? 'all'}`,
    ...(bmc === undefined ? {} : { match: { ...asked.match, bmc } }),
  };
  const changed = await inject(control, rule);
  const text = `${rule.id} ${changed ? 'injected' : 'unchanged'}\n`;
  await out.document({ kind: 'SandboxFault', id: rule.id, changed, rule }, () => text, [`fault/${rule.id}`]);
}

/** The rule with what the flags say of requests and times. @throws UserError USAGE */
function narrowed(rule: FaultRule, flags: FailRun['flags']): FaultRule {
  const { method, path, nth, first, for: forMs } = flags;
  const probability = flags.probability === undefined ? undefined : chanceOf(flags.probability);
  if ([probability, nth, first].filter((value) => value !== undefined).length > 1) {
    throw new UserError('USAGE', '--probability, --nth and --first exclude each other', { hint: 'give one of them' });
  }
  const match = defined({
    ...rule.match,
    method: method?.toUpperCase() ?? rule.match?.method,
    path: path ?? rule.match?.path,
  });
  const when = defined({ ...rule.when, ...defined({ probability, nth, first, forMs }) });
  return {
    ...rule,
    ...(Object.keys(match).length > 0 ? { match } : {}),
    ...(Object.keys(when).length > 0 ? { when } : {}),
  };
}

const defined = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never;

function chanceOf(text: string): number {
  const chance = Number(text);
  if (text.trim() !== '' && chance >= 0 && chance <= 1) return chance;
  throw new UserError('USAGE', `--probability ${text} is no number from 0 to 1`, { hint: '--probability 0.1' });
}

/** What `heal` calls it: the name that was typed, else kind and manner of the rule. */
function labelOf(fault: string, { action }: FaultRule): string {
  if (!fault.trim().startsWith('{')) return fault;
  if ('how' in action) return `${action.kind}-${action.how}`;
  return action.kind === 'status' ? `status-${action.status}` : action.kind;
}

async function nameOf(control: RemoteControl, server: string): Promise<string> {
  const { bmcs } = (await control.read(`/bmcs?bmc=${encodeURIComponent(server)}`)) as { bmcs: { name: string }[] };
  return bmcs[0]?.name ?? server;
}

/** Puts the rule in force instead of the one under its id; false when that one is the same. */
async function inject(control: RemoteControl, rule: FaultRule): Promise<boolean> {
  const { faults } = (await control.read('/faults')) as { faults: { id: string; rule: FaultRule }[] };
  const present = faults.find(({ id }) => id === rule.id);
  // A fault for a while begins anew; one for good has nothing to begin.
  if (present && rule.when?.forMs === undefined && isSame(present.rule, rule)) return false;
  if (present) await control.step({ do: 'heal', fault: rule.id });
  await control.step({ do: 'fail', rule });
  return true;
}

const isSame = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
