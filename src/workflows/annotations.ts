/** Annotations that onboarding leaves on a BMC for the reconcilers. */

/** SHA-256 of the leaf certificate, lower-case hex: what the reconcilers trust beside the configured CAs. */
export const tlsPinAnnotation = 'metalctl.dev/tls-pin';

/** `"true"`: Servers of this BMC that run when they are first seen are created cordoned and not rebooted. */
export const cordonRunningAnnotation = 'metalctl.dev/cordon-running';
