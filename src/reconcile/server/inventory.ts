/**
 * Reading what is in a machine, part by part: a BMC that fails to tell one part does not hold up the machine's life; the
 * part is named in a condition instead.
 */
import { isMetalError } from '../../errors/classes.js';
import type { ConditionChange } from '../runtime/decision.js';
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
      }
    : {
        type: 'InventoryComplete',
        status: 'False',
        reason: 'PartUnreadable',
        message: `The BMC does not tell: ${missing.join('; ')}`,
      };
