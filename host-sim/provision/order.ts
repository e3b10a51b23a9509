// SPDX-License-Identifier: Apache-2.0
/** Gives a secured device an order of its owner. */
import type { LifecycleStatus, OwnerOrder } from "../../sdk/contracts/lifecycle.js";
import { createOrder } from "../../sdk/identity/order.js";
import type { BenchDevice } from "./bench-device.js";
import { ProvisionError } from "./error.js";
import type { OwnerIdentity, OwnerKey } from "./owner.js";
import { isSecured, requireOwner } from "./steps.js";

export interface OrderRequest {
  readonly order: OwnerOrder;
  readonly owner: OwnerIdentity;
  /** Of a transfer. */
  readonly newOwner?: OwnerIdentity;
}

/** What an order does, for whoever has to say yes. */
export const ORDER_WORDS: Readonly<Record<OwnerOrder, { readonly title: string; readonly isForGood: boolean }>> =
  Object.freeze({
    "enter-debug": {
      title: "the device enters debug: until it leaves it, its identity keys and what it sealed are out of reach",
      isForGood: false,
    },
    "leave-debug": { title: "the device leaves debug", isForGood: false },
    wipe: { title: "all that it sealed becomes unreadable, and its identity keys are others", isForGood: true },
    transfer: {
      title: "it gets another owner, all that it sealed becomes unreadable, and its identity keys are others",
      isForGood: true,
    },
    decommission: { title: "its secret is destroyed: it starts no app any more", isForGood: true },
  });

/**
 * Whether an order is still to be given to a device that said so.
 * @returns false: it was carried out already.
 * @throws ProvisionError PROVISION_STATE - not to this device. PROVISION_OWNER
 */
export function requireOrderable(status: LifecycleStatus, { order, owner, newOwner }: OrderRequest): boolean {
  const { lifecycle } = status;
  if (lifecycle === "decommissioned" && order === "decommission") return false;
  if (lifecycle === "decommissioned" || !isSecured(status)) {
    const [what, advice] =
      lifecycle === "decommissioned"
        ? (["decommissioned", "Nothing can be done with it any more."] as const)
        : (["not secured", "`thimble provision` without --order does that."] as const);
    throw new ProvisionError("PROVISION_STATE", `the device is ${what}: it takes no orders`, advice);
  }
  if (newOwner !== undefined && status.owner !== undefined && Buffer.compare(status.owner, newOwner.hash) === 0)
    return false;
  requireOwner(status, owner);
  if (order === "enter-debug") return lifecycle !== "debug";
  return order !== "leave-debug" || lifecycle === "debug";
}

/** What a device says of itself after an order. */
export interface Ordered {
  readonly lifecycle: LifecycleStatus["lifecycle"];
  readonly wipeEpoch: number;
}

/**
 * Starts the device with its jumper, gives the order, and sees what became of it. An order that was carried out already is
 * not given again.
 * @throws ProvisionError - as requireOrderable, and PROVISION_SERVICE, PROVISION_REFUSED, PROVISION_LOST.
 */
export async function orderDevice(device: BenchDevice, request: OrderRequest, ownerKey: OwnerKey): Promise<Ordered> {
  const { client } = device;
  await device.startService();
  if (requireOrderable(await client.ask("status"), request)) {
    const { deviceId } = await client.ask("boot-record");
    if (deviceId === undefined) {
      const advice = "`thimble provision --status` shows what it is.";
      throw new ProvisionError("PROVISION_STATE", "the device does not have an id", advice);
    }
    const challenge = await client.ask("challenge");
    const argument = request.newOwner?.hash ?? new Uint8Array(0);
    const order = createOrder(ownerKey.crypto, ownerKey.key, { order: request.order, deviceId, challenge, argument });
    await client.ask("order", request.owner.publicKey, order);
    await device.restart();
  }
  const { lifecycle, wipeEpoch } = await client.ask("boot-record");
  return { lifecycle, wipeEpoch };
}
