/** Every command, in the order help lists them. Adding one is a definition, a body and a line here. */

import {
  bmcCertInstallCommand,
  bmcCertRenewCommand,
  bmcCertShowCommand,
  bmcInfoCommand,
  bmcInventoryCommand,
  bmcLogsClearCommand,
  bmcLogsCommand,
  bmcPingCommand,
  bmcResetCommand,
  bmcSensorsCommand,
  bmcSessionsKillCommand,
  bmcSessionsListCommand,
} from './bmc.js';
import {
  bmcCredentialsRotateCommand,
  bmcCredentialsSetCommand,
  bmcCredentialsShowCommand,
  bmcCredentialsTestCommand,
  bmcUsersAddCommand,
  bmcUsersDeleteCommand,
  bmcUsersEnableCommand,
  bmcUsersListCommand,
  bmcUsersRoleCommand,
} from './bmc-access.js';
import {
  bmcDefaultsCommand,
  bmcNetGetCommand,
  bmcNetSetCommand,
  bmcSettingsApplyCommand,
  bmcSettingsDiffCommand,
  bmcSettingsGetCommand,
  bmcSettingsSetCommand,
  bmcSubscribeDeleteCommand,
  bmcSubscribeListCommand,
  bmcTimeSyncCommand,
} from './bmc-config.js';
import { bootConfigCommand, bootMediaCommand, bootOnceCommand, bootOrderCommand, bootShowCommand } from './boot.js';
import { claimCommand } from './claim.js';
import { completionCommand } from './completion.js';
import {
  configEditCommand,
  configGetCommand,
  configPathCommand,
  configProfilesCommand,
  configSetCommand,
  configUnsetCommand,
  configUseProfileCommand,
  configValidateCommand,
  configViewCommand,
} from './config.js';
import { bmcHostkeyAcceptCommand, consoleCommand } from './console.js';
import { convertCommand } from './convert.js';
import { cordonCommand, uncordonCommand } from './cordon.js';
import type { CommandDef } from './define.js';
import { demoCommand } from './demo.js';
import { describeCommand } from './describe.js';
import { discoverCommand } from './discover.js';
import { doctorCommand, preflightCommand } from './doctor.js';
import { explainCommand } from './explain.js';
import { getCommand } from './get.js';
import {
  installAllCommand,
  installCrdsCommand,
  installCronjobCommand,
  installDaemonCommand,
  installRbacCommand,
  uninstallCommand,
} from './install.js';
import { inventoryCommand } from './inventory.js';
import { locateCommand } from './locate.js';
import { logsCommand } from './logs.js';
import { apiResourcesCommand, eventsCommand, historyCommand, treeCommand } from './look.js';
import { applyCommand, diffCommand, editCommand } from './manifests.js';
import { annotateCommand, deleteCommand, labelCommand } from './metadata.js';
import { metadataServeCommand } from './metadata-serve.js';
import { moveCommand } from './move.js';
import { onboardCommand } from './onboard.js';
import { parkCommand, unparkCommand } from './park.js';
import { planCommand } from './plan.js';
import { pluginListCommand } from './plugin.js';
import {
  powerCycleCommand,
  powerNmiCommand,
  powerOffCommand,
  powerOnCommand,
  powerPushCommand,
  powerResetCommand,
  powerStatusCommand,
} from './power.js';
import { probeCommand } from './probe.js';
import { reconcileCommand } from './reconcile.js';
import {
  redfishFindCommand,
  redfishGetCommand,
  redfishHeadCommand,
  redfishLsCommand,
  redfishTreeCommand,
} from './redfish.js';
import { redfishDeleteCommand, redfishPatchCommand, redfishPostCommand, redfishPutCommand } from './redfish-change.js';
import { redfishConformanceCommand, redfishRecordCommand, redfishReplayCommand } from './redfish-record.js';
import { redfishSchemaCommand, redfishTaskListCommand, redfishTaskWaitCommand } from './redfish-task.js';
import { releaseCommand } from './release.js';
import {
  sandboxDownCommand,
  sandboxFailCommand,
  sandboxHealCommand,
  sandboxResetCommand,
  sandboxStatusCommand,
  sandboxUpCommand,
} from './sandbox.js';
import { backupCommand, restoreCommand } from './snapshots.js';
import { taintCommand, untaintCommand } from './taint.js';
import { dashboardCommand, topCommand } from './top.js';
import { validateCommand, validateIgnitionCommand } from './validate.js';
import { versionCommand } from './version.js';
import { visCommand, visualizerCommand, vizCommand } from './visualizer.js';
import { waitCommand } from './wait.js';
import { whyCommand } from './why.js';

