/** Words of the machine: power states, resets, boot progress, what is running. */

export type PowerState = 'Off' | 'PoweringOn' | 'On' | 'PoweringOff';

export const resetTypes = [
  'On',
  'ForceOn',
  'ForceOff',
  'GracefulShutdown',
  'GracefulRestart',
  'ForceRestart',
  'Nmi',
  'PushPowerButton',
  'PowerCycle',
  'FullPowerCycle',
] as const;
export type ResetType = (typeof resetTypes)[number];

/** ComputerSystem.BootProgress.LastState. */
export type BootState =
  | 'None'
  | 'PrimaryProcessorInitializationStarted'
  | 'MemoryInitializationStarted'
  | 'BusInitializationStarted'
  | 'SystemHardwareInitializationComplete'
  | 'SetupEntered'
  | 'OSBootStarted'
  | 'OSRunning';

/** What a machine that network-boots gets. A probe registers at `${registryUrl}/register`; an OS just runs. */
export type NetworkBootOffer =
  | { readonly kind: 'probe'; readonly registryUrl: string; readonly serverUUID: string }
  | { readonly kind: 'os'; readonly image: string };

/** The software a booted machine runs. */
export type Running = NetworkBootOffer | { readonly kind: 'disk' } | { readonly kind: 'media' };

/** What became of a reset request. */
export type ResetOutcome =
  /** It was carried out, or has begun. */
  | 'done'
  /** The machine is there already, or on its way. */
  | 'pointless'
  /** It makes no sense in the present state. */
  | 'invalid'
  /** The machine is between states. */
  | 'busy'
  /** Too soon after power-off. */
  | 'locked'
  /** Taken and ignored: no operating system listens to the button. */
  | 'ignored';

/** Hardware delays at speed 1, in milliseconds. */
export const delays = {
  poweringOn: 2_000,
  /** All of POST: four stages of equal length. */
  post: 20_000,
  osBoot: 40_000,
  gracefulOff: 8_000,
  gracefulRestart: 10_000,
  forceOff: 1_000,
  cycleOffTime: 5_000,
  /** Between two rounds through the boot order when nothing booted. */
  bootRetry: 30_000,
  probeRepeat: 30_000,
  probeRetryFirst: 1_000,
  probeRetryMax: 60_000,
} as const;
