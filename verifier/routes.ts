// SPDX-License-Identifier: Apache-2.0
/**
 * The paths of the service, modelled after the challenge-response API of Veraison: a session is opened and has a nonce, gets
 * evidence once, and then has a result.
 */
import { type Answer, jsonAnswer, sessionAnswer } from "./answer.js";
import type { Limits } from "./limits.js";
import { answerForm, EVIDENCE_TYPES, isEvidenceType, RESULT_TYPE } from "./media-types.js";
import { Problem } from "./problem.js";
import { Sessions } from "./sessions.js";
import type { Rounds, SessionRecord } from "./verify-round.js";

/** A request before its body was read. */
export interface Asked {
  readonly method: string;
  readonly target: string;
  readonly client: string;
  readonly accept: string | undefined;
  readonly contentType: string | undefined;
  /** Reads the body. @throws Problem BODY_TOO_LARGE */
  readonly body: (limit: number) => Promise<Uint8Array>;
}

/** A session that got its evidence, for the log. */
export type OnRound = (name: string, record: SessionRecord & { readonly state: "complete" }) => void;

export interface RouteParts {
  readonly sessions: Sessions;
  readonly rounds: Rounds;
  readonly limits: Limits;
  /** What `/.well-known/veraison/verification` says of us. */
  readonly about: Readonly<Record<string, unknown>>;
  readonly onRound: OnRound;
}

const NEW_SESSION = "/challenge-response/v1/newSession";
const SESSION = "/challenge-response/v1/session/";
const WELL_KNOWN = "/.well-known/veraison/verification";
const NONCE_LENGTHS: readonly string[] = ["32", "48", "64"];
const BASE64 = /^[A-Za-z0-9_+/-]{11,86}={0,2}$/;
const RESULT_NONCE_LEAST = 8;
const RESULT_NONCE_MOST = 64;
const NAME = /^[A-Za-z0-9_-]{22}$/;

export class Routes {
  readonly #parts: RouteParts;

  constructor(parts: RouteParts) {
    this.#parts = parts;
  }

  /** @throws Problem - anything but an answer. */
  async answer(asked: Asked): Promise<Answer> {
    const [path = "", query] = asked.target.split("?", 2);
    if (path === NEW_SESSION) return await this.#create(asked, query);
    if (query !== undefined) throw new Problem(path.startsWith(SESSION) ? "QUERY_INVALID" : "NOT_FOUND");
    if (path === WELL_KNOWN) return await this.#about(asked);
    const name = path.startsWith(SESSION) ? path.slice(SESSION.length) : "";
    if (!NAME.test(name)) throw new Problem(name === "" ? "NOT_FOUND" : "SESSION_UNKNOWN");
    allow(asked, ["GET", "POST", "DELETE"]);
    if (asked.method === "POST") return await this.#verify(asked, name);
    await noBody(asked);
    if (asked.method === "GET") return this.#show(asked, name);
    await this.#parts.rounds.remove(name);
    return { status: 204, headers: {}, body: "" };
  }

  async #create(asked: Asked, query = ""): Promise<Answer> {
    allow(asked, ["POST"]);
    wanted(asked, ["json"]);
    const { nonceSize = "32", resultNonce } = parameters(query, ["nonceSize", "resultNonce"]);
    if (!NONCE_LENGTHS.includes(nonceSize)) throw new Problem("QUERY_INVALID");
    const given = resultNonce === undefined ? undefined : nonceOf(resultNonce);
    await noBody(asked);
    const session = await this.#parts.sessions.create({
      client: asked.client,
      nonceLength: Number(nonceSize),
      resultNonce: given,
    });
    const location = `${SESSION}${Sessions.nameOf(session.id)}`;
    return sessionAnswer(201, { state: "waiting", session }, { location });
  }

  async #verify(asked: Asked, name: string): Promise<Answer> {
    const form = wanted(asked, ["json", "cwt"]);
    if (!isEvidenceType(asked.contentType))
      throw new Problem("MEDIA_TYPE", { "accept-post": EVIDENCE_TYPES.join(", ") });
    const evidence = await asked.body(this.#parts.limits.evidenceBytes);
    const record = await this.#parts.rounds.verify(name, evidence);
    this.#parts.onRound(name, record);
    return shown(form, record);
  }

  #show(asked: Asked, name: string): Answer {
    return shown(wanted(asked, ["json", "cwt"]), this.#parts.rounds.find(name));
  }

  async #about(asked: Asked): Promise<Answer> {
    allow(asked, ["GET"]);
    wanted(asked, ["json"]);
    await noBody(asked);
    return jsonAnswer(200, this.#parts.about);
  }
}

function allow({ method }: Asked, methods: readonly string[]): void {
  if (!methods.includes(method)) throw new Problem("METHOD_NOT_ALLOWED", { allow: methods.join(", ") });
}

function wanted({ accept }: Asked, forms: readonly ("json" | "cwt")[]): "json" | "cwt" {
  const form = answerForm(accept);
  if (form === undefined || !forms.includes(form)) throw new Problem("NOT_ACCEPTABLE");
  return form;
}

async function noBody(asked: Asked): Promise<void> {
  try {
    await asked.body(0);
  } catch (error) {
    throw error instanceof Problem && error.code === "BODY_TOO_LARGE" ? new Problem("BODY_UNEXPECTED") : error;
  }
}

/** Each at most once, and none that we do not know: a nonce that a client wants to choose is not one that we drew. */
function parameters(query: string, known: readonly string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    if (!known.includes(name) || Object.hasOwn(found, name)) throw new Problem("QUERY_INVALID");
    found[name] = value;
  }
  return found;
}

/** A plus sign of base64 that was not escaped has become a space. */
function nonceOf(text: string): Uint8Array {
  const trimmed = text.replaceAll(" ", "+");
  const bytes = BASE64.test(trimmed) ? Buffer.from(trimmed, "base64url") : Buffer.alloc(0);
  if (bytes.length < RESULT_NONCE_LEAST || bytes.length > RESULT_NONCE_MOST) throw new Problem("QUERY_INVALID");
  return bytes;
}

/** A session that has no result yet is JSON, whatever was asked for: there is nothing else. */
function shown(form: "json" | "cwt", record: SessionRecord): Answer {
  if (form === "json" || record.state !== "complete") return sessionAnswer(200, record);
  return { status: 200, headers: { "content-type": RESULT_TYPE }, body: record.outcome.result };
}
