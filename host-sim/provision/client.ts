// SPDX-License-Identifier: Apache-2.0
/** Asks a device's provisioning service, over anything that carries datagrams and may lose some. */
import { randomInt } from "node:crypto";
import { type Answer, parseAnswer, type Results } from "../../sdk/identity/answers.js";
import { encodeRequest, type Operation, type RequestFields } from "../../sdk/identity/messages.js";
import { ProvisionError } from "./error.js";

/** Sends a datagram. @returns what came back until nothing more is to be expected. */
export type Exchange = (datagram: Uint8Array) => Promise<readonly Uint8Array[]>;

const ATTEMPTS = 3;
/** So that the ids of two provisioners, or of one that was started anew, are not the same. */
const FIRST_IDS = 2 ** 31;

const ADVICE: Readonly<Record<string, string>> = {
  LIFECYCLE_STATE: "`thimble provision --status` shows how far the device is.",
  LIFECYCLE_OTP:
    "Run the same command again. If it is refused again, its fuses hold something else: this chip is lost.",
  LIFECYCLE_ORDER:
    "The order is not by the device's present owner. `thimble provision --status` shows whose device it is.",
  IDENTITY_UNAVAILABLE: "In this state the device does not have its keys: docs/provisioning.md.",
};

/** The device said no. */
class ServiceRefusal extends ProvisionError {
  /** docs/errors.md has it. */
  readonly refusal: string;

  constructor(operation: Operation, refusal: string) {
    const advice = ADVICE[refusal] ?? "docs/errors.md says what the code means. Nothing was changed by this step.";
    super("PROVISION_REFUSED", `the device refused "${operation}": ${refusal}`, advice);
    this.refusal = refusal;
  }
}

export class ServiceClient {
  readonly #exchange: Exchange;
  #id = randomInt(FIRST_IDS);

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /**
   * Asks, again when no answer comes: the device does what it is asked once.
   * @throws ServiceRefusal; ProvisionError PROVISION_SERVICE - no answer; and what the exchange throws.
   */
  async ask<Name extends Operation>(operation: Name, ...fields: RequestFields[Name]): Promise<Results[Name]> {
    const id = this.#id++;
    const request = encodeRequest(id, operation, ...fields);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      for (const datagram of await this.#exchange(request)) {
        const answer = readAnswer(operation, datagram);
        if (answer?.id !== id) continue;
        if (answer.isDone) return answer.result;
        throw new ServiceRefusal(operation, answer.code);
      }
    }
    const advice = "Is its firmware one with a provisioning service, and its service jumper set?";
    throw new ProvisionError("PROVISION_SERVICE", `the device does not answer "${operation}"`, advice);
  }
}

/** @returns undefined - it is none, or not to this. */
function readAnswer<Name extends Operation>(operation: Name, datagram: Uint8Array): Answer<Name> | undefined {
  try {
    return parseAnswer(operation, datagram);
  } catch {
    return undefined;
  }
}
