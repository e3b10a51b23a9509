// SPDX-License-Identifier: Apache-2.0
/** `thimble provision --order` and `--transfer`: what the owner of a device orders it to do. */
import { basename, resolve } from "node:path";
import { pointOf } from "../host-sim/keys/public-key.js";
import type { KeyStore } from "../host-sim/keys/store.js";
import { copyDevice, hasDevice } from "../host-sim/provision/bench-device.js";
import { ProvisionError } from "../host-sim/provision/error.js";
import {
  ORDER_WORDS,
  type Ordered,
  type OrderRequest,
  orderDevice,
  requireOrderable,
} from "../host-sim/provision/order.js";
import { type OwnerIdentity, ownerIdentity, ownerKeyOf } from "../host-sim/provision/owner.js";
import { fingerprint } from "../host-sim/provision/steps.js";
import { openStore, printResult } from "./keys-store.js";
import { Passphrases } from "./passphrases.js";
import { look, openDevice, type ProvisionArguments } from "./provision-look.js";
import { chooseOwner, ownerCandidates, readyBoard } from "./provision-material.js";
import { planLines, requireYes, StepReport, sayLines } from "./provision-plan.js";
import { findKey } from "./read-image.js";

async function newOwnerOf(
  { transfer }: ProvisionArguments,
  store: KeyStore,
  passphrases: Passphrases,
): Promise<OwnerIdentity | undefined> {
  if (transfer === undefined) return undefined;
  const { name, key } = await findKey(store, transfer, passphrases);
  return ownerIdentity(name, pointOf(key));
}

function titleOf({ order, newOwner }: OrderRequest): string {
  const { title } = ORDER_WORDS[order];
  return newOwner === undefined ? title : `${title}; the owner is ${newOwner.name} (${fingerprint(newOwner.hash)})`;
}

async function carryOut(
  options: ProvisionArguments,
  program: string,
  request: OrderRequest,
  ownerKey: ReturnType<typeof ownerKeyOf>,
): Promise<Ordered> {
  const folder = options.rehearse ? copyDevice(resolve(options.state)) : resolve(options.state);
  const device = openDevice(options, folder, program);
  const steps = new StepReport();
  try {
    steps.begin(titleOf(request));
    const ordered = await orderDevice(device, request, ownerKey);
    steps.finish();
    return ordered;
  } finally {
    steps.close();
    await device.close();
  }
}

/** @returns the exit status. */
export async function giveOrder(options: ProvisionArguments): Promise<number> {
  if (!hasDevice(resolve(options.state))) {
    throw new ProvisionError("PROVISION_STATE", `there is no device in ${options.state}`, "--state names its folder.");
  }
  const store = openStore(options);
  const candidates = ownerCandidates(store, options.owner);
  const program = await readyBoard(options);
  const status = await look(options, program);
  if (status === undefined) {
    const advice = "It is not secured, and has no firmware that answers: `thimble provision` without --order.";
    throw new ProvisionError("PROVISION_SERVICE", "the device does not answer", advice);
  }
  const key = chooseOwner(candidates, status);
  const passphrases = new Passphrases(options.passphraseFile);
  const owner = ownerIdentity(key.name, pointOf(key.key));
  const newOwner = await newOwnerOf(options, store, passphrases);
  const order = options.order ?? "transfer";
  const request: OrderRequest = { order, owner, ...(newOwner === undefined ? {} : { newOwner }) };
  const facts = { board: options.board, order, isRehearsal: options.rehearse };
  if (!requireOrderable(status, request)) {
    return printResult(options.json, { ...facts, wasSo: true }, [
      `${order}: it is so already, and nothing was changed`,
    ]);
  }
  const { isForGood } = ORDER_WORDS[order];
  sayLines(
    planLines(`device ${basename(resolve(options.state))}, ordered by ${owner.name}:`, [
      { title: titleOf(request), isForGood },
    ]),
  );
  if (isForGood && !options.rehearse) await requireYes(options.yes);
  const ownerKey = ownerKeyOf(await passphrases.signer(store, key));
  const { lifecycle, wipeEpoch } = await carryOut(options, program, request, ownerKey);
  const head = options.rehearse ? "rehearsed with a copy, the device is as it was: there it is" : "the device is";
  const words = lifecycle === "decommissioned" ? lifecycle : `${lifecycle}, wipe epoch ${wipeEpoch}`;
  return printResult(options.json, { ...facts, wasSo: false, lifecycle, wipeEpoch }, [`${head} ${words} now`]);
}
