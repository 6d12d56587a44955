/** What the pods of the CronJob and of the daemon have said, through the API server. */
import { Pod } from '../../api/workloads.js';
import { isMetalError } from '../../errors/classes.js';
import type { Ports } from '../../wiring.js';
import type { AnyRun } from './kit/run.js';
import { type LogLine, linesOfPod } from './log-lines.js';

export interface PodsWish {
  readonly namespace: string;
  readonly sinceMs: number | undefined;
}

/** Set by `install` on everything it makes. */
const ours = 'app.kubernetes.io/name=metalctl';
/** Of one pod: the last of what it said. A daemon that runs for a year has more to say than anybody reads. */
const mostBytes = 16 * 2 ** 20;

/** @throws PermanentError API_FORBIDDEN naming the verb and `pods` or `pods/log` */
export async function readPods(run: AnyRun, { namespace, sinceMs }: PodsWish): Promise<LogLine[]> {
  const cluster = await run.open('cluster');
  const { signal } = run;
  const { items } = await cluster.list(Pod, { namespace, labelSelector: ours, signal });
  if (items.length === 0) run.talk.note(`No pod of metalctl is in namespace ${namespace}.`);
  const lines: LogLine[] = [];
  for (const { metadata, status } of items) {
    // Its containers have not begun: there is nothing to read yet, and asking is an error.
    if (status?.phase === 'Pending') continue;
    lines.push(...linesOfPod(await textOf(cluster, { namespace, name: metadata.name }, sinceMs, signal)));
  }
  return lines.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

async function textOf(
  cluster: Ports['cluster'],
  { namespace, name }: { namespace: string; name: string },
  sinceMs: number | undefined,
  signal: AbortSignal,
): Promise<string> {
  const query = {
    timestamps: 'true',
    limitBytes: String(mostBytes),
    ...(sinceMs === undefined ? {} : { sinceSeconds: String(Math.max(1, Math.ceil(sinceMs / 1_000))) }),
  };
  const about = { verb: 'get' as const, kind: Pod, name, namespace };
  try {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/log`;
    const { body } = await cluster.raw('GET', path, { query, about, accept: 'text/plain, */*', signal });
    return typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  } catch (error) {
    // A pod of a CronJob may go between the list and the question.
    if (isMetalError(error) && error.code === 'NOT_FOUND') return '';
    throw error;
  }
}
