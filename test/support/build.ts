/** Objects in any state, built in one line: `aServer().in('Discovery').since('31m')`. */
import {
  type BMC,
  type BMCSecret,
  ownAnnotations,
  type Server,
  type ServerBootConfiguration,
  type ServerClaim,
} from '../../src/api/metal/v1alpha1/index.js';
import type { PowerIntent } from '../../src/reconcile/server/intent.js';

const group = 'metal.ironcore.dev/v1alpha1';
export const epoch = new Date('2026-01-01T00:00:00Z');
export const before = (ms: number): string => new Date(epoch.getTime() - ms).toISOString().replace('.000Z', 'Z');
export const uuid = '4c4c4544-0058-4b10-8032-b8c04f4d3134';

export class ServerBuilder {
  readonly object: Server = {
    apiVersion: group,
    kind: 'Server',
    metadata: {
      name: 'rack1-system-0',
      uid: 'server-uid',
      resourceVersion: '10',
      generation: 1,
      finalizers: ['metal.ironcore.dev/server'],
      annotations: {},
    },
    spec: { systemUUID: uuid, systemURI: '/redfish/v1/Systems/1', bmcRef: { name: 'rack1' } },
    status: {},
  };

  #spec(part: Partial<NonNullable<Server['spec']>>): this {
    this.object.spec = { ...(this.object.spec as NonNullable<Server['spec']>), ...part };
    return this;
  }
  #status(part: Partial<NonNullable<Server['status']>>): this {
    this.object.status = { ...this.object.status, ...part };
    return this;
  }
  #annotate(key: string, value: string): this {
    this.object.metadata.annotations = { ...this.object.metadata.annotations, [key]: value };
    return this;
  }

  in(state: string): this {
    return this.#status({ state });
  }
  withInventory(): this {
    return this.#status({ processors: [], storages: [] });
  }
  /** Discovery began this long ago, and has (not) ended. */
  discovering(ms: number, status: 'True' | 'False' = 'False'): this {
    return this.condition('Discovered', status, ms);
  }
  condition(type: string, status: 'True' | 'False', agoMs: number): this {
    const condition = { type, status, reason: 'Test', message: 'test', lastTransitionTime: before(agoMs) };
    return this.#status({ conditions: [...(this.object.status?.conditions ?? []), condition] });
  }
  /** A condition by its reason. */
  reasoned(type: string, reason: string): this {
    const condition = { type, status: 'False' as const, reason, message: 'test', lastTransitionTime: before(0) };
    return this.#status({ conditions: [...(this.object.status?.conditions ?? []), condition] });
  }
  claimedBy(name = 'db-07', claimUID = 'claim-uid'): this {
    return this.#spec({ serverClaimRef: { namespace: 'db', name } }).#annotate(ownAnnotations.claimUID, claimUID);
  }
  retained(): this {
    return this.#spec({ reclaimPolicy: 'Retain' });
  }
  bootingWith(name: string, namespace = 'db'): this {
    return this.#spec({ bootConfigurationRef: { namespace, name } });
  }
  intending(action: PowerIntent['action'], agoMs: number, boot?: string): this {
    const intent: PowerIntent = { action, at: before(agoMs), by: 'another', ...(boot && { boot }) };
    return this.#annotate(ownAnnotations.powerIntent, JSON.stringify(intent));
  }
  bootedWith(mark: string): this {
    return this.#annotate(ownAnnotations.bootedWith, mark);
  }
  taint(key: string, effect: 'NoBind' | 'Evict' = 'NoBind', value?: string): this {
    return this.#spec({ taints: [{ key, effect, ...(value && { value }) }] });
  }
  cordoned(): this {
    return this.#spec({ unclaimable: true });
  }
  powered(powerState: string): this {
    return this.#status({ powerState });
  }
  annotated(key: string, value: string): this {
    return this.#annotate(key, value);
  }
  withoutFinalizer(): this {
    this.object.metadata.finalizers = [];
    return this;
  }
  /** The spec, piece by piece, for what has no word of its own. */
  with(part: Partial<NonNullable<Server['spec']>>): this {
    return this.#spec(part);
  }
  inMaintenance(name = 'bios-update'): this {
    return this.#spec({ serverMaintenanceRef: { namespace: 'ops', name } });
  }
  asking(operation: string): this {
    return this.#annotate('metal.ironcore.dev/operation', operation);
  }
  withoutBmc(): this {
    return this.#spec({ bmcRef: undefined });
  }
  /** Takes the claim reference away, as a person finishing a retained server does. */
  unclaimed(): this {
    return this.#spec({ serverClaimRef: undefined });
  }
  deleted(): this {
    this.object.metadata.deletionTimestamp = before(1_000);
    return this;
  }
  labelled(labels: Record<string, string>): this {
    this.object.metadata.labels = labels;
    return this;
  }
  named(name: string): this {
    this.object.metadata.name = name;
    return this;
  }
  build(): Server {
    return structuredClone(this.object);
  }
}

export const aServer = (): ServerBuilder => new ServerBuilder();

export const aClaim = (spec: Partial<NonNullable<ServerClaim['spec']>> = {}, name = 'db-07'): ServerClaim => ({
  apiVersion: group,
  kind: 'ServerClaim',
  metadata: { name, namespace: 'db', uid: 'claim-uid', finalizers: ['metal.ironcore.dev/serverclaim'] },
  spec: { power: 'On', image: 'os:1', ...spec },
  status: { phase: 'Bound' },
});

export const aBoot = (state: string | undefined, owner = 'claim-uid'): ServerBootConfiguration => ({
  apiVersion: group,
  kind: 'ServerBootConfiguration',
  metadata: {
    name: 'db-07',
    namespace: 'db',
    uid: 'boot-uid',
    generation: 3,
    ownerReferences: [{ apiVersion: group, kind: 'ServerClaim', name: 'db-07', uid: owner, controller: true }],
  },
  spec: { serverRef: { name: 'rack1-system-0' }, image: 'os:1' },
  ...(state === undefined ? {} : { status: { state } }),
});

/** Boot configuration of a discovery, its token issued for this registry. */
export const aDiscoveryBoot = (
  state: string | undefined,
  tokenHash = 'hash',
  registry = 'http://127.0.0.1:10000',
): ServerBootConfiguration => ({
  apiVersion: group,
  kind: 'ServerBootConfiguration',
  metadata: {
    name: 'rack1-system-0-discovery',
    namespace: 'metalctl-system',
    uid: 'discovery-uid',
    annotations: {
      'metal.ironcore.dev/type': 'Internal',
      [ownAnnotations.probeTokenHash]: tokenHash,
      [ownAnnotations.probeRegistry]: registry,
    },
  },
  spec: { serverRef: { name: 'rack1-system-0' } },
  ...(state === undefined ? {} : { status: { state } }),
});

export const aBmc = (state: string | undefined = 'Enabled'): BMC => ({
  apiVersion: group,
  kind: 'BMC',
  metadata: { name: 'rack1', uid: 'bmc-uid' },
  spec: { access: { ip: '10.0.0.1' }, bmcSecretRef: { name: 'rack1' }, protocol: { name: 'Redfish', port: 443 } },
  ...(state === undefined ? {} : { status: { state } }),
});

export const aSecret = (): BMCSecret => ({
  apiVersion: group,
  kind: 'BMCSecret',
  metadata: { name: 'rack1', uid: 'secret-uid', resourceVersion: '5' },
  data: { username: Buffer.from('admin').toString('base64'), password: Buffer.from('pw').toString('base64') },
});
