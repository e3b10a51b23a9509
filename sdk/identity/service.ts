// SPDX-License-Identifier: Apache-2.0
/**
 * The device's side of provisioning: takes a datagram, does what it asks for once, and gives the answer. It holds no
 * policy of its own: what may be done in which state, the lifecycle contract says and boot's OTP keeps.
 */
import { equalPublicBytes } from "../bytes/bytes.js";
import type { InitialAttestation } from "../contracts/attestation.js";
import type { DeviceLifecycle } from "../contracts/lifecycle.js";
import { ProtocolError, SecurityError } from "../errors/security-error.js";
import { encodeRefusal, encodeResult } from "./answers.js";
import type { DeviceCredentials } from "./device-credentials.js";
import { DATAGRAM_MAX, idOf, parseRequest, type ServiceRequest } from "./messages.js";
import { parseOrder } from "./order.js";

/** What is to be done with a datagram. */
export interface ServiceReply {
  /** To be sent to whoever asked; at most 1,400 bytes. */
  readonly answer: Uint8Array;
  /** Whether the device is to start again once that has left. */
  readonly isRestart: boolean;
}

export interface ServiceOptions {
  readonly device: DeviceLifecycle;
  /** Without it, it shows two keys. */
  readonly attestation?: Pick<InitialAttestation, "publicKey">;
  readonly credentials: Pick<DeviceCredentials, "store" | "read">;
}

export class ProvisioningService {
  readonly #options: ServiceOptions;
  #lastRequest: Uint8Array | undefined;
  #lastReply: ServiceReply | undefined;
  /** The last one that was given, until an order comes. */
  #challenge: Uint8Array | undefined;

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  /**
   * Never throws: what goes wrong is the answer. The same datagram again (its answer was lost) is answered like the first
   * time and does nothing; a challenge, for one, stays the same then.
   */
  handle(datagram: Uint8Array): ServiceReply {
    const [request, reply] = [this.#lastRequest, this.#lastReply];
    if (request !== undefined && reply !== undefined && equalPublicBytes(request, datagram)) return reply;
    const answered = this.#answer(datagram);
    if (datagram.length <= DATAGRAM_MAX) {
      this.#lastRequest = Uint8Array.from(datagram);
      this.#lastReply = answered;
    }
    return answered;
  }

  #answer(datagram: Uint8Array): ServiceReply {
    try {
      if (datagram.length > DATAGRAM_MAX) {
        throw new ProtocolError("SERVICE_REQUEST", `expected at most ${DATAGRAM_MAX} bytes`);
      }
      const request = parseRequest(datagram);
      const result = this.#carryOut(request);
      const answer = encodeResult(request.id, request.operation, result as never);
      return Object.freeze({ answer, isRestart: request.operation === "restart" });
    } catch (error) {
      return Object.freeze({ answer: encodeRefusal(idOf(datagram), codeOf(error)), isRestart: false });
    }
  }

  #carryOut(request: ServiceRequest): unknown {
    const { device, attestation, credentials } = this.#options;
    switch (request.operation) {
      case "status":
        return device.status();
      case "boot-record":
        return device.bootRecord();
      case "make-secret":
        return device.makeSecret();
      case "set-roots":
        return device.setRoots(...request.fields);
      case "public-keys":
        return {
          signing: device.identityPublicKey("signing"),
          agreement: device.identityPublicKey("agreement"),
          attestation: attestation?.publicKey(),
        };
      case "set-owner":
        return device.setOwner(...request.fields);
      case "store-credential":
        credentials.store(...request.fields);
        return undefined;
      case "read-credential":
        return credentials.read(...request.fields)?.encoded;
      case "secure":
        return device.secure();
      case "install-trust":
        return device.installTrust(...request.fields);
      case "challenge":
        this.#challenge = device.challenge();
        return this.#challenge;
      case "order":
        return this.#order(...request.fields);
      case "restart":
        return undefined;
    }
  }

  /**
   * The device verifies over its own id and challenge. That the message says the same is seen to here: otherwise what was
   * received would not be what was verified.
   */
  #order(ownerKey: Uint8Array, message: Uint8Array): void {
    const { device } = this.#options;
    const { order, deviceId, challenge, argument, signature } = parseOrder(message);
    const { deviceId: own } = device.bootRecord();
    const last = this.#challenge;
    this.#challenge = undefined;
    const isMeant = own !== undefined && last !== undefined;
    if (!isMeant || !equalPublicBytes(deviceId, own) || !equalPublicBytes(challenge, last)) {
      throw new ProtocolError("LIFECYCLE_ORDER", "not for this device, or not with the last challenge");
    }
    device.order(order, argument, ownerKey, signature);
  }
}

/** What a provisioner at the table may know: all, but for the words. */
function codeOf(error: unknown): string {
  if (error instanceof ProtocolError) return error.detail;
  return error instanceof SecurityError ? error.code : "PSA_ERROR_GENERIC_ERROR";
}

Object.freeze(ProvisioningService.prototype);
