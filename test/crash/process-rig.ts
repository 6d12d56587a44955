/**
 * The built program in a real sandbox, with the fault proxy between it and both servers. Every mutating request is
 * checked against the invariants before the program hears of it; the emulator's own log says what the machines did.
 */
import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import type { KindDef, KubeObject } from '../../src/api/kind.js';
import { keyText } from '../../src/api/kind.js';
import { Lease } from '../../src/api/kubernetes.js';
import {
  BMC,
  BMCSecret,
  BMCUser,
  ownAnnotations,
  Server,
  ServerBootConfiguration,
  ServerClaim,
} from '../../src/api/metal/v1alpha1/index.js';
import { endState, Invariants, type Traffic } from '../invariants/invariants.js';
import { type Done, type Fault, FaultProxy, type Passing } from '../support/fault-proxy.js';
import { type Live, ownBlock, startLive } from '../support/live.js';
import { openShell, type Running, type Shell } from '../support/process.js';

const kinds: readonly KindDef[] = [BMC, BMCUser, Server, ServerClaim, ServerBootConfiguration] as readonly KindDef[];
const userKey = { name: 'ops' };
export const claimKey = { namespace: 'default', name: 'db-07' };

/** What one story left behind, comparable between runs. */
export interface Outcome {
  readonly end: unknown;
  readonly power: string;
  /** Reset commands carried out and where each boot came from, by the machine itself. */
  readonly hardware: readonly string[];
}

/** One machine, one sandbox, one process after another. */
export class ProcessRig {
  /** Broken invariants; they must end the test, not look like a failed request to the program. */
  readonly broken: string[] = [];
  processes = 0;
  readonly #live: Live;
  readonly #shell: Shell;
  readonly #proxy: FaultProxy;
  readonly #env: Record<string, string>;
  /** The same for every process: a machine goes on reporting to the address it was booted with. */
  readonly #registryPort: number;
  #victim: Running | undefined;
  #isKilled = false;
  /** A session of which no process knows: its owner was killed, or never heard that it was opened. */
  #hasOrphan = false;
  /** Number of the request whose answer gets lost, and what it was: asked again, it may find that it was carried out. */
  #lost: number | undefined;
  #unanswered: string | undefined;
  #door: URL | undefined;
  #snapshot = new Map<string, Map<string, KubeObject>>();
  #invariants: Invariants;
  #versionBefore: string | undefined;

  private constructor(live: Live, proxy: FaultProxy, shell: Shell, env: Record<string, string>, registryPort: number) {
    this.#registryPort = registryPort;
    this.#live = live;
    this.#proxy = proxy;
    this.#shell = shell;
    this.#env = env;
    this.#invariants = this.#newInvariants();
  }

  static async start(network: string = ownBlock()): Promise<ProcessRig> {
    const live = await startLive({ servers: 1, vendors: 'generic', network, speed: 400 });
    await live.installCrds();
    const authority = await live.sandbox.folder.authority();
    // The proxy asks the rig, and the rig needs the proxy: the first request comes after both stand.
    let rig: ProcessRig | undefined;
    const proxy = new FaultProxy({
      tls: (hosts) => authority.issue({ hosts }),
      ca: live.sandbox.ca,
      kill: async () => rig?.kill(),
      before: async (request) => rig?.before(request),
      after: async (done) => rig?.after(done),
    });
    const api = await proxy.open('api', live.sandbox.api.url);
    const shell = openShell();
    const kubeconfig = live.sandbox.api.kubeconfig().replaceAll(live.sandbox.api.url, api.origin);
    const env = {
      KUBECONFIG: shell.file('kubeconfig', kubeconfig),
      METALCTL_BMC_CA: shell.file('ca.pem', live.sandbox.ca),
    };
    rig = new ProcessRig(live, proxy, shell, env, await freePort());
    return rig;
  }

  async close(): Promise<void> {
    await this.#shell.close();
    await this.#proxy.close();
    await this.#live.close();
  }

