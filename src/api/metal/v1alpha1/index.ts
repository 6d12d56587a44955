/** The eight kinds of `metal.ironcore.dev/v1alpha1`, each as a value (the definition) and a type (its objects). */
import type { CustomKind } from '../../define-kind.js';
import { BMC } from './bmc.js';
import { BMCSecret } from './bmcsecret.js';
import { BMCUser } from './bmcuser.js';
import { Endpoint } from './endpoint.js';
import { Server } from './server.js';
import { ServerBootConfiguration } from './serverbootconfiguration.js';
import { ServerClaim } from './serverclaim.js';
import { ServerReadinessRule } from './serverreadinessrule.js';

export { isBoundTo } from './binding.js';
export * from './constants.js';
export { ServerSpec } from './server.js';
export type { NetworkInterface, Processor, Storage } from './server-status.js';
export { ServerStatus } from './server-status.js';
export { ServerClaimSpec, Toleration } from './serverclaim.js';
export { BMC, BMCSecret, BMCUser, Endpoint, Server, ServerBootConfiguration, ServerClaim, ServerReadinessRule };

/** Every kind of the group, in the order a round visits them (order saves rounds; correctness never depends on it). */
export const metalKinds: readonly CustomKind[] = [
  BMCSecret,
  Endpoint,
  BMC,
  BMCUser,
  Server,
  ServerBootConfiguration,
  ServerClaim,
  ServerReadinessRule,
];
