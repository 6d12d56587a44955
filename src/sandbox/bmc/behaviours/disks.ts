/** Drives that can be erased, and volumes that come and go. */
import { Work } from '../firmware/work.js';
import { type Answer, noContent, problem } from '../http/answer.js';
import { isObject, type Json, stringAt } from '../json.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import type { Behaviour, Write } from './behaviour.js';
import { initializeVolume } from './erasure.js';
import { growing } from './update-service.js';

export const drive: Behaviour = { actions: { 'Drive.SecureErase': secureErase } };

/** Long enough to be followed, short enough for a demonstration. */
const eraseMs = 120_000;

function secureErase({ bmc, path, doc, body }: Write): Answer {
  const { quirks } = bmc.profile;
  const { SanitizationType: method } = body;
  const methods = quirks.erase?.methods ?? [];
  const action = 'Drive.SecureErase';
  if (method !== undefined && !methods.includes(String(method))) {
    return problem(quirks, 400, 'ActionParameterValueNotInList', [String(method), 'SanitizationType', action]);
  }
  const isOn = bmc.machines.some(({ power }) => power !== 'Off');
  if (quirks.erase?.needsOff && isOn) return problem(quirks, 409, 'ActionParameterValueConflict', [action, 'On']);
  const volume = volumeOn(bmc, path);
  if (volume) return problem(quirks, 400, 'ResourceInUse');
  bmc.recordErase(path, `${String(method ?? 'default')} (begun)`);
  const work = new Work(bmc, {
    name: `Erasing ${String(doc.Name)}`,
    durationMs: eraseMs,
    onDone: () => {
      if (bmc.faults.state(bmc, 'erase')) return 'The drive stopped answering.';
      bmc.recordErase(path, 'erased');
      return undefined;
    },
  });
  return { status: 202, headers: { Location: work.monitor }, body: bmc.show(work.path) ?? {} };
}

/** A volume that has a part on the drive. */
function volumeOn(bmc: VirtualBmc, drivePath: string): string | undefined {
  const volumes = [...bmc.profile.template.ofType('Volume'), ...bmc.own.ofType('Volume')];
  return volumes.find((path) => drivesOf(bmc, path).includes(drivePath));
}

function drivesOf(bmc: VirtualBmc, volume: string): readonly string[] {
  const links = bmc.read(volume)?.Links;
  const drives = isObject(links) && Array.isArray(links.Drives) ? links.Drives : [];
  return drives.filter(isObject).map((known) => stringAt(known, '@odata.id') ?? '');
}

export const volume: Behaviour = {
  actions: { 'Volume.Initialize': initializeVolume },
  remove({ bmc, path }) {
    bmc.own.remove(path);
    return noContent;
  },
};

export const volumeCollection: Behaviour = {
  compute: (bmc, path, doc) => growing.compute?.(bmc, path, doc),
  create({ bmc, path, body }) {
    const { quirks } = bmc.profile;
    const { RAIDType: raidType, Name: name = 'Volume', CapacityBytes: capacity = null } = body;
    const links = isObject(body.Links) && Array.isArray(body.Links.Drives) ? body.Links.Drives : [];
    if (typeof raidType !== 'string') return problem(quirks, 400, 'PropertyMissing', ['RAIDType']);
    const unknown = links.find((known: Json) => !isObject(known) || !bmc.read(stringAt(known, '@odata.id') ?? ''));
    if (links.length === 0 || unknown) return problem(quirks, 400, 'PropertyMissing', ['Links/Drives']);
    const id = `V${bmc.own.nextNumber(path)}`;
    const made = `${path}/${id}`;
    bmc.own.put(made, {
      '@odata.id': made,
      '@odata.type': '#Volume.v1_8_0.Volume',
      Id: id,
      Name: name,
      RAIDType: raidType,
      CapacityBytes: capacity,
      Status: { State: 'Enabled', Health: 'OK' },
      Links: { Drives: links },
    });
    return { status: 201, headers: { Location: made }, body: bmc.show(made) ?? {} };
  },
};
