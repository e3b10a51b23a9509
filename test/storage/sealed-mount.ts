// SPDX-License-Identifier: Apache-2.0
/** The sealed log on a modelled device. */
import { mountLog } from "../../sdk/storage/sealed-log.js";
import type { Start } from "./device.js";

const STORE_NAME = "storage";

export function sealedMount({ freshness, ...start }: Start) {
  return mountLog({ ...start, name: STORE_NAME, ...(freshness === undefined ? {} : { freshness }) });
}
