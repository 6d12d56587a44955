/** Body of `redfish task wait`. */
import type { redfishTaskWaitCommand } from '../redfish-task.js';
import type { Run } from './kit/run.js';
import { reachBmc, redfishPath } from './redfish-reach.js';
import { followTask, taskEnd, taskRows } from './redfish-task.js';

export default async function (run: Run<typeof redfishTaskWaitCommand>): Promise<void> {
  const path = redfishPath(run.args.uri);
  const { bmc } = await reachBmc(run, run.flags);
  const task = await followTask(run, bmc, await bmc.task(path), run.flags.timeout);
  await run.out.document({ kind: 'Task', ...task }, () => taskRows([task]), [task.uri]);
  taskEnd(task);
}
