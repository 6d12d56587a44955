/** A pass with recording ports: the same reconcilers, the same reads, and a list instead of writes and requests. */
import type { Events } from '../../ports/events.js';
import type { Probes } from '../../ports/probes.js';
import { type OnceOptions, reconcileOnce } from '../runtime/once.js';
import type { ReconcileReport } from '../runtime/report.js';
import type { RunnerPorts } from '../runtime/runner.js';
import { planningBmcs } from './bmcs.js';
import { planningCluster } from './cluster.js';
import type { PlanStep } from './steps.js';

export { type Basis, Readings } from './basis.js';
export type { ApiStep, BmcStep, FieldChange, PlanStep } from './steps.js';

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
export const recordingPorts = (ports: RunnerPorts, tell: (step: PlanStep) => void): RunnerPorts => ({
  ...ports,
  cluster: planningCluster(ports.cluster, () => ports.clock.now(), tell),
  bmcs: planningBmcs(ports.bmcs, tell),
  shells: { run: async ({ id }, command) => tell({ to: 'bmc', bmc: id, action: 'ssh', detail: command }) },
  events: silent,
  probes: listening(ports.probes),
});

/** What one pass would write and ask for, now. Nothing is written, and no BMC is told anything. */
export async function planOnce(ports: RunnerPorts, options: OnceOptions): Promise<Plan> {
  const steps: PlanStep[] = [];
  const recording = recordingPorts(ports, (step) => void steps.push(step));
  const { report } = await reconcileOnce(recording, { ...options, settle: false });
  return { steps, report };
}
