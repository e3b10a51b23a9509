// SPDX-License-Identifier: Apache-2.0
/** What is wrong with an image or a trust record that somebody gave, and what to do about it. */

/** docs/cli.md has each. Those of an image itself are a board's own, where a board has one for the same. */
export type ImageErrorCode =
  | "IMAGE_E_SIZE"
  | "IMAGE_E_HEADER"
  | "IMAGE_E_TLV"
  | "IMAGE_E_DIGEST"
  | "IMAGE_E_ENCRYPTED"
  | "IMAGE_E_SIGNATURE"
  | "IMAGE_E_KEY"
  | "IMAGE_E_CLASS"
  | "IMAGE_E_COUNTER"
  | "IMAGE_E_ABI"
  | "TRUST_E_FORMAT"
  | "TRUST_E_KEYS"
  | "TRUST_E_ROOT";

export class ImageError extends Error {
  override readonly name = "ImageError";
  readonly code: ImageErrorCode;
  readonly advice: string;

  constructor(code: ImageErrorCode, message: string, advice = "") {
    super(message);
    this.code = code;
    this.advice = advice;
  }
}
