/** `docs/reference/redfish-budgets.md`: requests of each unit of work on each emulated profile, beside what they may be. */
import { counted } from '../../test/unit/redfish/budgets.counted.js';
import { type WorkName, works } from '../../test/unit/redfish/budgets.js';
import { generatedMark } from './module.js';

export async function generate(): Promise<Map<string, string>> {
  return new Map([['docs/reference/redfish-budgets.md', page()]]);
}

const names = Object.keys(works) as WorkName[];
const profiles = Object.keys(counted);

const row = (name: WorkName): string => {
  const [expanded, plain] = works[name].words;
  return `| ${name} | ${expanded} | ${plain} | ${profiles.map((profile) => counted[profile]?.[name]).join(' | ')} |`;
};

const page = (): string => `${generatedMark}
# Requests to a BMC

What each unit of work costs on each emulated profile, and the most it may: where the service expands collections, and where it
does not. Counted by the emulator; \`test/unit/redfish/budgets.test.ts\` fails when a count changes or passes its budget. One login
serves a session as long as it lives.

| Unit of work | Budget, expanded | Budget, plain | ${profiles.join(' | ')} |
|---|---|---|${profiles.map(() => '---:').join('|')}|
${names.map(row).join('\n')}
`;
