// SPDX-License-Identifier: Apache-2.0
/**
 * The firmware's own app. It runs in place of the user's while a device is provisioned, once it is decommissioned, and when
 * somebody at the device asks for it; it answers datagrams until it is told to start again. What may be done is the call
 * gate's to say: of a decommissioned device nothing is left but its state.
 */
import type { Time } from "../../sdk/contracts/time.js";
import { DeviceCredentials } from "../../sdk/identity/device-credentials.js";
import { SERVICE_PORT } from "../../sdk/identity/messages.js";
import { ProvisioningService } from "../../sdk/identity/service.js";
import storage from "../io/key-value.js";
import Timer from "../io/timer.js";
import UDP from "../io/udp.js";
import { crypto } from "../psa/crypto.js";
import { attestation } from "../secure/attestation.js";
import { lifecycle } from "../secure/lifecycle.js";

/** The answer leaves before the device starts again. */
const RESTART_AFTER_MS = 20;

/** Nobody whom the device trusts has told it yet. */
const NO_TIME: Time = Object.freeze({ earliest: () => undefined, latest: () => undefined });

export default function main(): void {
  const kept = storage.open({ path: "thimble.identity", format: "buffer" });
  const credentials = new DeviceCredentials({
    device: lifecycle,
    attestation,
    crypto,
    storage: {
      read: (key) => kept.read(key) as ArrayBuffer | undefined,
      write: (key, value) => kept.write(key, value),
    },
    time: NO_TIME,
    whenTimeUnknown: "accept",
  });
  const service = new ProvisioningService({ device: lifecycle, attestation, credentials });
  const socket = new UDP({
    port: SERVICE_PORT,
    onReadable(): void {
      for (let packet = socket.read(); packet !== undefined; packet = socket.read()) {
        const { answer, isRestart } = service.handle(new Uint8Array(packet));
        socket.write(answer, packet.address, packet.port);
        if (isRestart) Timer.set(() => lifecycle.restart(), RESTART_AFTER_MS);
      }
    },
  });
  trace(`service: ${lifecycle.status().lifecycle}, udp port ${SERVICE_PORT}\n`);
}
