// SPDX-License-Identifier: Apache-2.0
/** What building needs beyond Node and this package: programs of the system, the sources of XS and of Mbed TLS. The command calls this as well. */
import { ensureMbedtls } from "./mbedtls.mjs";
import { ensurePackages } from "./packages.mjs";
import { ensureXs } from "./xs.mjs";

/**
 * @param boards - whose engines are to be built; none: the byte-code compiler alone.
 * @throws SetupError
 */
export async function ensureNeeds(boards) {
  await ensurePackages({ boards });
  await ensureXs();
  if (boards.length > 0) await ensureMbedtls();
}
