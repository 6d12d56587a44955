/** `docs/reference/redfish-faults.md`: what comes of every fault in every request to a BMC, from the data the matrix test runs. */
import { type CatalogueEntry, catalogue } from '../../src/errors/catalogue.js';
import { expected } from '../../test/faults/redfish.matrix.expected.js';
import {
  type FaultName,
  faults,
  faultWords,
  type OperationName,
  operations,
} from '../../test/faults/redfish.matrix.js';
import { generatedMark } from './module.js';

export async function generate(): Promise<Map<string, string>> {
  return new Map([['docs/reference/redfish-faults.md', page()]]);
}

const faultNames = Object.keys(faults) as FaultName[];
const operationNames = Object.keys(operations) as OperationName[];

/** `transient BMC_BUSY ×5` as a cell of the table. */
function cell(text: string): string {
  const [first = '', code = '', times = ''] = text.split(' ');
  return first === 'ok' ? `ok ${code}` : `\`${code}\` ${times}`;
}

/** Operations that fare alike share a row. */
function rows(): string[] {
  const alike = new Map<string, OperationName[]>();
  for (const name of operationNames) {
    const cells = faultNames.map((fault) => cell(expected[name][fault])).join(' | ');
    alike.set(cells, [...(alike.get(cells) ?? []), name]);
  }
  return [...alike].map(([cells, names]) => `| ${names.map((name) => `\`${name}\``).join(' ')} | ${cells} |`);
}

function codes(): string[] {
  const used = operationNames.flatMap((name) => Object.values(expected[name]));
  const pairs = new Map(
    used.filter((text) => !text.startsWith('ok')).map((text) => [text.split(' ')[1], text.split(' ')[0]]),
  );
  const known = catalogue as Readonly<Record<string, CatalogueEntry | undefined>>;
  return [...pairs]
    .sort()
    .map(
      ([code = '', kind]) => `| \`${code}\` | ${kind} | ${known[code]?.sentence ?? ''} | ${known[code]?.hint ?? ''} |`,
    );
}

const page = (): string => `${generatedMark}
# Faults of BMCs

What every operation makes of every fault: the code people read, and how often the decisive request was sent (×n). \`ok\` is no
error: the fault says nothing about success, or there is another way. \`test/faults/redfish.matrix.test.ts\` runs each cell over real
sockets.

## Faults

| Fault | What the BMC does |
|---|---|
${faultNames.map((name) => `| ${name} | ${faultWords[name]} |`).join('\n')}

## Codes

A transient failure is tried again by whoever asked, later; a permanent one waits for a change; a conflict is read again at once.

| Code | Class | What people read | What usually helps |
|---|---|---|---|
${codes().join('\n')}

## Operations

| Operation | ${faultNames.join(' | ')} |
|---|${faultNames.map(() => '---').join('|')}|
${rows().join('\n')}
`;