  get requests(): readonly string[] {
    return this.#proxy.passed.map(({ to, method, path }) => `${to} ${method} ${path}`);
  }

  get isStruck(): boolean {
    return this.#proxy.isStruck;
  }

  /** A story begins: what an earlier one broke was told by its own test. */
  forgetBroken(): void {
    this.broken.length = 0;
  }

  /** The k-th mutating request from now on goes wrong; without a fault, only counts. */
  arm(fault?: Fault, k?: number): void {
    const { log, control } = this.#live.sandbox.emulator;
    log.reset();
    for (const { name } of this.#live.sandbox.emulator.bmcs) control.endSessions(name);
    this.#hasOrphan = false;
    this.#lost = fault === 'lose answer' ? k : undefined;
    this.#unanswered = undefined;
    this.#proxy.arm(fault, k);
  }

  /** BMC and secret as onboarding makes them, the BMC behind the proxy. */
  async addMachine(): Promise<void> {
    await this.#live.onboard();
    const bmc = this.#live.sandbox.emulator.bmcs[0];
    assert.ok(bmc);
    this.#door ??= await this.#proxy.open(bmc.name, bmc.url, bmc.host);
    const spec = { protocol: { port: Number(this.#door.port) } };
    await this.#live.ports.cluster.patch(BMC, { name: bmc.name }, { spec }, 'merge');
  }

  /** As if the machine had never been known: objects gone, power off, sessions ended. */
  async forgetMachine(): Promise<void> {
    const { cluster } = this.#live.ports;
    for (const kind of [ServerClaim, BMCUser, Server, BMC, BMCSecret, ServerBootConfiguration] as readonly KindDef[]) {
      for (const { metadata } of (await cluster.list(kind)).items) {
        if (metadata.finalizers?.length)
          await cluster.patch(kind, metadata, { metadata: { finalizers: null } }, 'merge');
        await cluster.delete(kind, metadata).catch(() => undefined);
      }
    }
    const { control, bmcs } = this.#live.sandbox.emulator;
    control.setPower(bmcs[0]?.name ?? '', 'Off');
    control.endSessions(bmcs[0]?.name ?? '');
    control.setCredentials(bmcs[0]?.name, 'admin', this.#live.sandbox.bmcPassword);
    this.#invariants = this.#newInvariants();
  }

  async claim(): Promise<void> {
    const claim = { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'ServerClaim', metadata: claimKey };
    await this.#live.ports.cluster.create(ServerClaim, {
      ...claim,
      spec: { power: 'On', image: 'os:1' },
    } as ServerClaim);
  }

  async release(): Promise<void> {
    await this.#live.ports.cluster.delete(ServerClaim, claimKey);
  }

  /** An account on the machine's BMC, kept by the program. */
  async addUser(): Promise<void> {
    const bmc = this.#live.sandbox.emulator.bmcs[0]?.name ?? '';
    await this.#live.ports.cluster.create(BMCUser, {
      apiVersion: 'metal.ironcore.dev/v1alpha1',
      kind: 'BMCUser',
      metadata: userKey,
      spec: { userName: 'ops', roleID: 'Operator', bmcRef: { name: bmc } },
    } as BMCUser);
  }

  async rotate(): Promise<void> {
    const patch = { metadata: { annotations: { 'metal.ironcore.dev/operation': 'rotate-credentials' } } };
    await this.#live.ports.cluster.patch(BMCUser, userKey, patch, 'merge');
  }

  /** Takes the account away as the program does, undisturbed. */
  async forgetUser(): Promise<void> {
    const { cluster } = this.#live.ports;
    if ((await cluster.get(BMCUser, userKey)) === undefined) return;
    await cluster.delete(BMCUser, userKey);
    this.#proxy.arm();
    for (let n = 0; n < 4 && (await cluster.get(BMCUser, userKey)) !== undefined; n += 1) await this.pass();
    assert.equal(await cluster.get(BMCUser, userKey), undefined, 'the account could not be taken away');
  }

  /** R-BMC-16: whoever follows the object's references gets in, by one of them at least. Asked of the BMC itself. */
  async #looksIn(): Promise<void> {
    const { cluster } = this.#live.ports;
    const { control, bmcs } = this.#live.sandbox.emulator;
    const password = control.passwordOf(bmcs[0]?.name ?? '', 'ops');
    const user = await cluster.get(BMCUser, userKey);
    if (password === undefined || user === undefined) return;
    const change = JSON.parse(user.metadata.annotations?.[ownAnnotations.passwordChange] ?? '{}') as {
      secret?: string;
    };
    const names = [user.spec?.bmcSecretRef?.name, user.status?.effectiveBMCSecretRef?.name, change.secret];
    for (const name of names) {
      const secret = name === undefined ? undefined : await cluster.get(BMCSecret, { name });
      if (Buffer.from(secret?.data?.password ?? '', 'base64').toString() === password) return;
    }
    this.broken.push('R-BMC-16: no BMCSecret the object names logs in');
  }

