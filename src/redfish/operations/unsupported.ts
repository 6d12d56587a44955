/** The one way to say that a BMC lacks something. */
import { PermanentError } from '../../errors/classes.js';
import type { Resources } from '../resources.js';

/** @example throw unsupported(resources, 'reading the boot order', 'the system tells none') */
export const unsupported = (resources: Resources, doing: string, why: string): PermanentError =>
  new PermanentError('BMC_UNSUPPORTED', doing, { why, context: { bmc: resources.service.options.access.id } });
