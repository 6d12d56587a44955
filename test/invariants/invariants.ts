/**
 * What must hold after every write and every BMC action, whatever fails (reliability requirements, always-on
 * invariants). The fakes can show eight of the ten: failed logins (8) and requests in flight (9) need real sockets, and
 * are checked where the truth about traffic is given. `invariants.test.ts` breaks each of the ten.
 */
import assert from 'node:assert/strict';
import type { KindDef, KubeObject } from '../../src/api/kind.js';
import { ownAnnotations, Server, ServerBootConfiguration, ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import type { FakeCluster } from '../support/fake-cluster.js';

/** One mutating request, as the meter saw it go by. */
export interface Act {
  /** Process that sent it. */
  readonly by: string;
  /** `patch Server rack1-system-0`, `setPower On graceful`. */
  readonly what: string;
  /** Whether the cluster answered a write with the version it had before: nothing was changed by it. */
  readonly isIdle?: boolean;
}

export interface GroundTruth {
  /** The objects as they are stored. */
  readonly cluster: Pick<FakeCluster, 'stored' | 'peek'>;
  /** Power of the machine behind a BMC, from the machine itself. */
  readonly powerOf: (bmc: string) => string | undefined;
  /** What BMCs were asked, by their own account; absent where there are no sockets. */
  readonly traffic?: Traffic;
}

/** Logins, connections and sessions as the BMCs saw them. */
export interface Traffic {
  readonly bmcs: readonly string[];
  /** Refused logins of this version of the secret, and how many there may be: one, and none while it is right. */
  readonly failedLogins: (bmc: string) => { readonly seen: number; readonly allowed: 0 | 1 };
  /** The most requests that were under way at a time, and what the BMC's profile allows. */
  readonly busiest: (bmc: string) => { readonly seen: number; readonly allowed: number };
  /** Open sessions of ours, and how many of them nobody can know of any more: of a killed process, or never answered. */
  readonly sessions: (bmc: string) => { readonly seen: number; readonly orphans: 0 | 1 };
}

/** Watches one world; each check throws an AssertionError that names the broken invariant. */
export class Invariants {
  readonly #truth: GroundTruth;
  readonly #stateOf = new Map<string, string | undefined>();
  readonly #uuidOf = new Map<string, string>();
  readonly #processes: string[] = [];

  constructor(truth: GroundTruth) {
    this.#truth = truth;
  }

  /** Right before a power request is carried out. */
  beforePower(bmc: string, to: 'On' | 'Off'): void {
    const power = this.#truth.powerOf(bmc);
    assert.ok(power !== to && power !== `Powering${to}`, `6: ${bmc} is ${power} and was told ${to} again`);
    if (to === 'On') for (const server of this.#servers(bmc)) this.#mayBoot(server);
  }

  /** After every mutating request. */
  after(act: Act): void {
    this.#oneProcess(act);
    assert.ok(!act.isIdle, `10: ${act.what} changed nothing`);
    const servers = this.#truth.cluster.stored(Server);
    this.#bindings(servers);
    for (const server of servers) this.#server(server);
    const uuids = servers.map(({ spec }) => spec?.systemUUID);
    assert.equal(new Set(uuids).size, uuids.length, '5: two servers share a systemUUID');
    this.traffic();
  }

  /** Logins, requests under way and sessions; part of `after`, and to be asked alone where only traffic is known. */
  traffic(): void {
    const { traffic } = this.#truth;
    for (const bmc of traffic?.bmcs ?? []) {
      const { failedLogins, busiest, sessions } = traffic as Traffic;
      const [failed, busy, open] = [failedLogins(bmc), busiest(bmc), sessions(bmc)];
      assert.ok(failed.seen <= failed.allowed, `8: ${bmc} refused ${failed.seen} logins`);
      assert.ok(busy.seen <= busy.allowed, `9: ${busy.seen} requests were under way to ${bmc} at once`);
      assert.ok(open.seen <= 1 + open.orphans, `9: ${open.seen} sessions on ${bmc}`);
    }
  }

  #oneProcess({ by, what }: Act): void {
    if (this.#processes.at(-1) === by) return;
    assert.ok(!this.#processes.includes(by), `7: ${by} sent ${what} after another process took over`);
    this.#processes.push(by);
  }

  #bindings(servers: readonly Server[]): void {
    const held = servers.flatMap(({ spec }) => spec?.serverClaimRef ?? []).map((ref) => `${ref.namespace}/${ref.name}`);
    assert.equal(new Set(held).size, held.length, '1: one claim holds two servers');
    const bound = this.#truth.cluster.stored(ServerClaim).filter(({ status }) => status?.phase === 'Bound');
    for (const claim of bound) {
      const server = servers.find(({ metadata }) => metadata.name === claim.spec?.serverRef?.name);
      const { metadata } = claim;
      assert.equal(server?.spec?.serverClaimRef?.name, metadata.name, `1: ${metadata.name} is Bound to nothing`);
      assert.equal(server?.metadata.annotations?.[ownAnnotations.claimUID], metadata.uid, '1: bound by another UID');
    }
  }

  #server(server: Server): void {
    const { name } = server.metadata;
    const state = server.status?.state;
    const before = this.#stateOf.get(name);
    const power = this.#truth.powerOf(server.spec?.bmcRef?.name ?? '');
    if (state === 'Available' && server.spec?.serverClaimRef === undefined) {
      assert.equal(power, 'Off', `2: ${name} is Available and ${power}`);
      assert.equal(server.spec?.bootConfigurationRef, undefined, `2: ${name} is Available with a boot configuration`);
    }
    if (before === 'Reserved' && state !== 'Reserved') assert.equal(power, 'Off', `3: ${name} left Reserved ${power}`);
    const uuid = server.spec?.systemUUID ?? '';
    assert.equal(uuid, this.#uuidOf.get(name) ?? uuid, `5: systemUUID of ${name} changed`);
    this.#stateOf.set(name, state);
    this.#uuidOf.set(name, uuid);
  }

  #servers(bmc: string): Server[] {
    return this.#truth.cluster.stored(Server).filter(({ spec }) => spec?.bmcRef?.name === bmc);
  }

  #mayBoot(server: Server): void {
    const ref = server.spec?.bootConfigurationRef;
    const boot = ref && this.#truth.cluster.peek(ServerBootConfiguration, ref);
    assert.equal(
      boot?.status?.state,
      'Ready',
      `4: ${server.metadata.name} is switched on without a Ready boot configuration`,
    );
    if (server.status?.state !== 'Reserved') return;
    const owner = boot?.metadata.ownerReferences?.[0]?.uid;
    assert.equal(owner, server.metadata.annotations?.[ownAnnotations.claimUID], '4: it boots for somebody else');
  }
}

