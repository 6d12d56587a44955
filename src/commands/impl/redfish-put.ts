/** Body of `redfish put`. */
import type { redfishPutCommand } from '../redfish-change.js';
import type { Run } from './kit/run.js';
import { changeResource } from './redfish-change.js';

export default (run: Run<typeof redfishPutCommand>): Promise<void> => changeResource(run, 'PUT');
