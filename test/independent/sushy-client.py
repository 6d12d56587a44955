"""OpenStack's sushy against one Redfish service: what ironic does to a machine, step by step, told as JSON lines.

Started by clients.ts: python sushy-client.py URL USER PASSWORD CA
"""
import json
import sys
import time

import sushy

url, user, password, ca = sys.argv[1:5]
image = "http://127.0.0.1:9/image.iso"


def step(name, work):
    try:
        said = work()
        print(json.dumps({"step": name, "ok": True, "said": str(said)[:120]}), flush=True)
        return said
    except Exception as error:  # every kind is a finding
        print(json.dumps({"step": name, "ok": False, "said": f"{type(error).__name__}: {error}"[:300]}), flush=True)
        return None


def reached(system, state):
    for _ in range(120):
        system.refresh(force=True)
        if system.power_state == state:
            return state
        time.sleep(0.5)
    raise RuntimeError(f"never {state}: {system.power_state}")


def host():
    systems = root.get_system_collection().get_members()
    return next((each for each in systems if (each.boot or {}).get("target") is not None), systems[0])


def cycle():
    if system.power_state != sushy.PowerState.ON:
        system.reset_system(sushy.ResetType.ON)
        reached(system, sushy.PowerState.ON)
    system.reset_system(sushy.ResetType.FORCE_OFF)
    reached(system, sushy.PowerState.OFF)
    # Some BMCs refuse "On" for a while after power-off.
    for attempt in range(30):
        try:
            system.reset_system(sushy.ResetType.ON)
            break
        except sushy.exceptions.HTTPError:
            if attempt == 29:
                raise
            time.sleep(1)
    return reached(system, sushy.PowerState.ON)


def pxe():
    system.set_system_boot_source(sushy.BootSource.PXE, enabled=sushy.BootSourceOverrideEnabled.ONCE)
    system.refresh(force=True)
    target = system.boot.target
    # Where overrides wait in a settings object, the system shows them after the next start.
    return target


def slots():
    places = [system] + root.get_manager_collection().get_members()
    for place in places:
        try:
            found = place.virtual_media.get_members()
        except (sushy.exceptions.MissingAttributeError, sushy.exceptions.ResourceNotFoundError):
            continue
        for slot in found:
            if sushy.VirtualMediaType.CD in (slot.media_types or []) or sushy.VirtualMediaType.DVD in (
                slot.media_types or []
            ):
                return slot
    raise RuntimeError("no CD slot")


def media():
    slot = slots()
    slot.insert_media(image)
    slot.refresh(force=True)
    shown = slot.image
    slot.eject_media()
    # iDRAC shows the old image for a moment.
    for _ in range(20):
        slot.refresh(force=True)
        if not slot.inserted:
            break
        time.sleep(0.5)
    if shown != image or slot.inserted:
        raise RuntimeError(f"showed {shown}, inserted after eject: {slot.inserted}")
    return shown


def bios():
    attributes = system.bios.attributes
    name, value = next(
        (name, value) for name, value in attributes.items() if value in ("Enabled", "Disabled", "On", "Off")
    )
    other = {"Enabled": "Disabled", "Disabled": "Enabled", "On": "Off", "Off": "On"}[value]
    supported = system.bios.supported_apply_times or []
    when = sushy.ApplyTime.ON_RESET if sushy.ApplyTime.ON_RESET in supported else None
    system.bios.set_attribute(name, other, when)
    return f"{name} {value} to {other}"


root = sushy.Sushy(url, username=user, password=password, verify=ca)
system = step("list", host)
if system is not None:
    step("one-time PXE", pxe)
    step("power cycle", cycle)
    step("virtual media", media)
    step("BIOS change", bios)
