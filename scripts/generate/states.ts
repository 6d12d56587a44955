/** `docs/states/*.md`: the state diagrams and gates, from the tables the operator runs by. */
import type { GateList } from '../../src/reconcile/runtime/gates.js';
import type { StateMachine } from '../../src/reconcile/runtime/machine.js';
import { claimable } from '../../src/reconcile/server/gates.js';
import { serverMachine } from '../../src/reconcile/server/machine.js';
import { serverClaimMachine } from '../../src/reconcile/serverclaim/machine.js';
import { generatedMark } from './module.js';

export async function generate(): Promise<Map<string, string>> {
  const server = page('Server', serverMachine, ['Initial', 'Reserved']) + gateTable(claimable);
  return new Map([
    ['docs/states/server.md', server],
    ['docs/states/serverclaim.md', page('ServerClaim', serverClaimMachine, ['Unbound'])],
  ]);
}

type AnyStates = Pick<StateMachine<never>, 'table' | 'field' | 'interrupts'>;

/** `entries` are the states `enter` may name for an object that has none; a test compares them with what it does. */
const page = (kind: string, machine: AnyStates, entries: readonly string[]): string => `${generatedMark}
# States of a ${kind}

\`status.${machine.field}\`, and where each state may leave to. Staying is always possible.

\`\`\`mermaid
stateDiagram-v2
${[...entries.map((state) => `    [*] --> ${state}`), ...edges(machine), ...interruptEdges(machine)].join('\n')}
\`\`\`

| State | May leave to |
|---|---|
${Object.entries(machine.table).map(row).join('\n')}
${machine.interrupts
  .filter(({ to }) => to.length > 0)
  .map(interruptRow)
  .join('\n')}
`;

const edges = ({ table }: AnyStates): string[] =>
  Object.entries(table).flatMap(([state, { to }]) => to.map((next) => `    ${state} --> ${next}`));

/** Rules that stand before the table may leave from any state. */
const interruptEdges = ({ interrupts }: AnyStates): string[] =>
  interrupts.flatMap(({ name, to }) => to.map((next) => `    AnyState --> ${next} : ${name}`));

const interruptRow = ({ name, to }: { name: string; to: readonly string[] }): string =>
  `| any, by ${name} | ${to.map((next) => `\`${next}\``).join(', ')} |`;

const row = ([state, { to }]: [string, { to: readonly string[] }]): string =>
  `| \`${state}\` | ${to.map((next) => `\`${next}\``).join(', ') || '–'} |`;

const gateTable = <In>({ gates }: GateList<In>): string => `
## What must hold before a Server takes a claim

In this order; the first that does not hold is the reason a person is told (\`metalctl claim --explain\` prints all).

| Reason | Must hold |
|---|---|
${gates.map(({ reason, must }) => `| \`${reason}\` | ${must} |`).join('\n')}
`;