/** Says the same as its absence: no power change is under way. A process killed early never had to write it. */
const saysNothing = ({ type, status }: { type: string; status: string }) =>
  status === 'False' && (type === 'PoweringOn' || type === 'WaitingForPowerOff');

/** Every object of the world in a form that two runs can be compared by: no versions, times, uids or tokens. */
export function endState(cluster: Pick<FakeCluster, 'all'>, kinds: readonly KindDef[]): unknown {
  return kinds.flatMap((kind) => cluster.all(kind).map(plain)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

const random = new Set<string>([
  ownAnnotations.claimUID,
  ownAnnotations.bootedWith,
  ownAnnotations.probeTokenHash,
  ownAnnotations.passwordProven,
]);

function plain(object: KubeObject) {
  const { metadata, kind, spec, status } = object as KubeObject & { spec?: unknown; status?: Record<string, unknown> };
  const marks = Object.entries(metadata.annotations ?? {}).map(([key, value]) => [key, random.has(key) ? '…' : value]);
  const conditions = (status?.conditions ?? []) as { type: string; status: string; reason: string }[];
  const telling = conditions.filter((condition) => !saysNothing(condition));
  return {
    id: `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
    finalizers: metadata.finalizers ?? [],
    labels: metadata.labels ?? {},
    marks: marks.sort(),
    spec,
    status: {
      ...status,
      ...(status?.lastRotation === undefined ? {} : { lastRotation: '…' }),
      conditions: telling.map(({ type, status: is, reason }) => `${type}=${is} ${reason}`).sort(),
    },
  };
}
