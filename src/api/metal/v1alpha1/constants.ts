/**
 * The words of `metal.ironcore.dev`: annotations, labels, finalizers and their values, as upstream spells them, and
 * metalctl's own keys below `metalctl.dev`. No zod here: commands import this at start.
 */

/** States of a Server (`status.state`). `Maintenance` is upstream v0.7.0's, `Parked` its later stand-down. */
export type ServerState =
  | 'Initial'
  | 'Discovery'
  | 'Available'
  | 'Reserved'
  | 'Released'
  | 'Maintenance'
  | 'Parked'
  | 'Error';

/** Power states of Redfish, and `Unknown` for a BMC whose manager reports none. */
export type PowerState = 'On' | 'Off' | 'Paused' | 'PoweringOn' | 'PoweringOff' | 'Unknown';

/** Values of `indicatorLED`. */
export type IndicatorLED = 'Unknown' | 'Lit' | 'Blinking' | 'Off';

/** Annotation keys. */
export const annotations = {
  /** Asks for one action; the value is one of `operations`. */
  operation: 'metal.ironcore.dev/operation',
  /** Durable mark of a parked Server, owned by the operator. Only its presence counts. */
  parked: 'metal.ironcore.dev/parked',
  /** `Internal` marks the boot configuration of a discovery. */
  type: 'metal.ironcore.dev/type',
  /** Tells boot operators that the default (probe) image is used. */
  isDefaultOsImage: 'metal.ironcore.dev/is-default-os-image',
} as const;

/** Value of `annotations.type` on the boot configuration of a discovery. */
export const internalType = 'Internal';

/** Prefix of annotations and labels the metadata service serves to a machine. A label wins over an annotation. */
export const metadataPrefix = 'metadata.metal.ironcore.dev/';

/** Prefix of the annotation that says a BootstrapOnly rule is done for a Server. */
export const bootstrapCompletedPrefix = 'readiness.metal.ironcore.dev/bootstrap-completed-';

/** metalctl's own annotation keys. None of them is read by upstream. */
export const ownAnnotations = {
  /** On a Lease of reconcilers: of how many parts of the fleet theirs is one. */
  shards: 'metalctl.dev/shards',
  /** UID of the claim a Server is bound to: a re-created claim of the same name is somebody else. */
  claimUID: 'metalctl.dev/claim-uid',
  /** On a BMC: SHA-256 of the certificate seen at onboarding (lower-case hex); trusted beside the configured CAs. */
  tlsPin: 'metalctl.dev/tls-pin',
  /** On a BMC: Servers found running at onboarding are cordoned and left alone. */
  cordonRunning: 'metalctl.dev/cordon-running',
  /** On a BMC: Servers made for it begin cordoned. */
  cordonServers: 'metalctl.dev/cordon-servers',
  /** On a BMC: taints that Servers made for it begin with (JSON, as in `spec.taints`). */
  taintServers: 'metalctl.dev/taint-servers',
  /** On a BMC: the credential version it refused; no second attempt until the Secret changes. */
  credentialsRefused: 'metalctl.dev/credentials-refused',
  /** On a BMC: the BMCSecret its credential is being rotated to (JSON); goes with the switch of the reference. */
  credentialRotation: 'metalctl.dev/credential-rotation',
  /** On a BMCSecret: the BMC it was made for by a rotation. */
  rotatedFor: 'metalctl.dev/rotated-for',
  /** On a BMC: subscriptions asked for and not seen on it yet, with the time of asking (JSON). */
  subscriptionsAsked: 'metalctl.dev/subscriptions-asked',
  /** On a BMCUser: the password change written down before it is sent; names the BMCSecret it is in (JSON). */
  passwordChange: 'metalctl.dev/password-change',
  /** On a BMCUser: the BMCSecret its account was last seen to log in with, and when (JSON). */
  passwordProven: 'metalctl.dev/password-proven',
  /** On a BMCUser: the BMCSecret its BMC did not take, and when (JSON); not tried again by itself. */
  passwordFailed: 'metalctl.dev/password-failed',
  /** On a BMCUser: the role that was asked for and is not shown yet. */
  roleAsked: 'metalctl.dev/role-asked',
  /** On a Server: the power action written down before it is sent (JSON). */
  powerIntent: 'metalctl.dev/power-intent',
  /** On a Server: the reset an operation asked for, written down before it is sent (JSON). */
  resetIntent: 'metalctl.dev/reset-intent',
  /** On a Server: an identify light that was asked for and is not shown yet (JSON). */
  indicatorAsked: 'metalctl.dev/indicator-asked',
  /** On a Server: a boot order that was asked for and is not in force yet (JSON). */
  bootOrderAsked: 'metalctl.dev/boot-order-asked',
  /** On a Server: attempts to read the parts of its inventory that are missing (JSON). */
  inventoryAttempts: 'metalctl.dev/inventory-attempts',
  /** On a Server: what failed, how often, and when (JSON); ends with a completed discovery. */
  failure: 'metalctl.dev/failure',
  /** On a Server: boot configuration (uid/generation) the machine was last network-booted with. */
  bootedWith: 'metalctl.dev/booted-with',
  /** On a discovery boot configuration: SHA-256 of the token its probe reports under (lower-case hex). */
  probeTokenHash: 'metalctl.dev/probe-token-sha256',
  /** On a discovery boot configuration: registry base URL the token was issued for. */
  probeRegistry: 'metalctl.dev/probe-registry',
  /** On a ServerClaim or a BMCUser: why it is not served yet, as `Reason: sentence`. */
  waiting: 'metalctl.dev/waiting',
  /** Who cordoned a Server. */
  cordonedBy: 'metalctl.dev/cordoned-by',
  /** When a Server was cordoned (RFC 3339). */
  cordonedAt: 'metalctl.dev/cordoned-at',
  /** Why a Server was cordoned. */
  cordonReason: 'metalctl.dev/cordon-reason',
  /** When a cordon ends by itself (RFC 3339). */
  cordonUntil: 'metalctl.dev/cordon-until',
} as const;

