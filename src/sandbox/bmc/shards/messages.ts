/** What the main thread and the threads of BMCs say to each other. */
import type { EmulatedBmc, EmulatorOptions } from '../emulator.js';
import type { TlsFlaw } from '../faults/rules.js';
import type { NetworkBootOffer } from '../machine/types.js';

/** Options that can cross threads; what is a function is asked back instead. */
export type ShardOptions = Omit<EmulatorOptions, 'tls' | 'networkBoot' | 'clock'> & {
  readonly isSecure: boolean;
  readonly hasNetworkBoot: boolean;
  /** Token of the thread's control plane. */
  readonly token: string;
};

/** A thread asks for a certificate, or what the boot network serves a machine. */
export type Question =
  | { readonly ask: 'certificate'; readonly id: number; readonly hosts: string[]; readonly flaw?: TlsFlaw }
  | { readonly ask: 'offer'; readonly id: number; readonly uuid: string };

export type Reply =
  | { readonly id: number; readonly value: { cert: string; key: string } | NetworkBootOffer | undefined }
  | { readonly id: number; readonly failure: string };

/** First word of a thread: where its BMCs and its control plane are, or why there are none. */
export type Started =
  | { readonly bmcs: readonly EmulatedBmc[]; readonly notes: readonly string[]; readonly controlUrl: string }
  | { readonly failed: { readonly code: string; readonly message: string; readonly why?: string } };
