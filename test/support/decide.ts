/** One decision of one reconciler in a world given as a list of objects: no writes, no queue, no time. */
import { createHash } from 'node:crypto';
import type { KindDef, KubeObject } from '../../src/api/kind.js';
import { reconcilers } from '../../src/reconcile/index.js';
import { defaultSettings, type Reads, type Settings } from '../../src/reconcile/reads.js';
import type { Decision } from '../../src/reconcile/runtime/decision.js';
import { decide as decideMachine } from '../../src/reconcile/runtime/machine.js';
import type { AnyRegistration } from '../../src/reconcile/runtime/registration.js';
import { Store } from '../../src/reconcile/runtime/store.js';
import { epoch } from './build.js';
import { type FakeBmcs, fakeBmcs } from './fake-bmc.js';
import { type FakeProbes, fakeProbes } from './fake-probes.js';

export interface Given {
  readonly objects?: readonly KubeObject[];
  readonly bmcs?: FakeBmcs;
  readonly probes?: FakeProbes;
  readonly settings?: Partial<Settings>;
  /** What a live read of a kind finds, where the cache is behind; absent kinds are as the cache has them. */
  readonly live?: Readonly<Record<string, KubeObject | undefined>>;
}

export async function decideIn(reg: AnyRegistration, object: KubeObject, given: Given = {}): Promise<Decision> {
  const store = new Store();
  for (const { kind, name, values } of reconcilers.flatMap(({ indexes }) => indexes))
    store.addIndex(kind, name, values);
  for (const each of [object, ...(given.objects ?? [])]) store.put(kindOf(each), each);
  const bmcs = given.bmcs ?? fakeBmcs();
  const reads: Reads = {
    get: (kind, key) => store.get(kind, key),
    list: (kind) => store.all(kind),
    by: (kind, index, value) => store.by(kind, index, value),
    fresh: async (kind, key) => {
      const { live = {} } = given;
      return Object.hasOwn(live, kind.kind) ? (live[kind.kind] as never) : store.get(kind, key);
    },
    bmc: (access) => bmcs.open(access),
    probes: given.probes ?? fakeProbes(),
  };
  const ids = {
    token: () => 'token',
    hash: (text: string) => createHash('sha256').update(text).digest('hex'),
    below: () => 0,
    sshKey: () => ({ pem: 'PEM\n', pub: 'ssh-ed25519 AAAA\n' }),
  };
  const settings = { ...defaultSettings, ...given.settings };
  return decideMachine(reg.machine, reg.input(object, { read: reads, now: epoch, ids, settings }));
}

function kindOf(object: KubeObject): KindDef {
  const kinds: KindDef[] = reconcilers.flatMap((reg) => [reg.kind, ...reg.watches.map((watch) => watch.kind)]);
  const kind = kinds.find((candidate) => candidate.kind === object.kind);
  if (kind === undefined) throw new Error(`no reconciler reads ${object.kind}`);
  return kind;
}

/** What a decision asks for, in short: `setPower On`, `patchSelf metadata`, `delete ServerBootConfiguration`. */
export const asked = (decision: Decision): string[] =>
  decision.effects.map((effect) => {
    switch (effect.do) {
      case 'setPower':
        return `setPower ${effect.to} ${effect.how}`;
      case 'setIndicator':
        return `setIndicator ${effect.to}`;
      case 'setBootOrder':
        return `setBootOrder ${effect.order.join(',')}`;
      case 'bootOnce':
        return `bootOnce ${effect.target}`;
      case 'patchSelf':
        return `patchSelf ${JSON.stringify(effect.patch)}`;
      case 'patch':
      case 'delete':
        return `${effect.do} ${effect.kind.kind} ${effect.key.name}`;
      case 'create':
      case 'apply':
        return `${effect.do} ${effect.kind.kind} ${effect.object.metadata.name}`;
      case 'announce':
        return `announce ${effect.event.reason}`;
      default:
        return effect.do;
    }
  });
