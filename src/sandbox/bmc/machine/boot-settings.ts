/** What the firmware remembers about booting: the override, the order, and what waits for the next reset. */

export interface BootOverride {
  enabled: string;
  target: string;
  mode: string;
  httpBootUri: string | null;
  uefiTarget: string | null;
  bootNext: string | null;
}

const noOverride = (): BootOverride => ({
  enabled: 'Disabled',
  target: 'None',
  mode: 'UEFI',
  httpBootUri: null,
  uefiTarget: null,
  bootNext: null,
});

export class BootSettings {
  override: BootOverride = noOverride();
  /** References of BootOptions; undefined: as the firmware came. */
  order: readonly string[] | undefined;
  /** Written to the settings resource; becomes effective at the next start. */
  pending: { override?: BootOverride; order?: readonly string[] | 'default' } | undefined;

  /** At the start of POST: what waited takes effect. */
  applyPending(): void {
    if (this.pending?.override) this.override = this.pending.override;
    const { order } = this.pending ?? {};
    if (order) this.order = order === 'default' ? undefined : order;
    this.pending = undefined;
  }

  /** The overriding target of this boot, if there is one. */
  effectiveTarget(): string | undefined {
    const { enabled, target } = this.override;
    return enabled === 'Disabled' || target === 'None' ? undefined : target;
  }

  /** Once means once: the override is spent by the boot that used it, whether that boot succeeded or not. */
  consume(): boolean {
    if (this.override.enabled !== 'Once') return false;
    this.override = { ...noOverride(), mode: this.override.mode };
    return true;
  }
}
