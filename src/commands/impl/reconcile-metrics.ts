/** `reconcile --once --metrics-file`: the figures of a pass, for the textfile collector of node_exporter. */
import { writeWhole } from '../../lib/whole-file.js';
import type { ObjectReport, ReconcileReport } from '../../reconcile/index.js';
import type { Wiring } from '../../wiring.js';

type Serving = Awaited<ReturnType<Wiring['listeners']>>;
type Families = Parameters<Serving['metricsText']>[0];

/** Replaces the file as a whole; whoever collects may read it, as another user. */
export async function writeMetrics(file: string, report: ReconcileReport, endedAt: Date, serving: Serving) {
  await writeWhole(file, serving.metricsText(passFamilies(report, endedAt)), 0o644);
}

/** What the pass saw and did. An outcome that no object had is 0, so that an alert has something to compare with. */
export function passFamilies({ objects, passes, writes, bmcCalls, seconds }: ReconcileReport, endedAt: Date): Families {
  const kinds = [...new Set(objects.map(({ kind }) => kind))];
  const counted = (kind: string, is: (object: ObjectReport) => boolean): number =>
    objects.filter((object) => object.kind === kind && is(object)).length;
  return [
    gauge('metalctl_pass_end_time_seconds', 'When the last pass ended, in seconds since 1970.', [
      { value: endedAt.getTime() / 1_000 },
    ]),
    gauge('metalctl_pass_duration_seconds', 'How long the last pass took.', [{ value: seconds }]),
    gauge('metalctl_pass_rounds', 'Rounds of the last pass.', [{ value: passes }]),
    gauge('metalctl_pass_writes', 'Writes of the last pass to the API server.', [{ value: writes }]),
    gauge('metalctl_pass_bmc_calls', 'Calls of BMCs in the last pass.', [{ value: bmcCalls }]),
    gauge(
      'metalctl_pass_objects',
      'Objects of the last pass by kind and outcome.',
      kinds.flatMap((kind) =>
        outcomes.map((outcome) => ({
          labels: { kind, outcome },
          value: counted(kind, (object) => object.outcome === outcome),
        })),
      ),
    ),
    gauge(
      'metalctl_pass_stalled_objects',
      'Objects of the last pass that only a person brings on, by kind.',
      kinds.map((kind) => ({ labels: { kind }, value: counted(kind, ({ isStalled = false }) => isStalled) })),
    ),
  ];
}

const outcomes: readonly ObjectReport['outcome'][] = ['unchanged', 'changed', 'deferred', 'failed', 'oscillating'];

const gauge = (name: string, help: string, samples: Families[number]['samples']): Families[number] => ({
  name,
  help,
  type: 'gauge',
  samples,
});
