// SPDX-License-Identifier: Apache-2.0
/** What an idle board does next, and at what time: the rules of both clocks, docs/simulator.md#time. */

const NEVER = Number.POSITIVE_INFINITY;

/** An idle board, and what could wake it. Times are microseconds since power-on. */
export interface IdleBoard {
  /** The earliest time at which it can be woken: virtual time moves at each wake-up. */
  readonly nowUs: number;
  /** When it asked to be woken; infinite: it did not. */
  readonly deadlineUs: number;
  /** When the next input changes; infinite: none does. */
  readonly nextInputUs: number;
  /** A datagram has come for it. */
  readonly hasDatagram: boolean;
}

/** How a run goes that nobody drives in steps. */
export interface Run {
  readonly clock: "virtual" | "real";
  /** The run ends then; undefined: when nothing is left to do. */
  readonly untilUs?: number;
  /** The app has a socket open: a datagram could come. */
  readonly isListening: boolean;
  /** Virtual time must not pass: the network works on something that was sent at this moment. */
  readonly holdsTime: boolean;
  /** Real milliseconds to wait for a datagram before a jump, 0 when that is done. */
  readonly replyWaitMs: number;
}

/** How far a step goes. */
export interface StepEnd {
  readonly untilUs: number;
  /** What is due so long after it still happens. */
  readonly slackUs: number;
}

export type Turn =
  | { readonly next: "go"; readonly atUs: number }
  | { readonly next: "stop"; readonly why: "until" | "idle"; readonly atUs: number }
  /** Look again after so many real milliseconds, or when something came. */
  | { readonly next: "wait"; readonly ms: number; readonly isForReply: boolean }
  /** Until something comes. */
  | { readonly next: "stay" };

/** @returns when the board goes on within this step; undefined: not any more. */
export function nextInStep(board: IdleBoard, { untilUs, slackUs }: StepEnd): number | undefined {
  const nextUs = board.hasDatagram ? board.nowUs : Math.max(board.nowUs, nextDueUs(board));
  return nextUs <= untilUs + slackUs ? nextUs : undefined;
}

/** What an idle board does next in a run to its end. */
export function nextInRun(board: IdleBoard, run: Run): Turn {
  const { nowUs, hasDatagram } = board;
  const { untilUs = NEVER } = run;
  if (nowUs >= untilUs) return { next: "stop", why: "until", atUs: untilUs };
  if (hasDatagram) return { next: "go", atUs: nowUs };
  const nextUs = Math.min(nextDueUs(board), untilUs);
  return run.clock === "virtual" ? nextInVirtualTime(nowUs, nextUs, run) : nextInRealTime(nowUs, nextUs, run);
}

function nextDueUs({ deadlineUs, nextInputUs }: IdleBoard): number {
  return Math.min(deadlineUs, nextInputUs);
}

function nextInVirtualTime(nowUs: number, nextUs: number, run: Run): Turn {
  if (run.holdsTime) return { next: "stay" };
  if (nextUs === NEVER) return ofNothingDue(nowUs, run);
  if (run.isListening && run.replyWaitMs > 0 && nextUs > nowUs) {
    return { next: "wait", ms: run.replyWaitMs, isForReply: true };
  }
  if (nextUs === run.untilUs) return { next: "stop", why: "until", atUs: nextUs };
  return { next: "go", atUs: Math.max(nowUs, nextUs) };
}

function nextInRealTime(nowUs: number, nextUs: number, run: Run): Turn {
  if (nextUs === NEVER) return ofNothingDue(nowUs, run);
  if (nextUs <= nowUs) return { next: "go", atUs: nowUs };
  return { next: "wait", ms: Math.ceil((nextUs - nowUs) / 1000), isForReply: false };
}

/** Only a datagram can wake this board: it stays for one, however long, if one could come. */
function ofNothingDue(nowUs: number, { isListening }: Run): Turn {
  return isListening ? { next: "stay" } : { next: "stop", why: "idle", atUs: nowUs };
}
