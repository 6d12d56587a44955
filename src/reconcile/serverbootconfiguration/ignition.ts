/**
 * Condition `IgnitionValid`: whether a machine could boot with the ignition a boot configuration names. It is looked at
 * once for each generation, and again by time only while something is wrong: Secrets are read by name and never
 * watched. Discovery boots are ours and are judged when the operator starts.
 * Source  upstream checks that the key exists (inband §7.5); the rest is ours.
 */
import { judgeIgnition } from '../../api/ignition-judge.js';
import { Secret } from '../../api/kubernetes.js';
import { conditionTypes, ignitionSecretKeys, type ServerBootConfiguration } from '../../api/metal/v1alpha1/index.js';
import { isMetalError } from '../../errors/classes.js';
import type { Visit } from '../reads.js';
import { ageMs } from '../runtime/age.js';
import { type Condition, conditionOf } from '../runtime/conditions.js';
import type { ConditionChange } from '../runtime/decision.js';
import { isInternal } from '../server/reader.js';

const type = conditionTypes.ignitionValid;
/** Who may not read a Secret is asked for it seldom: each time is a refusal in the audit log, and a write. */
const unreadablePauseMs = 24 * 3_600_000;

/** What is said of the ignition, if it is to be looked at now. */
export async function ignitionOf(boot: ServerBootConfiguration, visit: Visit): Promise<ConditionChange[]> {
  const known = conditionOf(boot.status?.conditions as Condition[] | undefined, type);
  if (!isDue(boot, known, visit.now)) return [];
  const name = boot.spec?.ignitionSecretRef?.name ?? '';
  // Said only to take back what was said of an ignition that is asked for no more.
  if (name === '') return known === undefined ? [] : [said('True', 'Valid', 'No ignition is asked for')];
  const change = await judge(boot, name, visit);
  // What cannot be told is asked again a day after it was last asked, and not after it was first said.
  return [change.status === 'Unknown' ? { ...change, restart: true } : change];
}

/**
 * Why a machine must not boot with this configuration where only a valid ignition counts; undefined when it may. Only
 * what was said of this very generation counts. It is no gate of the state: who asks `metalctl why` does not know
 * whether the operator enforces it, and sees the operator's own answer instead.
 */
export function ignitionObjection(boot: ServerBootConfiguration): string | undefined {
  if (!boot.spec?.ignitionSecretRef?.name || isInternal(boot)) return undefined;
  const known = conditionOf(boot.status?.conditions as Condition[] | undefined, type);
  if (known?.observedGeneration !== boot.metadata.generation) return 'it has not been looked at yet';
  return known?.status === 'True' ? undefined : (known?.message ?? '');
}

/** Whether the ignition must be looked at again by time. */
export const isIgnitionAwaited = (boot: ServerBootConfiguration, changes: readonly ConditionChange[]): boolean => {
  const known = conditionOf(boot.status?.conditions as Condition[] | undefined, type);
  return !isInternal(boot) && (changes[0]?.status ?? known?.status) === 'False';
};

function isDue(boot: ServerBootConfiguration, known: Condition | undefined, now: Date): boolean {
  if (isInternal(boot) || boot.metadata.deletionTimestamp !== undefined) return false;
  const isPresent = known?.observedGeneration === boot.metadata.generation;
  if (known === undefined || !isPresent || known.status === 'False') return true;
  return known.status === 'Unknown' && ageMs(known.lastTransitionTime, now) >= unreadablePauseMs;
}

async function judge({ metadata }: ServerBootConfiguration, name: string, { read }: Visit): Promise<ConditionChange> {
  const { namespace = '' } = metadata;
  let secret: Secret | undefined;
  try {
    secret = await read.fresh(Secret, { namespace, name });
  } catch (error) {
    if (!isMetalError(error) || error.code !== 'API_FORBIDDEN') throw error;
    const fix = `metalctl install rbac --role daemon --user-data-namespaces ${namespace}`;
    return said('Unknown', 'SecretNotReadable', `The operator may not read Secrets in ${namespace}; ${fix} lets it`);
  }
  if (secret === undefined) return said('False', 'SecretNotFound', `Secret ${name} does not exist`);
  const { ignition: key, format } = ignitionSecretKeys;
  const text = textOf(secret, key);
  if (text === undefined) return said('False', 'KeyMissing', `Secret ${name} has no key "${key}"`);
  const verdict = await judgeIgnition(text, textOf(secret, format));
  return said(verdict.reason === 'Valid' ? 'True' : 'False', verdict.reason, `Secret ${name}: ${verdict.message}`);
}

const textOf = ({ data }: Secret, key: string): string | undefined =>
  data?.[key] === undefined ? undefined : Buffer.from(data[key], 'base64').toString('utf8');

const said = (status: ConditionChange['status'], reason: string, message: string): ConditionChange => ({
  type,
  status,
  reason,
  message,
});
