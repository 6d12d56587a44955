/** Body of `redfish patch`. */
import type { redfishPatchCommand } from '../redfish.js';
import type { Run } from './kit/run.js';
import { changeResource } from './redfish-change.js';

export default (run: Run<typeof redfishPatchCommand>): Promise<void> => changeResource(run, 'PATCH');
