/** Body of `label`. */
import type { labelCommand } from '../metadata.js';
import type { Run } from './kit/run.js';
import { changeMetadata } from './metadata-change.js';

export default (run: Run<typeof labelCommand>): Promise<void> => changeMetadata(run, 'labels', 'labelled');
