/** BMCs that did not answer when they were asked last: by the conditions of the objects that hang on them. Asks nobody. */
import type { KubeObject } from '../../../api/kind.js';
import type { Condition } from '../../../api/kubernetes.js';
import type { Server } from '../../../api/metal/v1alpha1/server.js';
import { type CatalogueEntry, catalogue, type ErrorCode } from '../../../errors/catalogue.js';
import type { MetalError } from '../../../errors/classes.js';
import { reasonOf } from '../../../errors/reason.js';
import type { Trouble } from '../../../ui/shared/trouble.js';

const codes = Object.entries(catalogue as Readonly<Record<ErrorCode, CatalogueEntry>>);

/** Reasons of a visit that found no BMC to talk to. */
const reasons: ReadonlySet<string> = new Set(
  codes.filter(([, { exit }]) => exit === 'BMC_UNREACHABLE').map(([code]) => reasonOf(code as ErrorCode)),
);

/** Why the BMC of an object did not answer; undefined where it did, or was not asked. */
export function silenceOf(object: KubeObject): string | undefined {
  const { status } = object as { status?: { conditions?: readonly Condition[] } };
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'False' || !reasons.has(ready.reason)) return undefined;
  return ready.message || ready.reason;
}

/** Names of the BMCs there are, and why those that did not answer did not. */
export interface Silence {
  readonly bmcs: ReadonlySet<string>;
  readonly silent: ReadonlyMap<string, string>;
}

export function silenceAmong(servers: readonly Server[], bmcs: readonly KubeObject[] = []): Silence {
  const all = new Set(bmcs.map(({ metadata }) => metadata.name));
  const silent = new Map<string, string>();
  const add = (name: string | undefined, object: KubeObject): void => {
    if (name === undefined) return;
    all.add(name);
    const why = silenceOf(object);
    if (why !== undefined && !silent.has(name)) silent.set(name, why);
  };
  for (const bmc of bmcs) add(bmc.metadata.name, bmc);
  for (const server of servers) add(server.spec?.bmcRef?.name, server);
  return { bmcs: all, silent };
}

/** Whether what is known of a server's power is what its BMC says. */
export const isUnanswered = ({ spec }: Server, { silent }: Silence): boolean => silent.has(spec?.bmcRef?.name ?? '');

/** `3 of 41 BMCs did not answer`, with each of them. */
export function silenceTrouble({ bmcs, silent }: Silence): readonly Trouble[] {
  if (silent.size === 0) return [];
  const lines = [...silent].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, why]) => `bmc/${name}  ${why}`);
  const [first] = [...silent.keys()].sort();
  return [
    {
      text: `${silent.size} of ${bmcs.size} BMC${bmcs.size === 1 ? '' : 's'} did not answer`,
      lines: [...lines, `ask one again: metalctl bmc ping ${first}`],
    },
  ];
}

/** What may not be read, and how that is set right. */
export const refusalTrouble = ({ message, why, hints }: MetalError): Trouble => ({
  text: message,
  lines: [...(why === undefined ? [] : [why]), ...hints.map((hint) => `fix   ${hint}`)],
});
