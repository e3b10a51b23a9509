// SPDX-License-Identifier: Apache-2.0
/**
 * One door of an airlock: it opens when the other one proves that it is a door of the same owner, that it runs what we run,
 * and that it is shut. Both run this app; a strap at a pin says which of the two it is.
 */
import Digital from "embedded:io/digital";
import UDP from "embedded:io/socket/udp";
import config from "mc/config";
import { attest } from "thimble/attestation/attest";
import { attestation } from "thimble/device/attestation";
import { crypto } from "thimble/device/crypto";
import { ProtocolError, SecurityError } from "thimble/errors/security-error";
import Timer from "timer";
import { Pairing, type Papers, readPapers } from "./known";
import { believe, type DoorState, encodeAnswer, nonceFor, QUESTION_LENGTH } from "./statement";

const OPEN_MS = 5000;
const AGAIN_MS = 1000;
/** Of a press of the button; at the start it asks until it is answered. */
const TRIES = 3;

const strike = new Digital({ pin: config.strike, mode: Digital.Output, initialValue: 0 });
const isInner = new Digital({ pin: config.side, mode: Digital.InputPullUp }).read() === 0;
const [me, other] = isInner ? [config.inner, config.outer] : [config.outer, config.inner];
const pairing = new Pairing();
const papers = papersOrNone();
let isOpen = false;
/** What is asked at the moment: "open" for a press of the button, "look" at the start. */
let asking: { readonly question: Uint8Array; readonly why: "look" | "open"; again: Timer } | undefined;

function papersOrNone(): Papers | undefined {
  try {
    return readPapers();
  } catch (error) {
    trace(`airlock: ${reasonOf(error)}; it stays shut\n`);
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ProtocolError) return error.detail;
  if (error instanceof SecurityError) return error.code;
  return error instanceof Error ? error.message : String(error);
}

/** A door that is about to open is not shut: of two that ask at once none opens. */
function state(): DoorState {
  return isOpen || asking?.why === "open" ? "open" : "shut";
}

function ask(why: "look" | "open"): void {
  if (papers === undefined || isOpen || asking?.why === "open") return;
  Timer.clear(asking?.again);
  const question = crypto.generateRandom(QUESTION_LENGTH);
  let tries = 0;
  const send = (): void => {
    if (why === "open" && tries++ === TRIES) {
      trace("airlock: no answer; it stays shut\n");
      stopAsking();
    } else socket.write(question, other.address, other.port);
  };
  asking = { question, why, again: Timer.repeat(send, AGAIN_MS) };
  send();
}

function stopAsking(): void {
  Timer.clear(asking?.again);
  asking = undefined;
}

function open(): void {
  isOpen = true;
  strike.write(1);
  trace("airlock: open\n");
  Timer.set(() => {
    strike.write(0);
    isOpen = false;
    trace("airlock: shut\n");
  }, OPEN_MS);
}

/** @throws Error - not believed. A good answer may still come: nothing has changed. */
function hear(answer: Uint8Array): void {
  if (papers === undefined || asking === undefined) return;
  const { question, why } = asking;
  const said = believe(crypto, answer, question, papers, pairing.partner);
  stopAsking(); // one answer for each question
  pairing.partner ??= said.instanceId;
  trace(`airlock: the other door is ours, runs app ${said.version} and is ${said.state}\n`);
  if (why === "look") return;
  if (said.state === "shut") open();
  else trace("airlock: it stays shut\n");
}

/** @returns The answer; undefined: this door has nothing to show. */
function answerTo(question: Uint8Array): Uint8Array | undefined {
  if (papers === undefined) return undefined;
  const now = state();
  const token = attest(attestation, nonceFor(crypto, question, now), { path: [papers.certificate] });
  return encodeAnswer(token, now);
}

const socket = new UDP({
  port: me.port,
  onReadable() {
    for (let message = this.read(); message !== undefined; message = this.read()) {
      const { address, port } = message;
      try {
        const bytes = new Uint8Array(message);
        if (bytes.length !== QUESTION_LENGTH) hear(bytes);
        else {
          const answer = answerTo(bytes);
          if (answer !== undefined) this.write(answer, address, port);
        }
      } catch (error) {
        trace(`airlock: refused, ${reasonOf(error)}\n`);
      }
    }
  },
});

new Digital({
  pin: config.button,
  mode: Digital.InputPullUp,
  edge: Digital.Falling,
  onReadable() {
    ask("open");
  },
});
trace(`airlock: the ${isInner ? "inner" : "outer"} door is shut\n`);
ask("look");
