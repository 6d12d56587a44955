/** Files of `completions/`, as the program itself prints them. */
import { completionScript, fileOf, shells } from '../../src/commands/completion-scripts.js';

export const generate = async (): Promise<Map<string, string>> =>
  new Map(shells.map((shell) => [`completions/${fileOf(shell)}`, completionScript(shell)]));
