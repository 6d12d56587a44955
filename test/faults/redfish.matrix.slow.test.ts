/** The fault matrix of the Redfish client, whole: every operation against every fault. */
import { runMatrix } from './redfish.matrix.run.js';

runMatrix('the whole fault matrix of the Redfish client', () => true);
