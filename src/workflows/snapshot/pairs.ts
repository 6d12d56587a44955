/**
 * Claims and servers have each other, or not at all: a snapshot must not put back half of a pair whose other half has
 * gone on, or a machine would have two tenants.
 */
import { type KubeObject, keyOf, keyText } from '../../api/kind.js';
import { Server, ServerClaim } from '../../api/metal/v1alpha1/index.js';
import type { ClusterReads } from '../../ports/cluster.js';
import { some } from '../doctor/check.js';
import type { Precondition } from '../move/preflight.js';
import type { Item } from '../move/select.js';

interface Half {
  readonly name: string;
  /** Whom it has. */
  readonly other: string | undefined;
  readonly isTouched: boolean;
}

export async function pairsFit(
  target: ClusterReads,
  touched: readonly Item[],
  signal: AbortSignal,
): Promise<Precondition> {
  const servers = await halves(target, Server, touched, signal, serversClaim);
  const claims = await halves(target, ServerClaim, touched, signal, claimsServer);
  const torn = [...tornOf(servers, claims, 'Server'), ...tornOf(claims, servers, 'ServerClaim')];
  if (torn.length === 0) return { title: 'claims and servers fit together', isOk: true };
  return {
    title: 'a claim and its server would not fit together',
    isOk: false,
    why: some(torn),
    fix: 'restore both halves, or neither: --only KIND/NAME names what to restore',
  };
}

interface Either {
  readonly spec?: {
    readonly serverClaimRef?: { readonly namespace?: string; readonly name: string };
    readonly serverRef?: { readonly name?: string };
  };
  readonly status?: { readonly phase?: string };
}

function serversClaim(object: KubeObject): string | undefined {
  const ref = (object as Either).spec?.serverClaimRef;
  return ref === undefined ? undefined : keyText(ref);
}

/** A claim that waits may name a server that is another's; only one that is bound has it. */
function claimsServer(object: KubeObject): string | undefined {
  const { spec, status } = object as Either;
  return (status?.phase ?? 'Bound') === 'Bound' ? spec?.serverRef?.name : undefined;
}

/** All of a kind as they would be afterwards. */
async function halves(
  target: ClusterReads,
  kind: typeof Server | typeof ServerClaim,
  touched: readonly Item[],
  signal: AbortSignal,
  other: (object: KubeObject) => string | undefined,
): Promise<Map<string, Half>> {
  const found = new Map<string, Half>();
  const add = (object: KubeObject, isTouched: boolean): void => {
    const name = keyText(keyOf(object));
    found.set(name, { name, other: other(object), isTouched });
  };
  for (const object of (await target.list(kind as typeof Server, { signal })).items) add(object, false);
  for (const item of touched) if (item.kind.kind === kind.kind) add(item.object, true);
  return found;
}

/** Who has somebody who has another, where either would be put back. */
function tornOf(these: ReadonlyMap<string, Half>, those: ReadonlyMap<string, Half>, kind: string): string[] {
  return [...these.values()].flatMap(({ name, other, isTouched }) => {
    const half = other === undefined ? undefined : those.get(other);
    if (half === undefined || half.other === name || !(isTouched || half.isTouched)) return [];
    return [
      `${kind}/${name} names ${other}, which ${half.other === undefined ? 'names nobody' : `names ${half.other}`}`,
    ];
  });
}
