/** Body of `redfish patch`. */
import type { redfishPatchCommand } from '../redfish-change.js';
import type { Run } from './kit/run.js';
import { changeResource } from './redfish-change.js';

export default (run: Run<typeof redfishPatchCommand>): Promise<void> => changeResource(run, 'PATCH');
