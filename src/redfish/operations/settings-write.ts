/** Writing attributes to a settings object, or to the resource itself where it has none (DSP0266 9.10). */
import { isMetalError } from '../../errors/classes.js';
import type { AttributeValues } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { AttributeResource } from '../schema/bios.js';
import { isObject } from '../transport/json.js';
import type { Path } from '../transport/link.js';
import { patch } from './patch.js';

export interface SettingsWrite {
  readonly path: Path;
  readonly changes: AttributeValues;
  /** Sent where the service says that it knows it. */
  readonly applyTime?: 'OnReset' | 'Immediate';
}

/** A tag this young is sent without asking for a newer one. */
const freshMs = 5000;

/** Writes the values. They are the same when sent twice, so a lost answer costs one look and at most one repeat. */
export async function writeAttributes(resources: Resources, write: SettingsWrite): Promise<void> {
  const { etag } = await resources.get(write.path, freshMs);
  resources.forget(write.path);
  try {
    await send(resources, write, etag);
  } catch (error) {
    if (!isMetalError(error) || error.code !== 'OUTCOME_UNKNOWN') throw error;
    const now = await resources.get(write.path);
    const { Attributes } = AttributeResource.parse(now.json);
    if (Object.entries(write.changes).every(([name, value]) => Attributes[name] === value)) return;
    await send(resources, write, now.etag);
  } finally {
    resources.forget(write.path);
  }
}

/** Some services know apply times by their documents alone, and refuse the property. */
async function send(resources: Resources, write: SettingsWrite, etag: string | undefined): Promise<void> {
  const { path, changes: Attributes, applyTime } = write;
  const timed = { Attributes, '@Redfish.SettingsApplyTime': { ApplyTime: applyTime } };
  try {
    await patch(resources.service, path, applyTime === undefined ? { Attributes } : timed, etag);
  } catch (error) {
    if (applyTime === undefined || !isMetalError(error) || !/ApplyTime/.test(error.why ?? '')) throw error;
    await patch(resources.service, path, { Attributes }, etag);
  }
}

/** The apply time to send: the one wanted if the resource lists it, none where it lists nothing. */
export function applyTimeOf(json: unknown, wanted: 'OnReset' | 'Immediate'): Pick<SettingsWrite, 'applyTime'> {
  const settings = isObject(json) ? AttributeResource.parse(json)['@Redfish.Settings'] : undefined;
  return settings?.SupportedApplyTimes?.includes(wanted) ? { applyTime: wanted } : {};
}
