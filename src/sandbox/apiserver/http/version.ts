/** What `/version` says: the Kubernetes minor version whose behaviour is reproduced, marked as ours. */
import type { JsonObject } from '../types.js';

const MAJOR = '1';
const MINOR = '35';

export const VERSION: JsonObject = {
  major: MAJOR,
  minor: MINOR,
  emulationMajor: MAJOR,
  emulationMinor: MINOR,
  minCompatibilityMajor: MAJOR,
  minCompatibilityMinor: '34',
  gitVersion: `v${MAJOR}.${MINOR}.0+metalctl`,
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'node',
  platform: `${process.platform}/${process.arch}`,
};
