/** `apply --wait`: each applied object is followed to the state its kind comes to rest in; somebody drives meanwhile. */
import { type Key, type KindDef, type KubeObject, keyText } from '../../../api/kind.js';
import { isMetalError, type MetalError, PermanentError, UserError } from '../../../errors/classes.js';
import { formatDuration } from '../../../lib/duration.js';
import type { Clock } from '../../../ports/clock.js';
import type { Cluster } from '../../../ports/cluster.js';
import { type DriverMode, whileDriving } from '../../../workflows/driver.js';
import { until } from '../../../workflows/until.js';
import { openDriver } from '../claim-driver.js';
import { badEnd, conditionsOf } from './conditions.js';
import { failureOf } from './each.js';
import type { AnyRun } from './run.js';

export interface Waited {
  readonly kind: KindDef;
  readonly key: Key;
}

interface Waiting {
  readonly timeout: number;
  readonly driver: DriverMode;
  readonly takeOver: boolean;
}

type WaitingRun = AnyRun & { readonly ports: { readonly cluster: Cluster; readonly clock: Clock } };

type Status = { readonly state?: string; readonly phase?: string } | undefined;
const statusOf = (object: KubeObject): Status => (object as { status?: Status }).status;

/** Where objects of each kind come to rest, in a word; undefined while they are on the way. */
const restOf: Readonly<Record<string, (object: KubeObject) => string | undefined>> = {
  Server: (object) => among(statusOf(object)?.state, ['Available', 'Reserved', 'Released', 'Parked', 'Maintenance']),
  BMC: (object) => among(statusOf(object)?.state, ['Enabled']),
  ServerClaim: (object) => among(statusOf(object)?.phase, ['Bound']),
  ServerBootConfiguration: (object) => among(statusOf(object)?.state, ['Ready']),
  BMCUser: (object) =>
    conditionsOf(object).some(({ type, status }) => type === 'Ready' && status === 'True') ? 'Ready' : undefined,
};

const among = (value: string | undefined, words: readonly string[]): string | undefined =>
  value !== undefined && words.includes(value) ? value : undefined;

/** @throws PermanentError FAILED_STATE at once · TransientError WAIT_TIMEOUT · PARTIAL when some came to rest */
export async function awaitRest(run: WaitingRun, flags: Waiting, applied: readonly Waited[]): Promise<void> {
  const waited = applied.filter(({ kind }) => restOf[kind.kind] !== undefined);
  if (waited.length === 0) return;
  const wish = { mode: flags.driver, takeOver: flags.takeOver, waits: true };
  const { driver, close } = await openDriver(run, run.ports, wish);
  const done: Waited[] = [];
  const failures: { target: string; error: MetalError }[] = [];
  try {
    await whileDriving(driver, scopeOf(waited), run.signal, async (signal) => {
      const waits = waited.map(async (each) => {
        try {
          await followOne(run, each, flags.timeout, signal);
          done.push(each);
        } catch (error) {
          if (!isMetalError(error)) throw error;
          failures.push({ target: nameOf(each), error });
        }
      });
      await Promise.all(waits);
    });
  } finally {
    await close();
  }
  const failure = failureOf({ values: done, failures });
  if (failure !== undefined) throw failure;
}

const nameOf = ({ kind, key }: Waited): string => `${kind.singular}/${keyText(key)}`;

async function followOne(run: WaitingRun, waited: Waited, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const { kind, key } = waited;
  const { cluster, clock } = run.ports;
  const begunMs = clock.monotonicMs();
  const look = async (): Promise<string | undefined> => {
    const now = await cluster.get(kind, key, signal);
    if (now === undefined) throw new UserError('NOT_FOUND', `${nameOf(waited)} was deleted meanwhile`);
    const bad = badEnd(kind, now);
    if (bad !== undefined) throw badly(waited, now, bad);
    return restOf[kind.kind]?.(now);
  };
  const options = {
    fieldSelector: `metadata.name=${key.name}`,
    ...(key.namespace === undefined ? {} : { namespace: key.namespace }),
  };
  const word = await until(
    run.ports,
    [{ kind, options }],
    look,
    { timeoutMs, signal },
    `${nameOf(waited)}: coming to rest`,
  );
  const { talk } = run;
  talk.note(`${talk.style.glyph('good')} ${nameOf(waited)} ${word}  ${formatDuration(clock.monotonicMs() - begunMs)}`);
}

function badly(waited: Waited, object: KubeObject, bad: string): PermanentError {
  const failing = conditionsOf(object).find(({ status }) => status === 'False');
  return new PermanentError('FAILED_STATE', `${nameOf(waited)} reached ${bad}`, {
    ...(failing === undefined ? {} : { why: `${failing.type}=False ${failing.reason}: ${failing.message}` }),
    hint: `metalctl why ${waited.kind.singular}/${object.metadata.name}`,
    context: { target: nameOf(waited) },
  });
}

/** The objects themselves, and the servers and boot configurations that are about them. */
function scopeOf(waited: readonly Waited[]) {
  const names = new Set(waited.map(({ kind, key }) => `${kind.kind}/${keyText(key)}`));
  const has = (kind: string, key: Partial<Key> | undefined): boolean =>
    key?.name !== undefined && names.has(`${kind}/${keyText(key as Key)}`);
  return (kind: KindDef, object: KubeObject): boolean => {
    if (has(kind.kind, object.metadata)) return true;
    const { spec } = object as { spec?: Readonly<Record<string, Partial<Key> | undefined>> };
    if (kind.kind === 'Server') return has('ServerClaim', spec?.serverClaimRef) || has('BMC', spec?.bmcRef);
    return kind.kind === 'ServerBootConfiguration' && has('ServerClaim', object.metadata);
  };
}
