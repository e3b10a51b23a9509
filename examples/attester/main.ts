// SPDX-License-Identifier: Apache-2.0
/**
 * Says what this device is and what it runs, to whoever asks: a question is a nonce of 32, 48 or 64 bytes, the answer a PSA
 * token (RFC 9783) with the owner's certificate of its key. Anything else gets no answer.
 */
import UDP from "embedded:io/socket/udp";
import storage from "embedded:storage/key-value";
import config from "mc/config";
import { attest } from "thimble/attestation/attest";
import { attestation } from "thimble/device/attestation";
import { crypto } from "thimble/device/crypto";
import { lifecycle } from "thimble/device/lifecycle";
import { SecurityError } from "thimble/errors/security-error";
import { DeviceCredentials } from "thimble/identity/device-credentials";

const NO_TIME = Object.freeze({ earliest: () => undefined, latest: () => undefined });

/** What the owner has certified, if that is for this chip: after its flash was copied into another one it is not. */
function certificates(): Uint8Array[] {
  const credentials = new DeviceCredentials({
    ...{ device: lifecycle, attestation, crypto, time: NO_TIME, whenTimeUnknown: "accept" },
    storage: storage.open({ path: "thimble.identity", format: "buffer" }),
  });
  try {
    const own = credentials.read("attestation");
    return own === undefined ? [] : [own.encoded];
  } catch (error) {
    if (!(error instanceof SecurityError)) throw error;
    trace(`attester: the certificate in the flash is not mine (${error.message})\n`);
    return [];
  }
}

new UDP({
  port: config.port,
  onReadable() {
    for (let question = this.read(); question !== undefined; question = this.read()) {
      try {
        const answer = attest(attestation, new Uint8Array(question), { path: certificates() });
        this.write(answer, question.address, question.port);
      } catch (error) {
        trace(`attester: no answer, ${error instanceof Error ? error.message : "?"}\n`);
      }
    }
  },
});
trace(`attester: app ${lifecycle.bootRecord().app?.version ?? "of a new device"} runs\n`);
