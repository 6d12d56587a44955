/** Every command, in the order help lists them. Adding one is a definition, a body and a line here. */
import type { CommandDef } from './define.js';
import { getCommand } from './get.js';
import { versionCommand } from './version.js';

export const commands: readonly CommandDef[] = [getCommand, versionCommand];
