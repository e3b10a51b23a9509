// SPDX-License-Identifier: Apache-2.0
/** What is wrong with an image or a trust record that somebody gave, and what to do about it. */

/** docs/cli.md has each. A board has the same names for the same (devices/boot/image.h), but for IMAGE_E_ENCRYPTED. */
export type ImageErrorCode =
  | "IMAGE_E_SIZE"
  | "IMAGE_E_HEADER"
  | "IMAGE_E_TLV"
  | "IMAGE_E_TLV_UNKNOWN"
  | "IMAGE_E_TLV_REPEATED"
  | "IMAGE_E_TLV_MISSING"
  | "IMAGE_E_UNSIGNED"
  | "IMAGE_E_DIGEST"
  | "IMAGE_E_ENCRYPTED"
  | "IMAGE_E_KEY"
  | "IMAGE_E_ROLE"
  | "IMAGE_E_REVOKED"
  | "IMAGE_E_SIGNATURE"
  | "IMAGE_E_CLASS"
  | "IMAGE_E_COUNTER"
  | "IMAGE_E_ABI"
  | "IMAGE_E_DEPENDENCY"
  | "IMAGE_E_RECORD";

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
