/** What a plan rests on: the versions of what was read live, of the objects it changes and of those that they name. */
import { apiVersionOf, type Key, type KindDef, type KubeObject, keyOf, keyText } from '../../api/kind.js';
import type { Cluster } from '../../ports/cluster.js';
import type { PlanStep } from './steps.js';

/** An object as the plan found it. */
export interface Basis {
  readonly apiVersion: string;
  readonly kind: string;
  /** `db/db-07`, or the name alone of a cluster-scoped object. */
  readonly name: string;
  /** Absent: there was none. */
  readonly resourceVersion?: string;
}

interface Reading {
  readonly kind: KindDef;
  readonly key: Key;
  readonly object: KubeObject | undefined;
}

/** Remembers what a cluster answered first, by kind and key. */
export class Readings {
  readonly #seen = new Map<string, Reading>();

  /** The same cluster, overheard. */
  of(cluster: Cluster): Cluster {
    return {
      ...cluster,
      get: async (kind, key, signal) => {
        const object = await cluster.get(kind, key, signal);
        this.#keep({ kind, key, object });
        return object;
      },
      list: async (kind, options) => {
        const found = await cluster.list(kind, options);
        for (const object of found.items) this.#keep({ kind, key: keyOf(object), object });
        return found;
      },
    };
  }

  /** Of all that was read, what the steps change, and what that names; in the order in which it was read. */
  basisOf(steps: readonly PlanStep[]): Basis[] {
    const changed = new Set(steps.flatMap((step) => (step.to === 'api' ? [`${step.kind}/${step.name}`] : [])));
    for (const step of steps) if (step.to === 'bmc') changed.add(`BMC/${step.bmc}`);
    const named = new Set([...this.#seen].flatMap(([id, { object }]) => (changed.has(id) ? referencesOf(object) : [])));
    return [...this.#seen]
      .filter(([id, { object }]) => changed.has(id) || (object !== undefined && named.has(id)))
      .map(([, reading]) => basisOf(reading));
  }

  #keep(reading: Reading): void {
    const id = `${reading.kind.kind}/${keyText(reading.key)}`;
    if (!this.#seen.has(id)) this.#seen.set(id, reading);
  }
}

function basisOf({ kind, key, object }: Reading): Basis {
  const resourceVersion = object?.metadata.resourceVersion;
  const version = resourceVersion === undefined ? {} : { resourceVersion };
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, name: keyText(key), ...version };
}

const kindsOfReferences: Readonly<Record<string, string>> = {
  bmcRef: 'BMC',
  bmcSecretRef: 'BMCSecret',
  endpointRef: 'Endpoint',
  serverRef: 'Server',
  serverClaimRef: 'ServerClaim',
  bootConfigurationRef: 'ServerBootConfiguration',
};

/** `Server/rack1-system-0` for each reference in the spec. */
function referencesOf(object: KubeObject | undefined): string[] {
  const { spec } = (object ?? {}) as { spec?: Record<string, unknown> };
  return Object.entries(kindsOfReferences).flatMap(([field, kind]) => {
    const { name, namespace } = (spec?.[field] ?? {}) as { name?: string; namespace?: string };
    return name === undefined ? [] : [`${kind}/${keyText({ name, ...(namespace && { namespace }) })}`];
  });
}
