/**
 * Gates: the ordered conditions that keep something from happening, declared once as data. A phase asks for the first
 * shut one; `metalctl why`, `claim --explain` and the views evaluate the whole list and print every line.
 */

export interface Gate<In> {
  /** PascalCase condition reason when shut. */
  readonly reason: string;
  /** What must hold, as a phrase: `state is Available`. */
  readonly must: string;
  readonly holds: (input: In) => boolean;
  /** What holds it back, in the input's own words: `taint hw/nic-fault:NoBind`. */
  readonly because: (input: In) => string;
  /** What a person can do to open it: a command to paste. Absent where only time or the machine opens it. */
  readonly remedy?: (input: In) => string;
}

export interface GateLine {
  readonly reason: string;
  readonly must: string;
  readonly isOpen: boolean;
  /** Present when shut. */
  readonly because?: string;
  /** Present when shut and a person can open it: a command to paste. */
  readonly remedy?: string;
}

export interface GateList<In> {
  readonly gates: readonly Gate<In>[];
  /** The first gate that is shut, or undefined when the way is free. */
  firstShut(input: In): GateLine | undefined;
  /** Every gate in order, open or shut. */
  explain(input: In): GateLine[];
}

/** Declares one gate; `because` defaults to the negated phrase. */
export const gate = <In>(
  reason: string,
  must: string,
  holds: (input: In) => boolean,
  because: (input: In) => string = () => `not: ${must}`,
  remedy?: (input: In) => string,
): Gate<In> => ({ reason, must, holds, because, ...(remedy === undefined ? {} : { remedy }) });

/** Makes a list of gates. The order is the order of the answer. */
export const gates =
  <In>() =>
  (list: readonly Gate<In>[]): GateList<In> => ({
    gates: list,
    firstShut: (input) => {
      const shut = list.find((candidate) => !candidate.holds(input));
      return shut && lineOf(shut, input);
    },
    explain: (input) => list.map((candidate) => lineOf(candidate, input)),
  });

function lineOf<In>(candidate: Gate<In>, input: In): GateLine {
  const { reason, must } = candidate;
  if (candidate.holds(input)) return { reason, must, isOpen: true };
  const remedy = candidate.remedy?.(input);
  return {
    reason,
    must,
    isOpen: false,
    because: candidate.because(input),
    ...(remedy === undefined ? {} : { remedy }),
  };
}
