/** Whether the flags of `claim` say which server. */
import type { ClaimRun } from './claim-request.js';

/** An adopted claim has its server already. */
export const hasSelection = ({ flags }: ClaimRun): boolean =>
  [
    flags.server[0],
    flags.selector,
    flags.cpu,
    flags.cpuModel,
    flags.arch,
    flags.memory,
    flags.disk,
    flags.nicSpeed,
    flags.gpu,
    flags.vendor,
    flags.model,
    flags.rack,
    flags.location,
  ].some((flag) => flag !== undefined) || flags.adopt;

/** Whether several claims are made together. */
export const isMany = ({ flags }: ClaimRun): boolean => flags.count !== 1 || flags.atomic || flags.spread !== undefined;