export const commands: readonly CommandDef[] = [
  discoverCommand,
  onboardCommand,
  doctorCommand,
  preflightCommand,
  claimCommand,
  releaseCommand,
  getCommand,
  describeCommand,
  treeCommand,
  eventsCommand,
  historyCommand,
  whyCommand,
  topCommand,
  dashboardCommand,
  visualizerCommand,
  visCommand,
  vizCommand,
  inventoryCommand,
  powerStatusCommand,
  powerOnCommand,
  powerOffCommand,
  powerCycleCommand,
  powerResetCommand,
  powerNmiCommand,
  powerPushCommand,
  locateCommand,
  consoleCommand,
  bootShowCommand,
  bootOnceCommand,
  bootOrderCommand,
  bootConfigCommand,
  bootMediaCommand,
  cordonCommand,
  uncordonCommand,
  taintCommand,
  untaintCommand,
  parkCommand,
  unparkCommand,
  bmcInfoCommand,
  bmcPingCommand,
  bmcSensorsCommand,
  bmcInventoryCommand,
  bmcLogsCommand,
  bmcLogsClearCommand,
  bmcResetCommand,
  bmcSessionsListCommand,
  bmcSessionsKillCommand,
  bmcCredentialsRotateCommand,
  bmcCredentialsTestCommand,
  bmcCredentialsShowCommand,
  bmcCredentialsSetCommand,
  bmcUsersListCommand,
  bmcUsersAddCommand,
  bmcUsersDeleteCommand,
  bmcUsersRoleCommand,
  bmcUsersEnableCommand,
  bmcHostkeyAcceptCommand,
  bmcCertShowCommand,
  bmcCertRenewCommand,
  bmcCertInstallCommand,
  bmcDefaultsCommand,
  bmcNetGetCommand,
  bmcNetSetCommand,
  bmcTimeSyncCommand,
  bmcSettingsGetCommand,
  bmcSettingsDiffCommand,
  bmcSettingsSetCommand,
  bmcSettingsApplyCommand,
  bmcSubscribeListCommand,
  bmcSubscribeDeleteCommand,
  planCommand,
  applyCommand,
  diffCommand,
  reconcileCommand,
  redfishGetCommand,
  redfishHeadCommand,
  redfishPatchCommand,
  redfishPostCommand,
  redfishPutCommand,
  redfishDeleteCommand,
  redfishLsCommand,
  redfishTreeCommand,
  redfishFindCommand,
  redfishTaskListCommand,
  redfishTaskWaitCommand,
  redfishSchemaCommand,
  redfishRecordCommand,
  redfishReplayCommand,
  redfishConformanceCommand,
  probeCommand,
  metadataServeCommand,
  waitCommand,
  logsCommand,
  moveCommand,
  backupCommand,
  restoreCommand,
  labelCommand,
  annotateCommand,
  deleteCommand,
  editCommand,
  convertCommand,
  validateCommand,
  validateIgnitionCommand,
  installAllCommand,
  installCrdsCommand,
  installRbacCommand,
  installCronjobCommand,
  installDaemonCommand,
  uninstallCommand,
  sandboxUpCommand,
  sandboxStatusCommand,
  sandboxDownCommand,
  sandboxResetCommand,
  sandboxFailCommand,
  sandboxHealCommand,
  demoCommand,
  configViewCommand,
  configGetCommand,
  configSetCommand,
  configUnsetCommand,
  configEditCommand,
  configPathCommand,
  configValidateCommand,
  configProfilesCommand,
  configUseProfileCommand,
  pluginListCommand,
  completionCommand,
  explainCommand,
  apiResourcesCommand,
  versionCommand,
];
