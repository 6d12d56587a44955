/**
 * The form of a reconciler: interrupts in order, then either a table of phases keyed by `status.state` or an ordered
 * list of steps. `decide` turns one object into one Decision and changes nothing.
 */
import { type Decision, go, rest } from './decision.js';

/** A rule evaluated before the table. Returning a decision ends the visit. */
export interface Interrupt<In> {
  readonly name: string;
  /** States this rule may enter; empty when it only stays. */
  readonly to: readonly string[];
  readonly run: (input: In) => Promise<Decision | undefined> | Decision | undefined;
}

export interface Phase<In> {
  /** Every state the phase may leave to. Staying is always allowed and never listed. */
  readonly to: readonly string[];
  readonly run: (input: In) => Promise<Decision>;
}

/** Part of a stateless kind's visit: a decision ends the visit, `undefined` means nothing to do here. */
export interface Step<In> {
  readonly name: string;
  readonly run: (input: In) => Promise<Decision | undefined>;
}

export interface StateMachine<In> {
  readonly interrupts: readonly Interrupt<In>[];
  /** First state of an object that has none. */
  readonly enter: (input: In) => { state: string; because: string };
  readonly stateOf: (input: In) => string | undefined;
  /** Name of the status field that holds the state: `state` or `phase`. */
  readonly field: 'state' | 'phase';
  readonly table: Readonly<Record<string, Phase<In>>>;
}

export interface StepMachine<In> {
  readonly interrupts: readonly Interrupt<In>[];
  readonly steps: readonly Step<In>[];
  /** Said when no step asked for anything. */
  readonly settled: (input: In) => Decision;
}

export type Machine<In> = StateMachine<In> | StepMachine<In>;

/** One row: the states it may leave to, and what it does. The compiler refuses a phase that leaves elsewhere. */
export const phase = <In, const To extends string>(
  to: readonly To[],
  run: (input: In) => Promise<Decision<NoInfer<To>>>,
): Phase<In> => ({ to, run });

/** The decision for one object, from its present state and what the reads tell. */
export async function decide<In>(machine: Machine<In>, input: In): Promise<Decision> {
  for (const interrupt of machine.interrupts) {
    const decision = await interrupt.run(input);
    if (decision !== undefined) return decision;
  }
  return 'table' in machine ? runPhase(machine, input) : runSteps(machine, input);
}

async function runPhase<In>(machine: StateMachine<In>, input: In): Promise<Decision> {
  const state = machine.stateOf(input);
  if (state === undefined || state === '') {
    const first = machine.enter(input);
    return go(first.state, first.because);
  }
  const row = machine.table[state];
  if (row === undefined) return rest('StateNotHandled', { message: `State ${state} is not handled by this version` });
  const decision = await row.run(input);
  if (decision.next !== undefined && !row.to.includes(decision.next)) {
    throw new Error(`phase ${state} left to ${decision.next}, which its row does not list`);
  }
  return decision;
}

async function runSteps<In>(machine: StepMachine<In>, input: In): Promise<Decision> {
  for (const step of machine.steps) {
    const decision = await step.run(input);
    if (decision !== undefined) return decision;
  }
  return machine.settled(input);
}
