/**
 * Leases of single objects, `metalctl.<server>`: two people, or a person and a CronJob, cannot drive one machine at once
 * from their own processes. A daemon needs none: it holds the one lease of all reconcilers.
 */
import { ConflictError, isMetalError, type MetalError } from '../../errors/classes.js';
import { type Holding, holdLease, type LeaseOptions } from './lease.js';

/** Lease of one server's local driver. */
export const serverLease = (server: string): string => `metalctl.${server}`;

const durationMs = 30_000;

export class ObjectLeases {
  readonly #options: Omit<LeaseOptions, 'name' | 'durationMs'>;
  readonly #holdings = new Map<string, Promise<Holding | undefined>>();
  readonly #held: Holding[] = [];

  constructor(options: Omit<LeaseOptions, 'name' | 'durationMs'>) {
    this.#options = options;
  }

  /**
   * Holds the lease from now on; asked again it answers at once. Where leases may not be written (RBAC, no namespace) it
   * warns and goes on: a person who may claim need not be allowed to write leases.
   * @throws ConflictError LEASE_HELD with holder and times
   */
  async hold(name: string): Promise<void> {
    const known = this.#holdings.get(name);
    const holding = known ?? this.#take(name);
    this.#holdings.set(name, holding);
    await holding;
  }

  /** False as soon as one of them may be somebody else's. */
  areHeld(): boolean {
    return this.#held.every((holding) => holding.isHeld());
  }

  /** Gives all of them back. */
  async release(): Promise<void> {
    await Promise.all(this.#held.map((holding) => holding.release()));
  }

  async #take(name: string): Promise<Holding | undefined> {
    try {
      const holding = await holdLease({ ...this.#options, name, durationMs });
      this.#held.push(holding);
      return holding;
    } catch (error) {
      if (isMetalError(error) && error.code === 'LEASE_HELD') throw heldBy(name, error);
      if (!isMetalError(error) || !mayNot.has(error.code)) throw error;
      this.#options.log.log('warn', `no lease is taken: ${error.message}`, { lease: name });
      return undefined;
    }
  }
}

function heldBy(name: string, { why, context }: MetalError): ConflictError {
  return new ConflictError('LEASE_HELD', 'another process drives this server', {
    ...(why === undefined ? {} : { why }),
    hint: [
      'wait until it is done',
      `--driver none   only write down what is wanted; who holds ${name} may carry it out`,
    ],
    context,
  });
}

const mayNot = new Set(['API_FORBIDDEN', 'NOT_FOUND', 'CRD_MISSING']);
