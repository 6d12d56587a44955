/** `--reason` of power commands: kept as an event of each server, where `events` and `history` show it. */
import { userInfo } from 'node:os';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import type { AnyRun } from './kit/run.js';

/** Longest text an event carries, with room for who and what. */
const mostCharacters = 900;

/** @param what `power off`. The words of the person stand last. */
export async function keepReason(
  run: AnyRun,
  what: string,
  reason: string | undefined,
  servers: readonly Server[],
): Promise<void> {
  if (reason === undefined || run.globals.dryRun !== 'none') return;
  const events = await run.open('events');
  const note = `${what} by ${userInfo().username}: ${reason.slice(0, mostCharacters)}`;
  for (const server of servers)
    events.emit(server, { type: 'Normal', reason: 'PowerRequested', action: 'Power', note });
}
