/** Body of `annotate`. */
import type { annotateCommand } from '../metadata.js';
import type { Run } from './kit/run.js';
import { changeMetadata } from './metadata-change.js';

export default (run: Run<typeof annotateCommand>): Promise<void> => changeMetadata(run, 'annotations', 'annotated');
