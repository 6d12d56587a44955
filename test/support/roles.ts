/** A user who holds exactly one of the shipped roles, or that role without one verb, on a real sandbox. */
import assert from 'node:assert/strict';
import { Namespace } from '../../src/api/kubernetes.js';
import { ClusterRole, type Right, type RightVerb, Role, ServiceAccount } from '../../src/api/rbac.js';
import { createCluster, type KubeCluster, staticContext } from '../../src/kube/index.js';
import { Secret } from '../../src/lib/secret.js';
import type { Log } from '../../src/ports/log.js';
import { realClock } from '../../src/wiring/clock.js';
import { applyAll } from '../../src/workflows/install/apply.js';
import { type ModeName, modes } from '../../src/workflows/install/modes.js';
import { roleManifests } from '../../src/workflows/install/roles.js';
import type { Live } from './live.js';

const managerNamespace = 'metalctl-system';
export const tenantNamespace = 'team';

/** One verb of one resource: `patch servers/status`. */
export interface Verb {
  readonly verb: RightVerb;
  /** With its subresource. */
  readonly resource: string;
  readonly group: string;
}

export const textOf = ({ verb, resource }: Verb): string => `${verb} ${resource}`;

/** Every verb a mode is granted, once. */
export function verbsOf(name: ModeName): Verb[] {
  const found = new Map<string, Verb>();
  for (const right of rightsOf(name))
    for (const verb of right.verbs) {
      const each = { verb, resource: resourceOf(right), group: right.kind.group };
      found.set(textOf(each), each);
    }
  return [...found.values()];
}

const rightsOf = (name: ModeName): readonly Right[] =>
  modes.find((mode) => mode.name === name)?.rights ?? assert.fail(name);
const resourceOf = ({ kind, subresource }: Right): string =>
  subresource === undefined ? kind.plural : `${kind.plural}/${subresource}`;

/** Somebody with a role; `take` gives the role back whole, or without one verb. */
export interface Holder {
  readonly user: string;
  readonly cluster: KubeCluster;
  /** What the log port was told. */
  readonly said: string[];
  readonly log: Log;
  take(without?: Verb): Promise<void>;
  /** Verbs that were asked for and allowed since the last call, and those refused. */
  used(): { readonly allowed: Set<string>; readonly refused: Set<string> };
  close(): Promise<void>;
}

export async function roleHolder(live: Live, name: ModeName): Promise<Holder> {
  const admin = live.ports.cluster as KubeCluster;
  const account = name === 'daemon' ? 'metalctl' : `a-${name}`;
  await ensure(admin);
  if (name !== 'daemon') {
    const metadata = { name: account, namespace: managerNamespace };
    await admin.create(ServiceAccount, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  }
  const take = (without?: Verb): Promise<void> => give(admin, name, account, without);
  await take();
  const path = `/api/v1/namespaces/${managerNamespace}/serviceaccounts/${account}/token`;
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const { status } = (await admin.raw('POST', path, { body })).body as { status: { token: string } };
  const said: string[] = [];
  const log: Log = { log: (_level, text, fields) => void said.push(`${text} ${JSON.stringify(fields ?? {})}`) };
  const user = `system:serviceaccount:${managerNamespace}:${account}`;
  const context = staticContext({ server: live.sandbox.api.url, token: new Secret(status.token), ca: live.sandbox.ca });
  const cluster = createCluster(context, { clock: realClock(), log, userAgent: name, qps: 10_000, burst: 10_000 });
  return { user, cluster, said, log, take, used: () => usedBy(live, user), close: () => cluster.close() };
}

async function ensure(admin: KubeCluster): Promise<void> {
  for (const name of [managerNamespace, tenantNamespace]) {
    if ((await admin.get(Namespace, { name })) !== undefined) continue;
    await admin.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
}

/** Applies the role as `install rbac` does; one that would be empty is taken away. */
async function give(admin: KubeCluster, name: ModeName, account: string, without: Verb | undefined): Promise<void> {
  const mode = modes.find((each) => each.name === name) ?? assert.fail(name);
  const subjects =
    name === 'daemon' ? [] : [{ kind: 'ServiceAccount' as const, name: account, namespace: managerNamespace }];
  const where = { managerNamespace, namespace: tenantNamespace, subjects };
  const { signal } = new AbortController();
  const whole = roleManifests(mode, where);
  const rights = mode.rights.map((right) => lessened(right, without)).filter(({ verbs }) => verbs.length > 0);
  const left = roleManifests({ ...mode, rights }, where);
  for (const { kind, object } of whole) {
    const isRole = kind === ClusterRole || kind === Role;
    const same = left.find(
      (each) => each.kind === kind && each.object.metadata.namespace === object.metadata.namespace,
    );
    // One that would be empty is there, and allows nothing.
    const lesser = same?.object ?? { ...object, rules: [] };
    await applyAll(admin, [{ kind, object: isRole ? lesser : object }], { signal });
  }
}

const lessened = (right: Right, without: Verb | undefined): Right =>
  without === undefined || resourceOf(right) !== without.resource || right.kind.group !== without.group
    ? right
    : { ...right, verbs: right.verbs.filter((verb) => verb !== without.verb) };

function usedBy(live: Live, user: string) {
  const { requestLog } = live.sandbox.api;
  const uses = requestLog.uses(user);
  const of = (isAllowed: boolean) =>
    new Set(
      uses
        .filter((use) => (isAllowed ? use.allowed : use.refused) > 0)
        .map(({ verb, resource }) => `${verb} ${resource}`),
    );
  const allowed = of(true);
  // Applying what is not there yet is a patch that is judged as a creation too.
  for (const { user: who, verb, resource, code } of requestLog.recent())
    if (who === user && verb === 'patch' && code === 201) allowed.add(`create ${resource}`);
  const found = { allowed, refused: of(false) };
  requestLog.reset();
  return found;
}
