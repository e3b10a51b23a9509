// SPDX-License-Identifier: Apache-2.0
/**
 * Provisions a device: programs it, drives it through its steps and sees its app start. Each step is taken only when the
 * device says that it is still to be taken, so that after a cut, anywhere, the same goes on where the device is.
 */
import type { LifecycleStatus } from "../../sdk/contracts/lifecycle.js";
import { type BenchDevice, lost } from "./bench-device.js";
import { type Certified, certify } from "./certify.js";
import { ProvisionError } from "./error.js";
import type { Material } from "./material.js";
import type { OwnerIdentity, OwnerKey } from "./owner.js";
import { isSecured, requireOwner, requireProvisionable, type StepId } from "./steps.js";

export interface ProvisionOptions {
  readonly device: BenchDevice;
  readonly material: Material;
  readonly ownerKey: OwnerKey;
  /** Told which step begins. */
  readonly onStep?: (step: StepId) => void;
  /** Keeps what the owner's servers need; done when it returns. */
  readonly save: (deviceId: Uint8Array, certified: readonly Certified[]) => void;
}

export interface Provisioned {
  /** Undefined: it was secured already. */
  readonly certified: readonly Certified[] | undefined;
  readonly deviceId: Uint8Array;
  readonly status: LifecycleStatus;
}

/** @throws ProvisionError - docs/provision.md has each code; BoardError. The same again goes on. */
export async function provisionDevice(options: ProvisionOptions): Promise<Provisioned> {
  const { device, material, onStep } = options;
  const known = await askStatus(device);
  if (known !== undefined) requireProvisionable(known, material.owner);
  if (known === undefined || !isSecured(known)) {
    onStep?.("program");
    program(device, material);
  }
  const provisioned = await drive(options);
  onStep?.("app");
  await startApp(device);
  return provisioned;
}

/**
 * What a device says of itself. It is off then.
 * @returns undefined: it does not answer, and may be programmed anew.
 * @throws ProvisionError PROVISION_SERVICE - it does not answer, and is secured. PROVISION_LOST
 */
export async function askStatus(device: BenchDevice): Promise<LifecycleStatus | undefined> {
  const status = device.hasFirmware ? await tryStatus(device) : undefined;
  if (status !== undefined || !device.isClosed) return status;
  const advice =
    "Is it one of another board (--board)? `thimble sim --state` says what its boot program refuses. Nothing was changed.";
  throw new ProvisionError("PROVISION_SERVICE", "the device is secured, and does not answer", advice);
}

async function tryStatus(device: BenchDevice): Promise<LifecycleStatus | undefined> {
  try {
    if ((await device.start(true)) !== undefined) return undefined;
    return await device.client.ask("status");
  } catch (error) {
    // A firmware without the service, or what is none: it is programmed anew.
    if (error instanceof ProvisionError && error.code === "PROVISION_SERVICE") return undefined;
    throw error;
  } finally {
    await device.stop();
  }
}

/**
 * Of a device that is secured: whose it is, and that its app starts.
 * @throws ProvisionError PROVISION_OWNER, PROVISION_APP, PROVISION_SERVICE, PROVISION_LOST
 */
export async function confirmSecured(
  device: BenchDevice,
  owner: OwnerIdentity,
): Promise<Pick<Provisioned, "deviceId" | "status">> {
  await device.startService();
  const status = await device.client.ask("status");
  requireProvisionable(status, owner);
  const { deviceId } = await device.client.ask("boot-record");
  if (deviceId === undefined) throw withoutId();
  await startApp(device);
  return { deviceId, status };
}

/** Into the slots that the device starts from. */
function program(device: BenchDevice, { firmware, app, trust }: Material): void {
  const { active } = device.readSlots();
  device.write(active.firmware === 0 ? "fw0" : "fw1", firmware.bytes);
  device.write(active.app === 0 ? "app0" : "app1", app.bytes);
  device.write("trust0", trust.bytes);
}

function withoutId(): ProvisionError {
  const advice = "This is a fault of its firmware. Please report it.";
  return new ProvisionError("PROVISION_STATE", "the device has a secret and root keys, and no id", advice);
}

async function drive({ device, material, ownerKey, onStep, save }: ProvisionOptions): Promise<Provisioned> {
  const { client } = device;
  const { owner, roots } = material;
  await device.startService();
  let status = await client.ask("status");
  requireProvisionable(status, owner);
  if (!status.hasSecret) {
    onStep?.("secret");
    await client.ask("make-secret");
  }
  if (!status.hasRoots) {
    onStep?.("roots");
    await client.ask("set-roots", roots[0].hash, roots[1].hash);
    await device.restart();
  }
  let { deviceId } = await client.ask("boot-record");
  if (deviceId === undefined) {
    await device.restart();
    ({ deviceId } = await client.ask("boot-record"));
  }
  if (deviceId === undefined) throw withoutId();
  if (isSecured(status)) return { certified: undefined, deviceId, status };
  if (status.owners === 0) {
    onStep?.("owner");
    await client.ask("set-owner", owner.hash);
  }
  status = await client.ask("status");
  requireOwner(status, owner);
  onStep?.("credentials");
  const certified = await certify({
    owner,
    ownerKey,
    deviceId,
    keys: await client.ask("public-keys"),
    nowS: Math.floor(Date.now() / 1000),
    kept: (use) => client.ask("read-credential", use).catch(ifRefused),
    keep: (use, credential) => client.ask("store-credential", use, owner.publicKey, credential),
  });
  save(deviceId, certified);
  onStep?.("secure");
  await client.ask("secure");
  status = await client.ask("status");
  if (!isSecured(status)) {
    throw new ProvisionError(
      "PROVISION_STATE",
      "the device says that it is not secured",
      "Run the same command again.",
    );
  }
  return { certified, deviceId, status };
}

/** What it has is damaged, or from before: it gets a new one. */
function ifRefused(error: unknown): undefined {
  if (error instanceof ProvisionError && error.code === "PROVISION_REFUSED") return undefined;
  throw error;
}

/** Without the jumper. @throws ProvisionError PROVISION_APP, PROVISION_LOST */
async function startApp(device: BenchDevice): Promise<void> {
  const end = await device.start(false);
  if (end === undefined || end.reason === "finished") return;
  if (end.reason === "powerCut") throw lost("power cut");
  const advice = "The device is secured; mend the app, and give it to the device as an update.";
  throw new ProvisionError("PROVISION_APP", `the device does not run its app: ${end.reason}: ${end.text}`, advice);
}
