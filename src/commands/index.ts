/** Every command, in the order help lists them. Adding one is a definition, a body and a line here. */
import type { CommandDef } from './define.js';
import { demoCommand } from './demo.js';
import { getCommand } from './get.js';
import { reconcileCommand } from './reconcile.js';
import { sandboxDownCommand, sandboxStatusCommand, sandboxUpCommand } from './sandbox.js';
import { versionCommand } from './version.js';

export const commands: readonly CommandDef[] = [
  getCommand,
  reconcileCommand,
  sandboxUpCommand,
  sandboxStatusCommand,
  sandboxDownCommand,
  demoCommand,
  versionCommand,
];
