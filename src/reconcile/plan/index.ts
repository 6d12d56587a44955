/** A pass with recording ports: the same reconcilers, the same reads, and a list instead of writes and requests. */
import type { Cluster } from '../../ports/cluster.js';
import type { Events } from '../../ports/events.js';
import type { Probes } from '../../ports/probes.js';
import { type OnceOptions, reconcileOnce } from '../runtime/once.js';
import type { ReconcileReport } from '../runtime/report.js';
import type { RunnerPorts } from '../runtime/runner.js';
import { planningBmcs } from './bmcs.js';
import { planningCluster } from './cluster.js';
import { Assumptions, goOn, shifted } from './road.js';
import type { PlanStep } from './steps.js';

export { type Basis, Readings } from './basis.js';
export type { ApiStep, AssumedStep, BmcStep, FieldChange, PlanStep } from './steps.js';

export interface Plan {
  /** In the order in which the pass would make them. */
  readonly steps: readonly PlanStep[];
  readonly report: ReconcileReport;
}

const silent: Events = { emit: () => undefined, flush: async () => undefined };

/** The registry answers as it would, and is told nothing. */
const listening = ({ baseUrl, report, onReport }: Probes): Probes => ({
  baseUrl,
  report,
  onReport,
  expect: () => undefined,
  forget: () => undefined,
});

/**
 * Ports that read live and only tell what would be written or asked; what was told is seen by later reads. Several
 * bodies may work with them one after the other, and the steps are those of all.
 */
export const recordingPorts = (
  ports: RunnerPorts,
  tell: (step: PlanStep) => void,
  assumptions?: Assumptions,
): RunnerPorts => ({
  ...ports,
  cluster: planningCluster(ports.cluster, () => ports.clock.now(), tell),
  bmcs: planningBmcs(ports.bmcs, tell, assumptions),
  shells: { run: async ({ id }, command) => tell({ to: 'bmc', bmc: id, action: 'ssh', detail: command }) },
  events: silent,
  probes: listening(ports.probes),
});

export interface PlanOptions extends OnceOptions {
  /** Filled while the plan is made; a scope may look at it. */
  readonly steps?: PlanStep[];
  /** What lies in the overlay before the reconcilers look. */
  readonly before?: (cluster: Cluster) => Promise<void>;
  /** The next pass alone, or all that follows when others do their part. */
  readonly depth?: 'now' | 'settled';
}

/** What a pass would write and ask for, now or until all has settled. Nothing is written, and no BMC is told anything. */
export async function planOnce(ports: RunnerPorts, options: PlanOptions): Promise<Plan> {
  const { steps = [], before, depth = 'now', ...pass } = options;
  const clock = shifted(ports.clock);
  const assumptions = new Assumptions();
  let [isUntold, isAssumed] = [false, false];
  const tell = (step: PlanStep): void => {
    if (!isUntold) steps.push(isAssumed && step.to !== 'assumed' ? { ...step, isAssumed } : step);
  };
  const isSettled = depth === 'settled';
  const recording = recordingPorts({ ...ports, clock }, tell, isSettled ? assumptions : undefined);
  await before?.(recording.cluster);
  const { report } = await reconcileOnce(recording, { ...pass, settle: false });
  if (!isSettled) return { steps, report };
  isAssumed = true;
  const untold = async (work: () => Promise<void>): Promise<void> => {
    isUntold = true;
    await work();
    isUntold = false;
  };
  return { steps, report: await goOn({ recording, clock, options: pass, assumptions, steps, untold }, report) };
}
