/** The service root and the services below it that have no machine of their own. */
import type { JsonObject } from '../json.js';
import type { Quirks } from '../profile.js';
import { link, root, type TreeBuilder } from './builder.js';

export interface RootFacts {
  readonly vendor?: string;
  readonly product?: string;
  readonly redfishVersion: string;
  readonly schema: string;
  readonly oem?: JsonObject;
  /** Service UUID; absent on BMCs that show none. */
  readonly uuid?: string;
}

export function putServiceRoot(tree: TreeBuilder, quirks: Quirks, facts: RootFacts): void {
  tree.put(root, `ServiceRoot.${facts.schema}`, {
    Id: 'RootService',
    Name: 'Root Service',
    RedfishVersion: facts.redfishVersion,
    ...(facts.uuid ? { UUID: facts.uuid } : {}),
    ...(facts.vendor ? { Vendor: facts.vendor } : {}),
    ...(facts.product ? { Product: facts.product } : {}),
    ...protocolFeatures(quirks),
    Systems: link(`${root}/Systems`),
    Chassis: link(`${root}/Chassis`),
    Managers: link(`${root}/Managers`),
    Tasks: link(`${root}/TaskService`),
    SessionService: link(`${root}/SessionService`),
    AccountService: link(`${root}/AccountService`),
    EventService: link(`${root}/EventService`),
    UpdateService: link(`${root}/UpdateService`),
    Registries: link(`${root}/Registries`),
    JsonSchemas: link(`${root}/JsonSchemas`),
    Links: { Sessions: link(quirks.sessions.path) },
    ...(facts.oem ? { Oem: facts.oem } : {}),
  });
  tree.docs.set('/redfish', { v1: `${root}/` });
  putServices(tree, quirks);
}

function protocolFeatures(quirks: Quirks): JsonObject {
  const { expand, select, only, filter, topSkip } = quirks;
  if (!expand && !select && !only && !filter) return {};
  const ability = expand
    ? {
        ExpandQuery: {
          ExpandAll: expand.all,
          Levels: expand.levels,
          Links: expand.links,
          NoLinks: expand.noLinks,
          ...(expand.levels ? { MaxLevels: expand.maxLevels } : {}),
        },
      }
    : {};
  return {
    ProtocolFeaturesSupported: {
      ...ability,
      ExcerptQuery: false,
      FilterQuery: filter,
      OnlyMemberQuery: only,
      SelectQuery: select,
      ...(topSkip ? { TopSkipQuery: true } : {}),
    },
  };
}

function putServices(tree: TreeBuilder, quirks: Quirks): void {
  const { sessions, accounts, events } = quirks;
  const enabled = { Status: { State: 'Enabled', Health: 'OK' }, ServiceEnabled: true };
  tree.put(`${root}/SessionService`, 'SessionService.v1_1_8', {
    ...enabled,
    Name: 'Session Service',
    ...(sessions.isTimeoutPublished ? { SessionTimeout: sessions.timeoutSeconds } : {}),
    Sessions: link(sessions.path),
  });
  tree.collection(sessions.path, 'Session', []);
  tree.put(`${root}/AccountService`, 'AccountService.v1_11_0', {
    ...enabled,
    Name: 'Account Service',
    AccountLockoutThreshold: sessions.lockout?.threshold ?? 0,
    AccountLockoutDuration: sessions.lockout?.seconds ?? 0,
    ...(accounts.areBoundsHidden
      ? {}
      : { MinPasswordLength: accounts.minPassword, MaxPasswordLength: accounts.maxPassword }),
    Accounts: link(`${root}/AccountService/Accounts`),
    Roles: link(`${root}/AccountService/Roles`),
  });
  tree.collection(`${root}/AccountService/Accounts`, 'ManagerAccount', []);
  putRoles(tree, quirks);
  tree.put(`${root}/EventService`, 'EventService.v1_8_0', {
    ...enabled,
    Name: 'Event Service',
    DeliveryRetryAttempts: 3,
    DeliveryRetryIntervalSeconds: 30,
    EventFormatTypes: ['Event', 'MetricReport'],
    RegistryPrefixes: ['ResourceEvent', 'TaskEvent'],
    ...(events.sse ? { ServerSentEventUri: events.sse.path } : {}),
    Actions: {
      '#EventService.SubmitTestEvent': { target: `${root}/EventService/Actions/EventService.SubmitTestEvent` },
    },
    Subscriptions: link(`${root}/EventService/Subscriptions`),
  });
  tree.collection(`${root}/EventService/Subscriptions`, 'EventDestination', []);
  tree.put(`${root}/TaskService`, 'TaskService.v1_2_0', {
    ...enabled,
    Name: 'Task Service',
    CompletedTaskOverWritePolicy: 'Oldest',
    Tasks: link(`${root}/TaskService/Tasks`),
  });
  tree.collection(`${root}/TaskService/Tasks`, 'Task', []);
  tree.put(`${root}/UpdateService`, 'UpdateService.v1_11_0', {
    ...enabled,
    Name: 'Update Service',
    FirmwareInventory: link(`${root}/UpdateService/FirmwareInventory`),
  });
  tree.collection(`${root}/Registries`, 'MessageRegistryFile', []);
  tree.collection(`${root}/JsonSchemas`, 'JsonSchemaFile', []);
}

/** Standard roles and their privileges (DSP0266 section 13.2.10). */
export const rolePrivileges: Readonly<Record<string, readonly string[]>> = {
  Administrator: ['Login', 'ConfigureManager', 'ConfigureUsers', 'ConfigureSelf', 'ConfigureComponents'],
  Operator: ['Login', 'ConfigureSelf', 'ConfigureComponents'],
  ReadOnly: ['Login', 'ConfigureSelf'],
};

function putRoles(tree: TreeBuilder, { accounts }: Quirks): void {
  const path = `${root}/AccountService/Roles`;
  // Empty slots have the role None.
  const known = accounts.model === 'slots' ? { ...rolePrivileges, None: [] } : rolePrivileges;
  const members = Object.entries(known).map(([role, privileges]) =>
    tree.put(`${path}/${role}`, 'Role.v1_3_1', {
      RoleId: role,
      IsPredefined: true,
      AssignedPrivileges: [...privileges],
    }),
  );
  tree.collection(path, 'Role', members);
}
