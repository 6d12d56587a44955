/** What a readiness rule wants of one Server: its taint there, away, or left alone. Pure. */
import { bootstrapCompletedPrefix, type Server, type ServerReadinessRule } from '../../api/metal/v1alpha1/index.js';
import { matchesSelector } from '../serverclaim/selection.js';

type Taint = NonNullable<NonNullable<Server['spec']>['taints']>[number];

export interface Judgement {
  /** Whether the Server should carry the rule's taint; undefined: the rule has nothing to say. */
  readonly isTainted: boolean | undefined;
  /** Whether the rule is done with this Server for good. */
  readonly isCompleted: boolean;
}

const nothing: Judgement = { isTainted: undefined, isCompleted: false };

/** @param hash short and stable, for names that are too long for an annotation key */
export function judge(rule: ServerReadinessRule, server: Server, hash: (text: string) => string): Judgement {
  if (rule.metadata.deletionTimestamp !== undefined) return { isTainted: false, isCompleted: false };
  if (!isMeant(rule, server))
    return { isTainted: carriesOurs(rule, server, hash) ? false : undefined, isCompleted: false };
  const isBootstrap = rule.spec?.enforcementMode === 'BootstrapOnly';
  if (isBootstrap && server.metadata.annotations?.[completedKey(rule, hash)] !== undefined) return nothing;
  const isReady = (rule.spec?.conditions ?? []).every(({ type, requiredStatus }) =>
    server.status?.conditions?.some((condition) => condition.type === type && condition.status === requiredStatus),
  );
  return { isTainted: !isReady, isCompleted: isReady && isBootstrap };
}

/** Whether the rule is for this Server; an empty selector is for all. */
export const isMeant = ({ spec }: ServerReadinessRule, { metadata }: Server): boolean =>
  matchesSelector(metadata.labels ?? {}, (spec?.serverSelector ?? {}) as Parameters<typeof matchesSelector>[1]);

/** Key, value and effect: a taint that differs in one of them is somebody else's. */
export const isSame = (a: Taint, b: Taint | undefined): boolean =>
  a.key === b?.key && (a.value ?? '') === (b?.value ?? '') && a.effect === b?.effect;

export const carries = ({ spec }: ServerReadinessRule, server: Server): boolean =>
  server.spec?.taints?.some((taint) => isSame(taint, spec?.taint as Taint)) ?? false;

/** The taint on this Server was put there by this rule. */
export const carriesOurs = (rule: ServerReadinessRule, server: Server, hash: (text: string) => string): boolean =>
  server.metadata.annotations?.[ownerKey(rule, hash)] !== undefined;

const limit = 63;

/** Upstream's annotation key; where a long name makes it invalid, the name is cut and a hash keeps it apart. */
export function completedKey({ metadata }: ServerReadinessRule, hash: (text: string) => string): string {
  const [prefix = '', word = ''] = bootstrapCompletedPrefix.split('/');
  const name = `${word}${metadata.name}`;
  return `${prefix}/${name.length <= limit ? name : `${name.slice(0, limit - 9)}-${hash(metadata.name).slice(0, 8)}`}`;
}

/** Remembers on a Server which rule put its taint there, so that it goes with the rule, whatever the labels are then. */
export const ownerKey = ({ metadata }: ServerReadinessRule, hash: (text: string) => string): string =>
  `metalctl.dev/readiness-${hash(metadata.name).slice(0, 16)}`;
