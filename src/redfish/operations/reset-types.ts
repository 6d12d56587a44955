/** What a reset action accepts: said beside the action, else in its ActionInfo (OpenBMC, NVIDIA), else unknown. */
import type { Resources } from '../resources.js';
import { ActionInfo, ActionParameter } from '../schema/action-info.js';
import { isObject } from '../transport/json.js';

/** Reset types do not change while a BMC runs the same firmware. */
const actionInfoMs = 24 * 3_600_000;

/** A reset action as ComputerSystem and Manager declare it. */
export interface ResetAction {
  readonly target?: string | undefined;
  readonly '@Redfish.ActionInfo'?: string | undefined;
  readonly 'ResetType@Redfish.AllowableValues'?: readonly string[] | undefined;
}

/** The types allowed; undefined where the service does not say. */
export async function resetTypesOf(resources: Resources, action: ResetAction | undefined) {
  if (action?.['ResetType@Redfish.AllowableValues'] !== undefined) return action['ResetType@Redfish.AllowableValues'];
  if (action?.['@Redfish.ActionInfo'] === undefined) return undefined;
  const info = await resources.get(resources.service.path(action['@Redfish.ActionInfo']), actionInfoMs);
  const parameters = ActionInfo.parse(info.json)
    .Parameters.filter(isObject)
    .map((raw) => ActionParameter.parse(raw));
  return parameters.find(({ Name }) => Name === 'ResetType')?.AllowableValues;
}
