/** Body of `redfish post`. */
import type { redfishPostCommand } from '../redfish-change.js';
import type { Run } from './kit/run.js';
import { changeResource } from './redfish-change.js';

export default (run: Run<typeof redfishPostCommand>): Promise<void> => changeResource(run, 'POST');
