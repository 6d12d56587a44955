/** Body of `redfish conformance`. */
import type { ExitName } from '../../errors/exit.js';
import { type Check, conformance, type Verdict } from '../../workflows/redfish/conformance.js';
import type { redfishConformanceCommand } from '../redfish-record.js';
import type { Run } from './kit/run.js';
import { reachBmc } from './redfish-reach.js';

export default async function (run: Run<typeof redfishConformanceCommand>): Promise<ExitName> {
  const { bmc, name } = await reachBmc(run, run.flags, run.args.target);
  const checks: Check[] = [];
  const progress = run.talk.progress('conformance');
  try {
    for await (const check of conformance(bmc, run.flags.quick ? 20 : 200)) {
      run.signal.throwIfAborted();
      checks.push(check);
      progress.update({ phase: check.id, text: check.what });
    }
  } finally {
    progress.done();
  }
  const count = (verdict: Verdict): number => checks.filter((check) => check.verdict === verdict).length;
  const { requests } = bmc.traffic();
  const summary = { passed: count('pass'), warnings: count('warn'), failed: count('fail') };
  await run.out.document({ kind: 'ConformanceReport', bmc: name, ...summary, requests, checks }, () => ({
    columns: [{ header: 'ID' }, { header: 'VERDICT' }, { header: 'WHAT' }, { header: 'EVIDENCE', drop: 1 }],
    rows: checks.map(({ id, verdict, what, evidence }) => [id, verdict, what, evidence]),
  }));
  const words = `${summary.passed} passed, ${summary.warnings} warnings, ${summary.failed} failed; ${requests} requests`;
  run.talk.note(words);
  return summary.failed > 0 ? 'CHECKS_FAILED' : 'OK';
}
