/** Makes definitions take effect: names accepted, resources served, instances removed when a definition goes. */

import { emptySet } from '../apply/field-set.js';
import { decodeOwners, encodeOwners, updateOwners } from '../apply/managed-fields.js';
import { type Crd, type CrdCondition, type CrdNames, conditionStatus } from '../kinds/crd-types.js';
import { crds } from '../kinds/crds.js';
import { type Server, timestamp } from '../requests/call.js';
import { removeStored } from '../requests/delete.js';
import { customResource } from '../resources/custom.js';
import { materialise } from '../resources/go-encoding.js';
import type { Change } from '../storage/change.js';
import type { Transaction } from '../storage/cluster-state.js';
import { clone, equal, type Json, type KubeObject } from '../types.js';
import { internalCall } from './internal-call.js';

const FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

export class CrdController {
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Serve what was stored before the start. */
  restore(): void {
    for (const [, object] of this.#server.state.entries(crds.table))
      this.#server.registry.install(object as unknown as Crd);
  }

  /**
   * Wrap a transaction so that a definition is established in the same group of writes that stores it: the writer's
   * answer shows the empty status, and the next request finds it served.
   */
  establish(transaction: Transaction, stored: KubeObject): void {
    const crd = clone(stored) as unknown as Crd;
    if (crd.metadata.deletionTimestamp !== undefined) return;
    const before = clone(crd.status);
    this.#acceptNames(crd, transaction);
    if (equal(before, crd.status)) return;
    this.#own(stored, crd);
    transaction.put(crds.table, crd.metadata.name ?? '', crd as unknown as KubeObject);
  }

  #acceptNames(crd: Crd, transaction: Transaction): void {
    const others = transaction
      .list(crds.table)
      .map((object) => object as unknown as Crd)
      .filter((other) => other.metadata.name !== crd.metadata.name && other.spec.group === crd.spec.group);
    const clash = nameClash(crd.spec.names, others);
    const now = timestamp(this.#server.now());
    crd.status ??= {};
    if (clash === undefined) {
      crd.status.acceptedNames = clone(crd.spec.names);
      setCondition(
        crd,
        { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
        now,
      );
      setCondition(
        crd,
        {
          type: 'Established',
          status: 'True',
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
        },
        now,
      );
      return;
    }
    crd.status.acceptedNames = { plural: crd.spec.names.plural, kind: '' };
    setCondition(crd, { type: 'NamesAccepted', status: 'False', ...clash }, now);
    if (conditionStatus(crd, 'Established') !== 'True') {
      setCondition(
        crd,
        { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' },
        now,
      );
    }
  }

  /** The status belongs to the server. */
  #own(stored: KubeObject, crd: Crd): void {
    const shape = (object: KubeObject) => materialise(object as unknown as Json, crds.schema) as unknown as KubeObject;
    const writer = {
      manager: 'kube-apiserver',
      operation: 'Update',
      apiVersion: 'apiextensions.k8s.io/v1',
      subresource: 'status',
      time: timestamp(this.#server.now()),
    } as const;
    const owners = decodeOwners(stored.metadata.managedFields) ?? new Map();
    const next = crd as unknown as KubeObject;
    crd.metadata.managedFields = encodeOwners(
      updateOwners(shape(stored), shape(next), owners, writer, { schema: crds.schema, ignored: emptySet() }),
    );
  }

  /** Follow what was committed: serve, stop serving, clean up. */
  follow(changes: readonly Change[]): void {
    const finished = new Set<string>();
    for (const change of changes) {
      if (change.resource === crds.table) this.#followDefinition(change);
      else if (change.type === 'DELETED') finished.add(change.resource);
    }
    for (const table of finished) void this.#finishIfEmpty(table).catch(() => undefined);
  }

  #followDefinition({ type, object }: Change): void {
    const crd = object as unknown as Crd;
    const { registry, hub } = this.#server;
    if (type === 'DELETED') {
      registry.remove(crd.metadata.name ?? '');
      hub.endTable(`${crd.spec.group}/${crd.spec.names.plural}`);
      return;
    }
    registry.install(crd);
    if (crd.metadata.deletionTimestamp !== undefined) void this.#removeInstances(crd).catch(() => undefined);
  }

  async #removeInstances(crd: Crd): Promise<void> {
    const { state } = this.#server;
    const table = `${crd.spec.group}/${crd.spec.names.plural}`;
    const [version] = crd.spec.versions.filter((candidate) => candidate.storage);
    if (version !== undefined) {
      const resource = customResource(crd, version);
      await state.write((transaction) => {
        for (const object of transaction.list(table)) {
          if (object.metadata.deletionTimestamp !== undefined) continue;
          removeStored(internalCall(this.#server, resource, object), transaction, object, deletion());
        }
      });
    }
    await this.#finishIfEmpty(table);
  }

  /** A definition that is going away goes with its last instance. */
  async #finishIfEmpty(table: string): Promise<void> {
    const [group = '', plural = ''] = table.split('/');
    await this.#server.state.write((transaction) => {
      const key = `${plural}.${group}`;
      const crd = transaction.get(crds.table, key);
      if (crd?.metadata.deletionTimestamp === undefined || transaction.list(table).length > 0) return;
      const finalizers = (crd.metadata.finalizers ?? []).filter((name) => name !== FINALIZER);
      if (finalizers.length === 0) transaction.remove(crds.table, key);
    });
  }
}

const deletion = () => ({ dryRun: false, propagation: 'Background', preconditions: {} }) as const;

function setCondition(crd: Crd, condition: CrdCondition, now: string): void {
  crd.status ??= {};
  const conditions = crd.status.conditions ?? [];
  const current = conditions.find(({ type }) => type === condition.type);
  const changed = current === undefined || current.status !== condition.status;
  const { type, status, reason = '', message = '' } = condition;
  const next = {
    type,
    status,
    lastTransitionTime: changed ? now : (current.lastTransitionTime ?? now),
    reason,
    message,
  };
  const order = ['NamesAccepted', 'Established', 'Terminating'];
  crd.status.conditions = [...conditions.filter((other) => other.type !== type), next].sort(
    (a, b) => order.indexOf(a.type) - order.indexOf(b.type),
  );
}

/** The first name that another definition of the group has taken. */
function nameClash(names: CrdNames, others: readonly Crd[]): { reason: string; message: string } | undefined {
  const taken = (read: (accepted: CrdNames) => readonly (string | undefined)[]) =>
    new Set(others.flatMap((other) => read(other.status?.acceptedNames ?? { plural: '', kind: '' })).filter(Boolean));
  const plurals = taken((accepted) => [accepted.plural, accepted.singular, ...(accepted.shortNames ?? [])]);
  const kinds = taken((accepted) => [accepted.kind, accepted.listKind]);
  const inUse = (reason: string, name: string | undefined) => ({
    reason,
    message: `${JSON.stringify(name)} is already in use`,
  });
  const short = (names.shortNames ?? []).find((name) => plurals.has(name));
  // The last clash found wins, as in a real server.
  if (kinds.has(names.listKind)) return inUse('ListKindConflict', names.listKind);
  if (kinds.has(names.kind)) return inUse('KindConflict', names.kind);
  if (short !== undefined) return inUse('ShortNamesConflict', short);
  if (plurals.has(names.singular)) return inUse('SingularConflict', names.singular);
  return plurals.has(names.plural) ? inUse('PluralConflict', names.plural) : undefined;
}
