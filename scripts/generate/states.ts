/** `docs/states/*.md`: a page for each kind with its diagram and its gates, from what the operator runs by. */
import { type DeclaredGates, declaredGates } from '../../src/reconcile/gates.js';
import { reconcilers } from '../../src/reconcile/index.js';
import type { Machine, StateMachine, StepMachine } from '../../src/reconcile/runtime/machine.js';
import { generatedMark } from './module.js';

/** States `enter` may name for an object that has none; a test compares them with what it does. */
const entries: Readonly<Record<string, readonly string[]>> = {
  Server: ['Initial', 'Reserved'],
  ServerClaim: ['Unbound'],
};

export async function generate(): Promise<Map<string, string>> {
  return new Map(
    reconcilers.map(({ kind, machine }) => [
      `docs/states/${kind.singular}.md`,
      pageOf(kind.kind, machine as Machine<never>) + gatesOf(kind.kind),
    ]),
  );
}

const pageOf = (kind: string, machine: Machine<never>): string =>
  'table' in machine ? statesPage(kind, machine, entries[kind] ?? []) : stepsPage(kind, machine);

const statesPage = (kind: string, machine: StateMachine<never>, first: readonly string[]): string => `${generatedMark}
# States of a ${kind}

\`status.${machine.field}\`, and where each state may leave to. Staying is always possible.

\`\`\`mermaid
stateDiagram-v2
${[...first.map((state) => `    [*] --> ${state}`), ...edges(machine), ...interruptEdges(machine)].join('\n')}
\`\`\`

| State | May leave to |
|---|---|
${Object.entries(machine.table).map(row).join('\n')}
${machine.interrupts
  .filter(({ to }) => to.length > 0)
  .map(interruptRow)
  .join('\n')}
`;

const edges = ({ table }: StateMachine<never>): string[] =>
  Object.entries(table).flatMap(([state, { to }]) => to.map((next) => `    ${state} --> ${next}`));

/** Rules that stand before the table may leave from any state. */
const interruptEdges = ({ interrupts }: StateMachine<never>): string[] =>
  interrupts.flatMap(({ name, to }) => to.map((next) => `    AnyState --> ${next} : ${name}`));

const interruptRow = ({ name, to }: { name: string; to: readonly string[] }): string =>
  `| any, by ${name} | ${to.map((next) => `\`${next}\``).join(', ')} |`;

const row = ([state, { to }]: [string, { to: readonly string[] }]): string =>
  `| \`${state}\` | ${to.map((next) => `\`${next}\``).join(', ') || '–'} |`;

/** A kind without states has rules and steps in order; each may end the visit. */
function stepsPage(kind: string, { interrupts, steps }: StepMachine<never>): string {
  const all = [...interrupts.map(({ name }) => name), ...steps.map(({ name }) => name)];
  const chain = all.map((name, at) => `    ${at}["${name}"] -->|nothing to do| ${at + 1}`);
  return `${generatedMark}
# Steps of a ${kind}

It has no states of its own: each visit goes through these in order, and ends with the first that asks for something or
must wait.

\`\`\`mermaid
flowchart TD
${[...chain, `    ${all.length}(["settled"])`].join('\n')}
\`\`\`
`;
}

const gatesOf = (kind: string): string =>
  declaredGates
    .filter((declared) => declared.kind === kind && declared.list.gates.length > 0)
    .map(gateTable)
    .join('');

const gateTable = ({ kind, when, list }: DeclaredGates): string => `
## What must hold${when === undefined ? '' : `: ${when}`}

In this order; the first that does not hold is the reason a person is told, with its way out (\`metalctl why ${kind.toLowerCase()} NAME\`).

| Reason | Must hold |
|---|---|
${list.gates.map(({ reason, must }) => `| \`${reason}\` | ${must} |`).join('\n')}
`;
