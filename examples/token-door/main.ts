// SPDX-License-Identifier: Apache-2.0
/**
 * A door. An empty datagram is a knock and gets a challenge; a visit (visit.ts) that answers it opens the door for a while.
 * Everything else gets no answer, whatever was wrong with it: only the log says why.
 */
import Digital from "embedded:io/digital";
import UDP from "embedded:io/socket/udp";
import config from "mc/config";
import { encodeUtf8 } from "thimble/bytes/utf8";
import { CoseAlgorithm } from "thimble/cose/algorithms";
import { createEncrypt } from "thimble/cose/encrypt";
import { RecipientAlgorithm } from "thimble/cose/recipient-algorithms";
import { crypto } from "thimble/device/crypto";
import { ProtocolError, SecurityError } from "thimble/errors/security-error";
import Timer from "timer";
import { adoptOwner, openOwner } from "./owner";
import { openTime } from "./time";
import { type Visit, verifyVisit } from "./visit";

const OPEN_MS = 5000;
const CHALLENGE_MS = 30_000;

const strike = new Digital({ pin: config.strike, mode: Digital.Output, initialValue: 0 });
const button = new Digital({ pin: config.button, mode: Digital.InputPullUp });
const time = openTime(config.madeAt);
let owner = openOwner();
let challenge: Uint8Array | undefined;
let shutting: Timer | undefined;

/** One challenge for all who knock, so that nobody can push out another's; gone when it was used, or is old. */
function currentChallenge(): Uint8Array {
  if (challenge !== undefined) return challenge;
  const made = crypto.generateRandom(16);
  challenge = made;
  Timer.set(() => {
    if (challenge === made) challenge = undefined;
  }, CHALLENGE_MS);
  return made;
}

function openDoor(): void {
  strike.write(1);
  Timer.clear(shutting);
  shutting = Timer.set(() => strike.write(0), OPEN_MS);
}

/** For the guest's eyes alone: who goes in and out is nobody else's business. */
function replyTo({ guest, replyKey }: Visit): Uint8Array {
  return createEncrypt(crypto, {
    algorithm: CoseAlgorithm.A128GCM,
    plaintext: encodeUtf8(`welcome, ${guest}`),
    iv: crypto.generateRandom(12),
    recipients: [{ algorithm: RecipientAlgorithm.ECDH_ES_HKDF_256, publicKey: replyKey }],
  }).message;
}

/** @throws Error - refused. */
function answer(message: Uint8Array): Uint8Array {
  if (owner === undefined) {
    if (button.read() !== 0) throw new Error("no owner yet: hold the button while sending the owner's key");
    owner = adoptOwner(message);
    trace("door: has an owner\n");
    return currentChallenge();
  }
  if (message.length === 0) return currentChallenge();
  if (challenge === undefined) throw new Error("nobody was challenged");
  const visit = verifyVisit(message, { owner, name: config.name, time, challenge });
  challenge = undefined; // what was proved once is worth nothing the second time
  time.raise(visit.issuedAt);
  const reply = replyTo(visit);
  openDoor();
  trace(`door: open for ${visit.guest}\n`);
  return reply;
}

function reasonOf(error: unknown): string {
  if (error instanceof ProtocolError) return error.detail;
  return error instanceof SecurityError ? error.code : String(error);
}

new UDP({
  port: config.port,
  onReadable() {
    for (let message = this.read(); message !== undefined; message = this.read()) {
      try {
        this.write(answer(new Uint8Array(message)), message.address, message.port);
      } catch (error) {
        trace(`door: refused, ${reasonOf(error)}\n`);
      }
    }
  },
});
trace(`door: ${config.name} ${owner === undefined ? "waits for an owner" : "is locked"}\n`);
