/** `docs/reference/proofs.md`: what must hold under failure and attack, what upstream tests, and the test of each row. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/files.js';
import { type Difference, differences } from '../proofs/differences.js';
import { type Requirement, requirements } from '../proofs/requirements.js';
import { type Scenario, scenarios } from '../proofs/upstream-scenarios.js';
import { generatedMark } from './module.js';

/** @throws Error naming every proof whose test is gone, and every row with neither proof nor reason. */
export async function generate(): Promise<Map<string, string>> {
  const gone = scenarios.flatMap(({ scenario, proofs, left }) => [
    ...proofs.filter((proof) => !stands(proof)).map((proof) => `${scenario}: no such test: ${proof}`),
    ...(proofs.length > 0 || left !== undefined ? [] : [`${scenario}: neither a test nor what is left`]),
  ]);
  const faults = [...requirements.flatMap(([, rows]) => rows.flatMap(wrong)), ...gone];
  faults.push(...differences.flatMap(astray), ...unnamed());
  if (faults.length > 0) throw new Error(`scripts/proofs:\n${faults.join('\n')}`);
  return new Map([['docs/reference/proofs.md', page()]]);
}

function wrong({ id, proofs, left }: Requirement): string[] {
  const gone = proofs.filter((proof) => !stands(proof)).map((proof) => `${id}: no such test: ${proof}`);
  return proofs.length > 0 || left !== undefined ? gone : [`${id}: neither a test nor what is left`];
}

const adr = 'docs/adr/0011-where-we-differ-from-upstream.md';

/** First cells of the tables of the ADR, in their order, with the part they are in. */
const differing = (): { readonly part: string; readonly cell: string }[] => {
  const parts = readFileSync(join(root, adr), 'utf8').split('\n## ').slice(1);
  return parts.flatMap((text) => {
    const [part = '', ...lines] = text.split('\n');
    const rows = lines.filter((line) => line.startsWith('| ') && !line.startsWith('| Upstream |'));
    return rows.map((line) => ({ part, cell: line.slice(2).split(' | ')[0] ?? '' }));
  });
};

function astray({ row, proofs, left }: Difference): string[] {
  const named = differing().filter(({ cell }) => cell.startsWith(row)).length;
  return [
    ...(named === 1 ? [] : [`${row}: begins ${named} rows of ${adr}`]),
    ...proofs.filter((proof) => !stands(proof)).map((proof) => `${row}: no such test: ${proof}`),
    ...(proofs.length > 0 || left !== undefined ? [] : [`${row}: neither a test nor what is left`]),
  ];
}

const proofOf = (cell: string): Difference | undefined => differences.find(({ row }) => cell.startsWith(row));

/** A difference nobody holds us to. */
const unnamed = (): string[] =>
  differing().flatMap(({ cell }) => (proofOf(cell) === undefined ? [`${cell}: has no entry in differences.ts`] : []));

function differenceRow({ part, cell: text }: { readonly part: string; readonly cell: string }): string {
  const { proofs = [], left = '' } = proofOf(text) ?? {};
  return `| ${part} | ${text} | ${proofs.map(cell).join('<br>') || '—'} | ${left} |`;
}

/** Whether the file is there and names such a test; names may be spelled with parts filled in by rows. */
function stands(proof: string): boolean {
  const [file = '', name = ''] = proof.split(' | ');
  const path = join(root, 'test', file);
  return existsSync(path) && readFileSync(path, 'utf8').includes(name);
}

function page(): string {
  const all = requirements.flatMap(([, rows]) => rows);
  const [proven, partly, open] = [
    all.filter(({ left }) => left === undefined).length,
    all.filter(({ left, proofs }) => left !== undefined && proofs.length > 0).length,
    all.filter(({ proofs }) => proofs.length === 0).length,
  ];
  return `${generatedMark}
# Proofs

What metalctl must do when something fails or somebody attacks, and the tests that show it. Of ${all.length} rows
${proven} are shown, ${partly} in part, and ${open} by no test yet; the last column says what is missing.

${requirements.map(([part, rows]) => `## ${part}\n\n${table(rows)}`).join('\n\n')}

## Where we differ from upstream

What upstream does, as [ADR 0011](../adr/0011-where-we-differ-from-upstream.md) has it, where it also says what we do, and why
that is compatible.

| Area | Upstream | Tests here | Not shown |
|---|---|---|---|
${differing().map(differenceRow).join('\n')}

## What metal-operator tests

Of ${scenarios.length} scenarios ${scenarios.filter(({ left }) => left === undefined).length} have a counterpart here; the last column says what is missing, or meant.

| Area | Scenario | Tests here | Not shown |
|---|---|---|---|
${scenarios.map(scenarioRow).join('\n')}
`;
}

const scenarioRow = ({ area, scenario, proofs, left = '' }: Scenario): string =>
  `| ${area} | ${scenario} | ${proofs.map(cell).join('<br>') || '—'} | ${left} |`;

const table = (rows: readonly Requirement[]): string => `| Id | What must hold | Tests | Not shown yet |
|---|---|---|---|
${rows.map(({ id, title, proofs, left = '' }) => `| ${id} | ${title} | ${proofs.map(cell).join('<br>') || '—'} | ${left} |`).join('\n')}`;

function cell(proof: string): string {
  const [file = '', name = ''] = proof.split(' | ');
  const link = `[${file}](../../test/${file})`;
  return name.trim() === '' ? link : `${link}: ${name.replaceAll('|', '\\|')}`;
}
