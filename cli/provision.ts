// SPDX-License-Identifier: Apache-2.0
/** `thimble provision`: makes a simulated device one of its owner's, shows what it is, gives it its owner's orders. */
import { rmSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pointOf } from "../host-sim/keys/public-key.js";
import type { KeyStore } from "../host-sim/keys/store.js";
import { copyDevice, hasDevice } from "../host-sim/provision/bench-device.js";
import type { Material } from "../host-sim/provision/material.js";
import { type OwnerIdentity, ownerIdentity, ownerKeyOf } from "../host-sim/provision/owner.js";
import { confirmSecured, type Provisioned, provisionDevice } from "../host-sim/provision/provision.js";
import { isSecured, requireProvisionable, stepsFor } from "../host-sim/provision/steps.js";
import { makeScratch } from "../host-sim/scratch.js";
import type { LifecycleStatus } from "../sdk/contracts/lifecycle.js";
import { ending, openStore, printResult } from "./keys-store.js";
import { Passphrases } from "./passphrases.js";
import { look, openDevice, type ProvisionArguments } from "./provision-look.js";
import { chooseOwner, gatherMaterial, ownerCandidates, readyBoard } from "./provision-material.js";
import { type Saved, saveCertified } from "./provision-out.js";
import { materialLines, planLines, requireYes, StepReport, sayLines } from "./provision-plan.js";

const LIFECYCLE_WORDS: Readonly<Record<LifecycleStatus["lifecycle"], string>> = {
  "assembly-and-test": "programmed, nothing burnt",
  provisioning: "half provisioned",
  secured: "secured",
  debug: "secured, in debug",
  decommissioned: "decommissioned",
};

function describeDevice({ state, board }: ProvisionArguments, status: LifecycleStatus | undefined): string {
  const silent = hasDevice(resolve(state)) ? "does not answer; it is programmed anew" : "new";
  const words = status === undefined ? silent : LIFECYCLE_WORDS[status.lifecycle];
  return `device ${basename(resolve(state))} (${board}): ${words}`;
}

function sayPlan(options: ProvisionArguments, material: Material, status: LifecycleStatus | undefined): void {
  const lines = planLines(describeDevice(options, status), stepsFor(material, status));
  const goes = status?.hasSecret === true && !isSecured(status) ? ["It goes on from where the device is."] : [];
  const warning = "Steps marked for good burn fuses: no command takes them back.";
  sayLines([...lines, ...materialLines(material), ...goes, warning]);
}

interface Done {
  readonly done: Provisioned;
  readonly saved: readonly Saved[];
}

interface Run {
  readonly options: ProvisionArguments;
  readonly program: string;
  readonly material: Material;
  readonly store: KeyStore;
  readonly passphrases: Passphrases;
}

async function carryOut({ options, program, material, store, passphrases }: Run): Promise<Done> {
  const key = store.find(material.owner.name);
  const signer = await passphrases.signer(store, key);
  const authority = options.x509 ? { name: key.name, created: key.created, signer } : undefined;
  const folder = options.rehearse ? copyDevice(resolve(options.state)) : resolve(options.state);
  const out = options.rehearse ? makeScratch("rehearsal") : (options.out ?? "provisioned");
  const titles = new Map(stepsFor(material, undefined).map(({ id, title }) => [id, title]));
  const steps = new StepReport();
  const device = openDevice(options, folder, program);
  let saved: Saved[] = [];
  try {
    const done = await provisionDevice({
      device,
      material,
      ownerKey: ownerKeyOf(signer),
      onStep: (step) => steps.begin(titles.get(step) ?? step),
      save: (deviceId, certified) => {
        saved = saveCertified({ out, authority }, deviceId, certified);
      },
    });
    steps.finish();
    return { done, saved };
  } finally {
    steps.close();
    await device.close();
    if (options.rehearse) rmSync(out, { recursive: true, force: true });
  }
}

function report(options: ProvisionArguments, material: Material, { done, saved }: Done): number {
  const { deviceId, status } = done;
  const id = Buffer.from(deviceId).toString("hex");
  const { owner, firmware, app, trust } = material;
  const facts = {
    deviceId: id,
    board: options.board,
    lifecycle: status.lifecycle,
    wasSecured: false,
    isRehearsal: options.rehearse,
    owner: { name: owner.name, hash: Buffer.from(owner.hash).toString("hex") },
    firmware: firmware.version,
    app: app.version,
    trustVersion: trust.counter,
    instanceId: saved.find(({ instanceId }) => instanceId !== null)?.instanceId ?? null,
    credentials: options.rehearse ? [] : saved,
  };
  const told = saved.flatMap(({ use, cwt, certificate, instanceId }) => [
    [use, cwt],
    ...(certificate === null ? [] : [["X.509", certificate]]),
    ...(instanceId === null ? [] : [["instance id", instanceId]]),
  ]);
  const files = told.map(([name = "", value]) => `  ${name.padEnd(11)}  ${value}`);
  const lines = options.rehearse
    ? ["rehearsed with a copy: it was secured, and starts its app. The device is as it was"]
    : [`device ${id} is secured, and starts its app`, ...files];
  return printResult(options.json, facts, lines);
}

/** A device that is secured: nothing is left but to see its app start. */
async function seeStart(options: ProvisionArguments, program: string, owner: OwnerIdentity): Promise<number> {
  const folder = options.rehearse ? copyDevice(resolve(options.state)) : resolve(options.state);
  const device = openDevice(options, folder, program);
  try {
    const { deviceId, status } = await confirmSecured(device, owner);
    const id = Buffer.from(deviceId).toString("hex");
    const hash = Buffer.from(owner.hash).toString("hex");
    const facts = { deviceId: id, board: options.board, lifecycle: status.lifecycle, wasSecured: true };
    const line = `device ${id} is secured already, and starts its app: nothing was changed`;
    return printResult(
      options.json,
      { ...facts, isRehearsal: options.rehearse, owner: { name: owner.name, hash }, credentials: [] },
      [line],
    );
  } finally {
    await device.close();
  }
}

async function provisionNew(options: ProvisionArguments): Promise<number> {
  const store = openStore(options);
  const candidates = ownerCandidates(store, options.owner);
  const program = await readyBoard(options);
  const status = await look(options, program);
  const key = chooseOwner(candidates, status);
  const owner = ownerIdentity(key.name, pointOf(key.key));
  if (status !== undefined) requireProvisionable(status, owner);
  if (status !== undefined && isSecured(status)) return await seeStart(options, program, owner);
  const passphrases = new Passphrases(options.passphraseFile);
  const material = await gatherMaterial(options, store, owner, passphrases);
  sayPlan(options, material, status);
  if (!options.rehearse) await requireYes(options.yes);
  return report(options, material, await carryOut({ options, program, material, store, passphrases }));
}

/** @returns the exit status. */
export function provision(options: ProvisionArguments): Promise<number> {
  return ending(options.json, async () => {
    if (options.status) return await (await import("./provision-status.js")).showStatus(options);
    if (options.order !== undefined || options.transfer !== undefined) {
      return await (await import("./provision-order.js")).giveOrder(options);
    }
    return await provisionNew(options);
  });
}