/** Values of `annotations.operation`. */
export const operations = {
  ignore: 'ignore',
  park: 'park',
  unpark: 'unpark',
  gracefulRestartServer: 'graceful-restart-server',
  hardRestartServer: 'hard-restart-server',
  powerCycleServer: 'power-cycle-server',
  forceOffServer: 'force-off-server',
  forceOnServer: 'force-on-server',
  gracefulRestartBMC: 'graceful-restart-bmc',
  forceSSHResetBMC: 'force-ssh-reset-bmc',
  rotateCredentials: 'rotate-credentials',
  retry: 'retry',
  retryPropagated: 'retry-propagated',
  allowInProgressDelete: 'allow-in-progress-delete',
  allowInProgressUpdate: 'allow-in-progress-update',
} as const;

/** Label keys. */
export const labels = {
  location: `${metadataPrefix}location`,
  rack: `${metadataPrefix}rack`,
  shelf: `${metadataPrefix}shelf`,
  height: `${metadataPrefix}height`,
  /** On a ServerClaim: maintenance waits for its owner (upstream v0.7.0). */
  maintenanceNeeded: 'metal.ironcore.dev/maintenance-needed',
  /** On a ServerClaim: its owner agrees to maintenance. Only its presence counts (upstream v0.7.0). */
  maintenanceApproved: 'metal.ironcore.dev/maintenance-approved',
} as const;

/** Finalizers by kind. */
export const finalizers = {
  endpoint: 'metal.ironcore.dev/endpoint',
  bmc: 'metal.ironcore.dev/bmc',
  bmcUser: 'metal.ironcore.dev/bmcuser',
  server: 'metal.ironcore.dev/server',
  serverClaim: 'metal.ironcore.dev/serverclaim',
  cleanupTaints: 'readiness.metal.ironcore.dev/cleanup-taints',
  serverMaintenance: 'metal.ironcore.dev/servermaintenance',
} as const;

/** Condition types of the core kinds. */
export const conditionTypes = {
  ready: 'Ready',
  reset: 'Reset',
  poweringOn: 'PoweringOn',
  waitingForPowerOff: 'WaitingForPowerOff',
  bootStateReceived: 'BootStateReceived',
  /** On a ServerBootConfiguration: whether a machine could boot with its ignition. */
  ignitionValid: 'IgnitionValid',
} as const;

/** Keys of a BMCSecret. */
export const bmcSecretKeys = { username: 'username', password: 'password' } as const;

/** Keys of an ignition Secret, and the value of `format`. */
export const ignitionSecretKeys = { ignition: 'ignition', format: 'format' } as const;
export const ignitionFormat = 'fcos';

/** Keys of the SSH Secret `<boot configuration>-ssh`: private key, authorized_keys line, password. */
export const sshSecretKeys = { privateKey: 'pem', publicKey: 'pub', password: 'password' } as const;

/** Type of the Secret the metadata service serves as user data. */
export const userDataSecretType = 'metal.ironcore.dev/user-data';

/** Name of the leader-election Lease, shared with upstream so that both never run at once. */
export const leaderLease = 'f26702e4.ironcore.dev';

/** Lease of our reconcilers. */
export const reconcilerLease = 'metalctl-reconciler';

/** Lease of those that do one part of the fleet alone. */
export const shardLease = (index: number): string => `${reconcilerLease}-${index}`;

const ownLease = new RegExp(`^${reconcilerLease}(-[1-9]\\d*)?$`);

/** Whether who holds a Lease of this name reconciles: ours, the whole or a part, or upstream's. */
export const isControllerLease = (name: string): boolean => name === leaderLease || ownLease.test(name);

/** Field manager upstream applies Secrets and DNS records with. */
export const upstreamFieldManager = 'metal.ironcore.dev/controller-manager';

/** Name of the Server of a BMC's n-th ComputerSystem. */
export const serverNameOf = (bmcName: string, index: number): string => `${bmcName}-system-${index}`;