  /**
   * One settling pass of the program. It ends as soon as nothing is left to do; `seconds` is for passes that cannot
   * come to their end, and must not be what ends the others on a busy machine.
   * @returns whether it lived to its end
   */
  async pass(seconds = 15): Promise<boolean> {
    await this.#live.ports.cluster.delete(Lease, { namespace: 'metalctl-system', name: 'metalctl-reconciler' });
    this.processes += 1;
    this.#isKilled = false;
    const registry = ['--registry-address', `127.0.0.1:${this.#registryPort}`, '--hold-for-probe', `${seconds}s`];
    const words = ['reconcile', '--once', '--settle', '--deadline', `${seconds}s`, ...registry];
    this.#victim = this.#shell.start(words, { env: this.#env, deadlineMs: 75_000 + seconds * 1_000 });
    const ended = await this.#victim.ended;
    if (!this.#isKilled) assert.ok([0, 3].includes(ended.code), `exit ${ended.code}\n${ended.stdout}${ended.stderr}`);
    await this.#untilStill();
    return !this.#isKilled;
  }

  /** Ten minutes go by for what the Server remembers: a shutdown of unknown fate is given its whole grace first. */
  async letGraceEnd(): Promise<void> {
    const { cluster } = this.#live.ports;
    const earlier = (at: string) => new Date(Date.parse(at) - 600_000).toISOString().replace(/\.\d+Z$/, 'Z');
    for (const { metadata, status } of await this.#live.servers()) {
      const intent = metadata.annotations?.[ownAnnotations.powerIntent];
      if (intent === undefined) continue;
      const aged = intent.replace(/"at":"([^"]+)"/, (_, at: string) => `"at":"${earlier(at)}"`);
      await cluster.patch(
        Server,
        metadata,
        { metadata: { annotations: { [ownAnnotations.powerIntent]: aged } } },
        'merge',
      );
      const conditions = status?.conditions?.map((each) => ({
        ...each,
        lastTransitionTime: earlier(each.lastTransitionTime),
      }));
      await cluster.patch(Server, metadata, { status: { conditions } }, 'merge', { subresource: 'status' });
    }
  }

  async kill(): Promise<void> {
    this.#isKilled = true;
    this.#hasOrphan = true;
    this.#victim?.kill('SIGKILL');
    await this.#victim?.ended;
  }

  async outcome(): Promise<Outcome> {
    await this.#look();
    const { log, bmcs } = this.#live.sandbox.emulator;
    const bmc = bmcs[0]?.name ?? '';
    const boots = log.actions(bmc).filter(({ action }) => action === 'boot' || action === 'reset');
    return {
      end: endState(this, kinds),
      power: this.#powerOf(bmc) ?? '',
      hardware: boots.map(({ action, from, to }) => (action === 'reset' ? `reset ${to}` : `boot ${from}`)),
    };
  }

