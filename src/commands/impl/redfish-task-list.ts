/** Body of `redfish task list`. */
import type { redfishTaskListCommand } from '../redfish-task.js';
import type { Run } from './kit/run.js';
import { reachBmc } from './redfish-reach.js';
import { taskRows } from './redfish-task.js';

export default async function (run: Run<typeof redfishTaskListCommand>): Promise<void> {
  const { bmc } = await reachBmc(run, run.flags);
  const tasks = await bmc.tasks();
  if (tasks.length === 0) run.talk.note('No tasks.');
  await run.out.document(
    { kind: 'TaskList', tasks },
    () => (tasks.length === 0 ? '' : taskRows(tasks)),
    tasks.map(({ uri }) => uri),
  );
}
