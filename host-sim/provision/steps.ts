// SPDX-License-Identifier: Apache-2.0
/** The steps of provisioning in their order, and which of them a device has behind it. */
import type { LifecycleStatus } from "../../sdk/contracts/lifecycle.js";
import { ProvisionError } from "./error.js";
import type { Material } from "./material.js";
import type { OwnerIdentity } from "./owner.js";

export type StepId = "program" | "secret" | "roots" | "owner" | "credentials" | "secure" | "app";

export interface Step {
  readonly id: StepId;
  readonly title: string;
  /** It burns fuses. */
  readonly isForGood: boolean;
}

/** The first bytes of a hash, for people to compare. */
export function fingerprint(hash: Uint8Array): string {
  return Buffer.from(hash).toString("hex").slice(0, 16);
}

function named({ name, hash }: { readonly name: string; readonly hash: Uint8Array }): string {
  return `${name} (${fingerprint(hash)})`;
}

/** All of them, or what a device that said so has before it. */
export function stepsFor(material: Material, status: LifecycleStatus | undefined): Step[] {
  const { firmware, app, trust, roots, owner } = material;
  const [first, second] = roots;
  const images = `firmware ${firmware.version}, app ${app.version}, trust record ${trust.version}`;
  const steps: readonly (readonly [id: StepId, title: string, isForGood: boolean, isDone: boolean])[] = [
    ["program", `program ${images}`, false, false],
    ["secret", "the device makes its secret", true, status?.hasSecret === true],
    ["roots", `root keys ${named(first)} and ${named(second)}`, true, status?.hasRoots === true],
    ["owner", `owner ${named(owner)}`, true, (status?.owners ?? 0) > 0],
    ["credentials", `${owner.name} certifies the device's keys`, false, false],
    ["secure", "the device is secured", true, status !== undefined && isSecured(status)],
    ["app", "it starts with the app", false, false],
  ];
  return steps.filter(([, , , isDone]) => !isDone).map(([id, title, isForGood]) => ({ id, title, isForGood }));
}

export function isSecured({ lifecycle }: Pick<LifecycleStatus, "lifecycle">): boolean {
  return lifecycle !== "assembly-and-test" && lifecycle !== "provisioning";
}

/** @throws ProvisionError PROVISION_OWNER - the device has another owner. */
export function requireOwner(status: Pick<LifecycleStatus, "owner">, owner: OwnerIdentity): void {
  if (status.owner === undefined || Buffer.compare(status.owner, owner.hash) === 0) return;
  throw new ProvisionError(
    "PROVISION_OWNER",
    `the device's owner is ${fingerprint(status.owner)}, and ${owner.name} is ${fingerprint(owner.hash)}`,
    "Name the key of its owner: `thimble keys show` lists them with their hashes. An owner hands it over with --transfer.",
  );
}

/** @throws ProvisionError PROVISION_STATE - there is nothing to provision. PROVISION_OWNER */
export function requireProvisionable(status: LifecycleStatus, owner: OwnerIdentity): void {
  if (status.lifecycle === "decommissioned") {
    const advice = "Nothing can be done with it any more.";
    throw new ProvisionError("PROVISION_STATE", "the device is decommissioned", advice);
  }
  requireOwner(status, owner);
  if (status.lifecycle === "debug") {
    const advice = "Its owner ends that: thimble provision --order leave-debug";
    throw new ProvisionError("PROVISION_STATE", "the device is provisioned, and in debug now", advice);
  }
}