  /** What the invariants judge: the API server's own objects at the last look. */
  stored<T extends KubeObject>(kind: KindDef<T>): T[] {
    return [...(this.#snapshot.get(kind.kind)?.values() ?? [])] as T[];
  }
  all<T extends KubeObject>(kind: KindDef<T>): T[] {
    return this.stored(kind);
  }
  peek<T extends KubeObject>(kind: KindDef<T>, key: Parameters<typeof keyText>[0] | string): T | undefined {
    return this.#snapshot.get(kind.kind)?.get(typeof key === 'string' ? key : keyText(key)) as T | undefined;
  }

  async before({ to, path, body }: Passing): Promise<void> {
    await this.#look();
    this.#versionBefore = this.#versionAt(path);
    const goal = /ComputerSystem\.Reset$/.test(path) ? goalOf(body) : undefined;
    if (goal) this.#watch(`before ${goal}`, () => this.#invariants.beforePower(to, goal));
  }

  async after({ to, method, path, status, n }: Done): Promise<void> {
    await this.#look();
    if (n === this.#lost && /\/Sessions$/.test(path)) this.#hasOrphan = true;
    const what = `${to} ${method} ${path}`;
    const before = this.#versionBefore;
    const isUnchanged = method === 'PATCH' && status < 300 && before !== undefined && this.#versionAt(path) === before;
    const isIdle = isUnchanged && this.#unanswered !== what;
    if (n === this.#lost) this.#unanswered = what;
    else if (this.#unanswered === what) this.#unanswered = undefined;
    await this.#looksIn();
    this.#watch(`after ${what}`, () => this.#invariants.after({ by: `process-${this.processes}`, what, isIdle }));
  }

  /** Version of the object a path of the API names, at the last look. */
  #versionAt(path: string): string | undefined {
    const [, plural, name] = /\/([a-z]+)\/([^/]+)(?:\/status)?$/.exec(path) ?? [];
    const kind = kinds.find((known) => known.plural === plural);
    return kind && this.all(kind).find(({ metadata }) => metadata.name === name)?.metadata.resourceVersion;
  }

  #newInvariants(): Invariants {
    const { control, log, bmcs } = this.#live.sandbox.emulator;
    const traffic: Traffic = {
      bmcs: bmcs.map(({ name }) => name),
      failedLogins: (bmc) => ({ seen: log.logins(bmc).failed, allowed: 0 }),
      busiest: (bmc) => ({ seen: this.#proxy.busiest.get(bmc) ?? 0, allowed: 2 }),
      sessions: (bmc) => ({ seen: control.openSessions(bmc, 'admin'), orphans: this.#hasOrphan ? 1 : 0 }),
    };
    return new Invariants({ cluster: this, powerOf: (bmc) => this.#powerOf(bmc), traffic });
  }

  #powerOf(bmc: string): string | undefined {
    return bmc === '' ? undefined : this.#live.sandbox.emulator.powerState(bmc);
  }

  async #look(): Promise<void> {
    const lists = await Promise.all(kinds.map((kind) => this.#live.ports.cluster.list(kind)));
    const byKey = (items: readonly KubeObject[]) => new Map(items.map((object) => [keyText(object.metadata), object]));
    this.#snapshot = new Map(kinds.map((kind, at) => [kind.kind, byKey(lists[at]?.items ?? [])]));
  }

  #watch(when: string, check: () => void): void {
    try {
      check();
    } catch (error) {
      this.broken.push(`${when}: ${(error as Error).message}`);
    }
  }

  /** The pass ends when power is on; the machine itself boots a moment later. */
  async #untilStill(): Promise<void> {
    const { log } = this.#live.sandbox.emulator;
    for (let seen = -1, waited = 0; seen !== log.actions().length && waited < 5_000; waited += 150) {
      seen = log.actions().length;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  }
}

function goalOf(body: string): 'On' | 'Off' | undefined {
  const { ResetType: type } = JSON.parse(body) as { ResetType?: string };
  if (type === 'On' || type === 'ForceOn') return 'On';
  return type === 'ForceOff' || type === 'GracefulShutdown' ? 'Off' : undefined;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
