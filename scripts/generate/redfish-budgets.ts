/** `docs/reference/redfish-budgets.md`: requests of each operation on each emulated profile, beside what they may be. */
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
  return `| \`${name.replace(' (', '` (')}${name.includes('(') ? '' : '`'} | ${expanded} | ${plain} | ${profiles.map((profile) => counted[profile]?.[name]).join(' | ')} |`;
};

const page = (): string => `${generatedMark}
# Requests to a BMC

What each operation costs on each emulated profile, and the most it may: where the service brings collections with their members
(\`$expand\`), and where it does not. Each is asked for when nothing is fresh: links are known, as they are for an hour, and
whatever changes was last read twenty seconds ago. Rows \`(just read)\` and \`(just checked)\` follow a read at once. A dash after a
count: this BMC does not offer it, has nothing for it, or refuses it, and so many requests it takes to know. \`tags\` are reads of an ETag a
write must name (AMI, Fujitsu, Huawei), or a fresh one that is refused once (iDRAC10). One login serves a session as long as it
lives and is counted by itself.

Counted by the emulator; \`test/unit/redfish/budgets.test.ts\` fails when a count changes or passes its budget, and when an
operation has no row.

| Operation | Budget, expanded | Budget, plain | ${profiles.join(' | ')} |
|---|---|---|${profiles.map(() => '---:').join('|')}|
${names.map(row).join('\n')}
`;
