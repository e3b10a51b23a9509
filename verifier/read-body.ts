// SPDX-License-Identifier: Apache-2.0
/** The body of a request, of a length that is known before memory is taken for it. */
import type { IncomingMessage } from "node:http";
import { Problem } from "./problem.js";

/** @throws Problem BODY_TOO_LARGE - more than `limit` bytes, or said to be; REQUEST_INVALID - it broke off. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array> {
  const length = request.headers["content-length"];
  if (length !== undefined && Number(length) > limit) throw new Problem("BODY_TOO_LARGE");
  const chunks: Buffer[] = [];
  let size = 0;
  return await new Promise((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) return void chunks.push(chunk);
      request.pause();
      request.removeAllListeners("data");
      reject(new Problem("BODY_TOO_LARGE"));
    });
    request.once("end", () => resolve(new Uint8Array(Buffer.concat(chunks))));
    request.once("error", () => reject(new Problem("REQUEST_INVALID")));
    request.once("close", () => reject(new Problem("REQUEST_INVALID")));
  });
}
