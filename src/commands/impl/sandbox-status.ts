/** Body of `sandbox status`. */
import type { sandboxStatusCommand } from '../sandbox.js';
import type { Run } from './kit/run.js';
import { runningSandbox } from './kit/sandbox.js';
import { placeOf } from './sandbox-up.js';

export default async function ({ flags, out }: Run<typeof sandboxStatusCommand>): Promise<void> {
  const { record, folder } = await runningSandbox(flags);
  const files = { ca: folder.ca, bmcPasswordFile: folder.bmcPassword };
  await out.document(
    { kind: 'Sandbox', ...record, ...files },
    () =>
      [
        `sandbox ${record.name}   running since ${record.startedAt}, process ${record.pid}`,
        `API     ${record.apiUrl}   ${placeOf(record)}`,
        `BMCs    ${record.bmcs.count}: ${record.bmcs.first} … ${record.bmcs.last}   user ${record.bmcs.username}`,
        `files   ${folder.ca}`,
        `        ${folder.bmcPassword}`,
        '',
      ].join('\n'),
    [`sandbox/${record.name}`],
  );
}
