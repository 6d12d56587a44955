/**
 * ServerReadinessRule: keeps a taint on the Servers it selects until their conditions are as required; once
 * (BootstrapOnly) or for ever (Continuous).
 * Reads   every Server, and the other rules: a taint that another rule still wants stays.
 * Asks    patches of Servers, each a compare-and-swap: taints that a person edits meanwhile are not lost.
 * Source  upstream §11; §15: long rule names, Servers that no longer match, and lost edits of taints.
 */
import { finalizers, Server, ServerReadinessRule } from '../../api/metal/v1alpha1/index.js';
import { may } from '../../api/rbac.js';
import type { Effect } from '../effects.js';
import { finalizer } from '../interrupts.js';
import type { Visit } from '../reads.js';
import { apiBackoff } from '../runtime/backoff.js';
import { type Decision, rest, stay } from '../runtime/decision.js';
import type { StepMachine } from '../runtime/machine.js';
import { type Registration, wakes } from '../runtime/registration.js';
import { carries, carriesOurs, completedKey, isMeant, isSame, judge, ownerKey } from './judge.js';

export interface RuleInput extends Visit {
  readonly rule: ServerReadinessRule;
}

/** One patch for each Server on which something must change. */
function enforce(input: RuleInput): Effect[] {
  return input.read.list(Server).flatMap((server) => patchOf(input, server) ?? []);
}

function patchOf(input: RuleInput, server: Server): Effect | undefined {
  const { rule, ids, read } = input;
  const { isTainted, isCompleted } = judge(rule, server, ids.hash);
  if (isTainted === undefined || server.metadata.deletionTimestamp !== undefined) return undefined;
  const others = read.list(ServerReadinessRule).filter(({ metadata }) => metadata.uid !== rule.metadata.uid);
  const wantedByOther = others.some(
    (other) =>
      isSame(other.spec?.taint as never, rule.spec?.taint as never) && judge(other, server, ids.hash).isTainted,
  );
  const isGoing = !isTainted && !wantedByOther && isOurs(input, server);
  const taints = isTainted ? added(rule, server) : isGoing ? removed(rule, server) : undefined;
  const marks = {
    ...(isTainted === carriesOurs(rule, server, ids.hash)
      ? {}
      : { [ownerKey(rule, ids.hash)]: isTainted ? rule.metadata.name : null }),
    ...(isCompleted ? { [completedKey(rule, ids.hash)]: 'true' } : {}),
  };
  if (taints === undefined && Object.keys(marks).length === 0) return undefined;
  const { name, resourceVersion = '' } = server.metadata;
  const patch = {
    ...(Object.keys(marks).length === 0 ? {} : { metadata: { annotations: marks } }),
    ...(taints === undefined ? {} : { spec: { taints: taints.length === 0 ? null : taints } }),
  };
  return { do: 'patch', kind: Server, key: { name }, patch, resourceVersion };
}

/** A rule takes off its own taint, and, on Servers it is for, one that upstream put there without a mark. */
const isOurs = ({ rule, ids }: RuleInput, server: Server): boolean =>
  carriesOurs(rule, server, ids.hash) || isMeant(rule, server);

const added = (rule: ServerReadinessRule, server: Server) =>
  carries(rule, server) ? undefined : [...(server.spec?.taints ?? []), rule.spec?.taint];

const removed = (rule: ServerReadinessRule, server: Server) =>
  carries(rule, server)
    ? (server.spec?.taints ?? []).filter((taint) => !isSame(taint, rule.spec?.taint as never))
    : undefined;

async function cleanUp(input: RuleInput): Promise<Decision | undefined> {
  const effects = enforce(input);
  return effects.length === 0 ? undefined : stay('LiftingTaints', { effects, recheckMs: 1_000 });
}

const machine: StepMachine<RuleInput> = {
  interrupts: [finalizer(finalizers.cleanupTaints, ({ rule }: RuleInput) => rule, cleanUp)],
  steps: [
    {
      name: 'enforce',
      run: async (input) => {
        const effects = enforce(input);
        return effects.length === 0 ? undefined : stay('Enforcing', { effects, recheckMs: 1_000 });
      },
    },
  ],
  settled: () => rest('Enforced'),
};

export const serverReadinessRuleRegistration: Registration<ServerReadinessRule, RuleInput> = {
  name: 'serverreadinessrule',
  kind: ServerReadinessRule,
  backoff: apiBackoff,
  machine,
  input: (rule, visit) => ({ ...visit, rule }),
  indexes: [],
  watches: [
    wakes(Server, (_server, store) => store.all(ServerReadinessRule).map(({ metadata }) => metadata)),
    wakes(ServerReadinessRule, (_rule, store) => store.all(ServerReadinessRule).map(({ metadata }) => metadata)),
  ],
  asks: [may(ServerReadinessRule, 'get patch'), may(Server, 'get patch')],
};
