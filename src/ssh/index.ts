/**
 * SSH (RFC 4251) by the OpenSSH of this computer: consoles for people, and one command in the shell of a BMC where Redfish
 * cannot be asked any more. Host keys are always checked, before a password is given. Nothing here knows Kubernetes.
 */
export { createShells, type ShellOptions } from './shells.js';
