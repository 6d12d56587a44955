/** From what a person asked for to the objects of a claim: the ServerClaim, and the Secrets with its ignition and user data. Pure. */
import { apiVersionOf } from '../../api/kind.js';
import { Secret, type SecretObject } from '../../api/kubernetes.js';
import { ignitionFormat, ignitionSecretKeys, userDataSecretType } from '../../api/metal/v1alpha1/constants.js';
import { ServerClaim, type ServerClaimSpec, type Toleration } from '../../api/metal/v1alpha1/serverclaim.js';
import { UserError } from '../../errors/classes.js';
import { type Requirement as LabelRequirement, parseSelector } from '../../lib/labels.js';
import type { Requirement } from './requirements.js';

export interface ClaimRequest {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  readonly power: 'On' | 'Off';
  /** A server by name. */
  readonly server?: string;
  /** A label selector as typed. */
  readonly selector?: string;
  readonly requirements: readonly Requirement[];
  /** Whether metalctl chooses the server though labels would do: to spread claims. */
  readonly chooses?: boolean;
  readonly tolerations: readonly Toleration[];
  /** Ignition text (checked), or the name of a Secret in the namespace. */
  readonly ignition?: { readonly text: string } | { readonly secret: string };
  /** User data as text, or the name of a Secret in the namespace. */
  readonly userData?: { readonly text: string } | { readonly secret: string };
}

/** Whether metalctl must choose the server itself: a ServerClaim can say labels or a name, not hardware. */
export const isPinned = ({ server, requirements, chooses = false }: ClaimRequest): boolean =>
  server !== undefined || requirements.length > 0 || chooses;

/** The claim, for the server when one is chosen. */
export function claimObject(request: ClaimRequest, server: string | undefined = request.server): ServerClaim {
  const { namespace, name, image, power, selector, tolerations } = request;
  const [ignition, userData] = [ignitionSecretName(request), userDataSecretName(request)];
  const spec: ServerClaimSpec = {
    power,
    image,
    ...(server ? { serverRef: { name: server } } : {}),
    ...(selector ? { serverSelector: selectorObject(selector) } : {}),
    ...(ignition ? { ignitionSecretRef: { name: ignition } } : {}),
    ...(userData ? { userDataRef: { name: userData } } : {}),
    ...(tolerations.length > 0 ? { tolerations: [...tolerations] } : {}),
  };
  return { apiVersion: apiVersionOf(ServerClaim), kind: ServerClaim.kind, metadata: { namespace, name }, spec };
}

type Ignited = Pick<ClaimRequest, 'namespace' | 'name' | 'ignition'>;

/** Name of the Secret that holds, or will hold, the ignition of a claim. */
export function ignitionSecretName({ ignition, name }: Omit<Ignited, 'namespace'>): string | undefined {
  if (ignition === undefined) return undefined;
  return 'secret' in ignition ? ignition.secret : `${name}-ignition`;
}

/** The Secret to create, when the ignition came as a file. */
export function ignitionSecret(request: Ignited): SecretObject | undefined {
  const { ignition, namespace } = request;
  if (ignition === undefined || 'secret' in ignition) return undefined;
  return {
    apiVersion: 'v1',
    kind: Secret.kind,
    metadata: { namespace, name: ignitionSecretName(request) ?? '' },
    type: 'Opaque',
    data: {
      [ignitionSecretKeys.ignition]: encode(ignition.text),
      [ignitionSecretKeys.format]: encode(ignitionFormat),
    },
  };
}

const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

function userDataSecretName({ userData, name }: Pick<ClaimRequest, 'userData' | 'name'>): string | undefined {
  if (userData === undefined) return undefined;
  return 'secret' in userData ? userData.secret : `${name}-user-data`;
}

/** Key under which the text of a file is kept, and served: `/v1/user-data/user-data`. */
const userDataKey = 'user-data';

function userDataSecret(request: ClaimRequest): SecretObject | undefined {
  const { userData, namespace } = request;
  if (userData === undefined || 'secret' in userData) return undefined;
  return {
    apiVersion: 'v1',
    kind: Secret.kind,
    metadata: { namespace, name: userDataSecretName(request) ?? '' },
    type: userDataSecretType,
    data: { [userDataKey]: encode(userData.text) },
  };
}

/** The Secrets to create with a claim: of what came as files. */
export const secretsOf = (request: ClaimRequest): readonly SecretObject[] =>
  [ignitionSecret(request), userDataSecret(request)].filter((secret) => secret !== undefined);

/**
 * A label selector as the API takes it: equalities as `matchLabels`, the rest as expressions.
 * @throws UserError USAGE
 */
export function selectorObject(text: string): NonNullable<ServerClaimSpec['serverSelector']> {
  const parsed = parseSelector(text);
  if (parsed === undefined || parsed.length === 0) {
    throw new UserError('USAGE', `-l ${text} is not a label selector`, { hint: '-l pool=general,rack!=r12' });
  }
  const equal = parsed.flatMap((each) =>
    each.operator === 'in' && each.values.length === 1 ? [[each.key, each.values[0] ?? ''] as const] : [],
  );
  const others = parsed.filter((each) => each.operator !== 'in' || each.values.length !== 1);
  return {
    ...(equal.length > 0 ? { matchLabels: Object.fromEntries(equal) } : {}),
    ...(others.length > 0 ? { matchExpressions: others.map(expressionOf) } : {}),
  };
}

function expressionOf(each: LabelRequirement) {
  const { key } = each;
  if (each.operator === 'exists') return { key, operator: 'Exists' as const };
  if (each.operator === 'absent') return { key, operator: 'DoesNotExist' as const };
  return { key, operator: each.operator === 'in' ? ('In' as const) : ('NotIn' as const), values: [...each.values] };
}

/**
 * Reads `KEY[=VALUE][:EFFECT]`; without a value any value is tolerated.
 * @throws UserError USAGE
 */
export function readToleration(text: string): Toleration {
  const [, key, value, effect] = /^([^=:\s]+)(?:=([^:\s]*))?(?::(NoBind|Evict))?$/.exec(text) ?? [];
  if (key === undefined) {
    throw new UserError('USAGE', `--tolerate ${text} is not KEY[=VALUE][:EFFECT]`, {
      hint: '--tolerate hw/nic-fault or --tolerate pool=gpu:NoBind',
    });
  }
  const match = value === undefined ? { operator: 'Exists' as const } : { operator: 'Equal' as const, value };
  return { key, ...match, ...(effect ? { effect: effect as 'NoBind' | 'Evict' } : {}) };
}
