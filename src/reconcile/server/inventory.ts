/**
 * Reading what is in a machine, part by part: a BMC that fails to tell one part does not hold up the machine's life; the
 * part is named in a condition instead.
 */

import { ownAnnotations, type Server } from '../../api/metal/v1alpha1/index.js';
import { isMetalError } from '../../errors/classes.js';
import { type Effect, patchSelf, record } from '../effects.js';
import { leftMs } from '../runtime/age.js';
import { conditionOf, timestamp } from '../runtime/conditions.js';
import type { ConditionChange } from '../runtime/decision.js';
import { readJson } from './intent.js';
import type { Machine, ServerInput } from './reader.js';
import { processorStatus, storageStatus } from './status.js';

/** What was read, and the condition that names what was not. */
export interface InventoryReading {
  /** Members of `status` for the parts that could be read. */
  readonly status: Record<string, unknown>;
  readonly conditions: readonly ConditionChange[];
}

/**
 * Failures that concern one resource. A BMC that is away or refuses us concerns the whole visit; one that answered for
 * the system a moment ago and is too slow for a part is not away.
 */
const concernsOnePart = new Set([
  'BMC_ERROR',
  'BMC_TIMEOUT',
  'BMC_NOT_FOUND',
  'BMC_BAD_RESPONSE',
  'BMC_REFUSED',
  'BMC_RESPONSE_TOO_LARGE',
]);

/** Reads every part. @throws MetalError when the BMC cannot be asked at all */
export async function readInventory(machine: Machine, input: ServerInput): Promise<InventoryReading> {
  const bmc = input.read.bmc(machine.access);
  const missing: string[] = [];
  const part = async <T>(name: string, read: () => Promise<readonly T[]>): Promise<readonly T[] | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!isMetalError(error) || !concernsOnePart.has(error.code)) throw error;
      missing.push(`${name} (${error.message})`);
      return undefined;
    }
  };
  const processors = await part('processors', () => bmc.processors(machine.uri));
  const storages = await part('storage', () => bmc.storages(machine.uri));
  const status = {
    ...(processors === undefined ? {} : { processors: processors.map(processorStatus) }),
    ...(storages === undefined ? {} : { storages: storages.map(storageStatus) }),
  };
  return { status, conditions: [completeness(missing)] };
}

const completeness = (missing: readonly string[]): ConditionChange =>
  missing.length === 0
    ? {
        type: 'InventoryComplete',
        status: 'True',
        reason: 'Read',
        message: 'Every part of the machine was read',
        onlyIfPresent: true,
        isRecord: true,
      }
    : {
        type: 'InventoryComplete',
        status: 'False',
        reason: 'PartUnreadable',
        message: `The BMC does not tell: ${missing.join('; ')}`,
        isRecord: true,
      };

/** What became of parts that were missing, and when to look again. */
export interface Completion extends InventoryReading {
  readonly effects: readonly Effect[];
  /** Infinity while nothing is missing. */
  readonly dueMs: number;
}

interface Attempts {
  readonly tries: number;
  /** When the parts were last asked for, RFC 3339. */
  readonly at: string;
}

const nothingMissing: Completion = { status: {}, conditions: [], effects: [], dueMs: Number.POSITIVE_INFINITY };

/** Asks again for the parts that are missing: after 2, 4, 8 … minutes, at most every hour. */
export async function completeInventory(machine: Machine, input: ServerInput): Promise<Completion> {
  const { server, now } = input;
  if (!isIncomplete(server)) return { ...nothingMissing, effects: remember(server, undefined) };
  const last = readJson<Attempts>(server, ownAnnotations.inventoryAttempts);
  const left = last === undefined ? 0 : leftMs(last.at, pauseMs(last.tries), now);
  if (left > 0) return { ...nothingMissing, dueMs: left };
  const reading = await readInventory(machine, input);
  const isWhole = reading.conditions.every(({ status }) => status === 'True');
  const tries = (last?.tries ?? 0) + 1;
  const attempts = isWhole ? undefined : { tries, at: timestamp(now) };
  const dueMs = isWhole ? Number.POSITIVE_INFINITY : pauseMs(tries);
  return { ...reading, effects: remember(server, attempts), dueMs };
}

const pauseMs = (tries: number): number => Math.min(60_000 * 2 ** Math.min(tries, 10), 60 * 60_000);

/** Named as unreadable, or never read: a server that lost its status has neither. */
function isIncomplete({ status }: Server): boolean {
  if (status?.processors === undefined || status.storages === undefined) return true;
  return conditionOf(status.conditions, 'InventoryComplete')?.status === 'False';
}

function remember({ metadata }: Server, attempts: Attempts | undefined): Effect[] {
  const key = ownAnnotations.inventoryAttempts;
  if (attempts === undefined && metadata.annotations?.[key] === undefined) return [];
  const value = attempts === undefined ? null : JSON.stringify(attempts);
  return [record(patchSelf({ metadata: { annotations: { [key]: value } } }))];
}
