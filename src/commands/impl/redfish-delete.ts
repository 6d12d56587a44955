/** Body of `redfish delete`. */
import type { redfishDeleteCommand } from '../redfish-change.js';
import type { Run } from './kit/run.js';
import { changeResource } from './redfish-change.js';

export default (run: Run<typeof redfishDeleteCommand>): Promise<void> => changeResource(run, 'DELETE');
