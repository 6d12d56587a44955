/** The request budgets on every profile, counted by the emulator; the counts are the table of docs/reference/redfish-budgets.md. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { profiles } from '../../../src/sandbox/bmc/index.js';
import type { Profile } from '../../../src/sandbox/bmc/profile.js';
import { counted } from './budgets.counted.js';
import { type Shape, type Work, type WorkName, works } from './budgets.js';
import { bootable, withProfile } from './with-profile.js';

/** Its `$expand` drops required fields and is not used. */
const distrusted = 'ami-megarac';
const tagReads: Readonly<Record<string, number>> = {
  'ami-megarac': 1,
  'dell-idrac10': 2,
  'fujitsu-irmc': 1,
  'huawei-ibmc': 1,
};

function shapeOf({ name, quirks, systems, managers }: Profile, work: WorkName, items: number): Shape {
  const host = systems.find(({ isBootable }) => isBootable)?.hardware;
  const controllers = host?.controllers ?? [];
  const drives = controllers.reduce((sum, controller) => sum + controller.drives.length, 0);
  const volumes = controllers.reduce((sum, controller) => sum + controller.volumes.length, 0);
  const expands = quirks.expand !== undefined && name !== distrusted;
  const isDeep = expands && (quirks.expand?.maxLevels ?? 1) > 1;
  const members: Partial<Record<WorkName, number>> = {
    'identity of the BMC': managers.length,
    'identity of systems': systems.length,
    processors: host?.processors.count ?? 0,
    memory: host?.dimms.count ?? 0,
    'network interfaces': host?.nics.length ?? 0,
    storage: expands ? 0 : controllers.length + drives,
    'firmware inventory': items,
    'pending firmware': items,
  };
  // Volumes are a collection each; without two levels each controller is looked into first.
  const plain = controllers.length + volumes;
  const more = isDeep ? controllers.length : expands ? controllers.length * 2 : plain;
  return { expands, members: members[work] ?? 0, more, tagReads: tagReads[name] ?? 0 };
}

for (const profile of profiles) {
  describe(`requests to the emulated ${profile.name}`, () => {
    it('stay within the budget of each unit of work', (t) =>
      withProfile(profile.name, async ({ bmc, spent }) => {
        const found: Record<string, number> = {};
        let uri = '' as ReturnType<typeof bootable>['uri'];
        let items = 0;
        for (const name of Object.keys(works) as WorkName[]) {
          const work: Work = works[name];
          const result = await work.run(bmc, uri);
          const lines = spent();
          if (name === 'identity of systems') uri = bootable(result as Awaited<ReturnType<typeof bmc.systems>>).uri;
          if (name === 'firmware inventory') items = (result as readonly unknown[]).length;
          found[name] = lines.length;
          const most = work.budget(shapeOf(profile, name, items));
          assert.ok(lines.length <= most, `${name}: ${lines.length} of ${most}\n${lines.join('\n')}`);
        }
        t.diagnostic(
          Object.entries(found)
            .map(([name, count]) => `${name} ${count}`)
            .join(', '),
        );
        assert.deepEqual(found, counted[profile.name]);
      }));
  });
}
