/** Reads names for completion and keeps them: what the process does that a key press has started. */

import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from '../../../api/kind.js';
import { Namespace } from '../../../api/kubernetes.js';
import type { Server } from '../../../api/metal/v1alpha1/server.js';
import { resolveKind } from '../../../api/names.js';
import { yamlReader } from '../../../lib/read-yaml.js';
import { realClock } from '../../../wiring/clock.js';
import { createLog } from '../../../wiring/log.js';
import { createWiring } from '../../../wiring.js';
import { modelOf, whereOf } from '../../../workflows/claim/requirements.js';
import { kindOf } from '../kit/kinds.js';
import { keepNames, type Name, type Place } from './cache.js';

const limitMs = 20_000;

/** Reads the names of a kind, of namespaces or of contexts. @throws whatever keeps it from reading: nobody listens */
export async function refreshNames(place: Place, names: string): Promise<void> {
  const silent = (): undefined => undefined;
  const clock = realClock();
  const log = createLog({ level: 'error', form: 'text', clock, write: silent });
  const wiring = createWiring({
    ...place,
    requestTimeoutMs: limitMs,
    userAgent: 'metalctl/complete',
    clock,
    log,
    warn: silent,
  });
  try {
    if (names === 'contexts') return keepNames(place, names, { namespace: '', items: await contexts(place) });
    const { namespace } = await wiring.context();
    const found = resolveKind(names);
    const kind = names === 'namespaces' ? Namespace : found && kindOf<KubeObject>(found);
    if (kind === undefined) return;
    const { items } = await (await wiring.open('cluster')).list(kind, { resourceVersion: '0' });
    keepNames(place, names, { namespace, items: items.map(nameOf).sort((a, b) => (a.name < b.name ? -1 : 1)) });
  } finally {
    await wiring.close();
  }
}

/** `Available · Dell R660 · fra/r12/u18` for a server, its state or phase for others. */
function nameOf(object: KubeObject): Name {
  const { status } = object as { status?: { state?: string; phase?: string } };
  const parts =
    object.kind === 'Server' || (object as Server).spec?.systemUUID !== undefined
      ? [status?.state, modelOf(object as Server), whereOf(object as Server)]
      : [status?.state ?? status?.phase];
  const description = parts.filter(Boolean).join(' · ');
  return { name: object.metadata.name, namespace: object.metadata.namespace ?? '', description };
}

/** Contexts of every kubeconfig that is there, first file first, as kubectl merges them. */
async function contexts({ kubeconfig }: Place): Promise<Name[]> {
  const read = await yamlReader();
  const paths = kubeconfig ?? process.env.KUBECONFIG ?? join(homedir(), '.kube', 'config');
  const files = paths.split(':').filter((path) => existsSync(path));
  const found = files.flatMap((path) => contextsOf(read(readFileSync(path, 'utf8'))));
  return [...new Map(found.reverse().map((each) => [each.name, each])).values()].reverse();
}

function contextsOf(file: unknown): Name[] {
  const { contexts = [] } = (file ?? {}) as { contexts?: { name?: unknown; context?: { cluster?: unknown } }[] };
  return contexts.map(({ name, context }) => ({
    name: String(name ?? ''),
    namespace: '',
    description: `cluster ${String(context?.cluster ?? '')}`,
  }));
}
