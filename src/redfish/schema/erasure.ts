/** Actions that go back to the factory: of chassis, managers, storage, volumes, whole systems and their makers'. */
import { z } from 'zod';
import { link, nested, texts, uri } from './lenient.js';

const reset = nested({ target: uri, '@Redfish.ActionInfo': uri, 'ResetType@Redfish.AllowableValues': texts });
const plain = nested({ target: uri });

export const ChassisReset = z.looseObject({ Actions: nested({ '#Chassis.Reset': reset }) });

export const ManagerDefaults = z.looseObject({
  Actions: nested({ '#Manager.ResetToDefaults': reset }),
});

export const StorageDefaults = z.looseObject({
  '@odata.id': uri,
  Actions: nested({ '#Storage.ResetToDefaults': reset }),
});

export const VolumeInitialize = z.looseObject({
  Actions: nested({ '#Volume.Initialize': plain }),
});

/** ComputerSystem v1_23_0 Decommission, and HpeComputerSystemExt of iLO. */
export const SystemErase = z.looseObject({
  Actions: nested({
    '#ComputerSystem.Decommission': nested({ target: uri, 'DecommissionTypes@Redfish.AllowableValues': texts }),
    Oem: nested({ '#HpeComputerSystemExt.SecureSystemErase': plain }),
  }),
  Oem: nested({ Hpe: nested({ Actions: nested({ '#HpeComputerSystemExt.SecureSystemErase': plain }) }) }),
});

/** Where an iDRAC keeps its Lifecycle Controller service, and what that can erase. */
export const DellManager = z.looseObject({
  Links: nested({ Oem: nested({ Dell: nested({ DellLCService: link }) }) }),
});
export const DellLcService = z.looseObject({
  Actions: nested({
    '#DellLCService.SystemErase': nested({ target: uri, 'Component@Redfish.AllowableValues': texts }),
  }),
});
